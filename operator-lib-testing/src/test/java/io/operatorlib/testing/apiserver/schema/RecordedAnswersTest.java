package io.operatorlib.testing.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our rules say what a real kube-apiserver 1.34 said of the same objects; its answers are in the files. */
final class RecordedAnswersTest {
    /** The server's own doing, not a matter of rules: names in URLs, versions in bodies, generated names. */
    private static final Set<String> OTHERS =
            Set.of("crd: rule cost", "update name", "wrong version", "pod: bad generateName");

    /** Functions of CEL that are not known here: a definition that uses one is refused. */
    private static final List<String> UNKNOWN_FUNCTIONS =
            List.of(".format([", "cidr(", ".isLoopback()", "format.dns1123Label", "emver(");

    /** CEL for Java does not tell a modulus by zero from a division by zero. */
    private static final String MODULUS = "cel: 1 % (";

    private final KubernetesRules book = new KubernetesRules();

    @TestFactory
    Stream<DynamicTest> customResources() throws IOException {
        KindRules rules =
                book.custom(JsonParser.parseString(read("widget.json")).getAsJsonObject(), "v1");
        return cases("custom.jsonl", kind -> rules);
    }

    @TestFactory
    Stream<DynamicTest> rulesInCel() throws IOException {
        KindRules rules = book.custom(JsonParser.parseString(read("calc.json")).getAsJsonObject(), "v1");
        return cases("calc.jsonl", kind -> rules);
    }

    @Test
    void a_definition_with_a_rule_that_is_not_understood_here_is_refused_and_not_ignored() throws IOException {
        JsonObject definition = JsonParser.parseString(read("calc.json")).getAsJsonObject();
        KindRules rules = book.builtIn("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
        List<Cause> causes = rules.create(rules.defaulted(definition));
        assertThat(causes)
                .isNotEmpty()
                .allSatisfy(cause -> assertThat(UNKNOWN_FUNCTIONS.stream().anyMatch(cause.message()::contains))
                        .as(cause.message())
                        .isTrue());
    }

    @TestFactory
    Stream<DynamicTest> builtInKinds() throws IOException {
        return builtIn("builtin.jsonl");
    }

    @TestFactory
    Stream<DynamicTest> definitions() throws IOException {
        return builtIn("crd.jsonl");
    }

    private Stream<DynamicTest> builtIn(String file) throws IOException {
        return cases(file, example -> {
            String apiVersion = example.get("apiVersion").getAsString();
            int slash = apiVersion.indexOf('/');
            String group = slash < 0 ? "" : apiVersion.substring(0, slash);
            return book.builtIn(
                    group, apiVersion.substring(slash + 1), example.get("kind").getAsString());
        });
    }

    private interface Rules {
        KindRules of(JsonObject example);
    }

    private static Stream<DynamicTest> cases(String file, Rules rules) throws IOException {
        return read(file)
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(recorded -> isOurs(recorded.get("name").getAsString()))
                .map(recorded -> DynamicTest.dynamicTest(
                        recorded.get("name").getAsString(),
                        () -> compare(recorded, rules.of(recorded.getAsJsonObject("object")))));
    }

    private static boolean isOurs(String name) {
        return !OTHERS.contains(name)
                && !name.startsWith(MODULUS)
                && UNKNOWN_FUNCTIONS.stream().noneMatch(name::contains);
    }

    private static String read(String file) throws IOException {
        try (InputStream in = RecordedAnswersTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void compare(JsonObject recorded, KindRules rules) {
        JsonObject expected = recorded.getAsJsonObject("expect");
        int code = expected.get("code").getAsInt();
        boolean updates = recorded.has("patch") || recorded.has("statuspatch");
        JsonObject sent = recorded.getAsJsonObject("object").deepCopy();
        JsonObject old = new JsonObject();
        if (updates) {
            old = recorded.getAsJsonObject("old");
            sent = old.deepCopy();
            merge(sent, recorded.getAsJsonObject(recorded.has("patch") ? "patch" : "statuspatch"));
        } else if (namespaced(recorded)) {
            Json.object(sent, "metadata").addProperty("namespace", "default");
        }
        Decoded decoded = rules.decode(sent);
        if (decoded instanceof Decoded.Refused refused) {
            assertThat(refused.message()).isEqualTo(text(expected, "message"));
            assertThat(code).isEqualTo(400);
            return;
        }
        var read = (Decoded.Read) decoded;
        if (code == 400) {
            String kind = sent.get("kind").getAsString();
            assertThat(ModelDecoder.context(kind, "v1") + "strict decoding error: "
                            + String.join(", ", read.complaints()))
                    .isEqualTo(text(expected, "message"));
            return;
        }
        JsonObject object = rules.defaulted(read.object());
        List<Cause> causes;
        if (!updates) {
            object = rules.begun(object);
            causes = rules.create(object);
        } else {
            causes = recorded.has("patch") ? rules.update(object, old) : rules.updateStatus(object, old);
        }
        if (code == 422) {
            assertThat(texts(causes)).containsExactlyInAnyOrderElementsOf(texts(expected));
            return;
        }
        assertThat(causes).isEmpty();
        if (!updates) {
            JsonObject real = expected.getAsJsonObject("object");
            JsonObject ours = object.deepCopy();
            List.of(real, ours).forEach(RecordedAnswersTest::dropServersOwn);
            assertThat(Go.json(ours)).isEqualTo(Go.json(real));
        }
    }

    private static boolean namespaced(JsonObject recorded) {
        return !Set.of("Namespace", "PersistentVolume", "StorageClass", "PriorityClass", "CustomResourceDefinition")
                .contains(recorded.get("kind").getAsString());
    }

    private static void dropServersOwn(JsonObject object) {
        JsonObject metadata = Json.object(object, "metadata");
        List.of("uid", "resourceVersion", "creationTimestamp", "generation", "annotations", "finalizers")
                .forEach(metadata::remove);
        if (Json.text(object, "kind").equals("CustomResourceDefinition")) {
            object.remove("status");
        }
        JsonObject spec = Json.object(object, "spec");
        List.of("clusterIP", "clusterIPs").forEach(spec::remove);
    }

    private static List<String> texts(List<Cause> causes) {
        return causes.stream()
                .map(cause -> cause.reason() + " " + cause.text())
                .distinct()
                .toList();
    }

    private static List<String> texts(JsonObject expected) {
        return Json.objects(expected, "causes").stream()
                .map(cause -> text(cause, "reason") + " " + text(cause, "field") + ": " + message(cause))
                .distinct()
                .toList();
    }

    /** Without the difference between two structs in Go, which ours has no like of. */
    private static String message(JsonObject cause) {
        return text(cause, "message").replaceFirst("(?s)\n@@.*", "");
    }

    private static String text(JsonObject object, String name) {
        return object.get(name) == null ? "" : object.get(name).getAsString();
    }

    private static void merge(JsonObject target, JsonObject patch) {
        for (Map.Entry<String, JsonElement> entry : patch.entrySet()) {
            if (entry.getValue().isJsonNull()) {
                target.remove(entry.getKey());
            } else if (entry.getValue() instanceof JsonObject inner
                    && target.get(entry.getKey()) instanceof JsonObject targetInner) {
                merge(targetInner, inner);
            } else {
                target.add(entry.getKey(), entry.getValue());
            }
        }
    }
}
