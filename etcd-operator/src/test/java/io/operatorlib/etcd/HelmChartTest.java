package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.LeftOut;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.yaml.snakeyaml.Yaml;

/**
 * The Helm chart against the install manifest: what the chart makes is what the manifest has. Helm renders it where the
 * machine has one. Everywhere it is rendered here, too, for which the chart keeps to three things of Helm's language:
 * an {@code if} on one value, a value, and {@code toJson} of a value.
 */
final class HelmChartTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final Path CHART = Path.of("deploy/chart");
    private static final Path INSTALL = Path.of("deploy/install.yaml");
    private static final String NAMESPACE = "etcd-operator";

    private static final Pattern IF = Pattern.compile("(?ms)^\\{\\{- if \\.(\\S+) }}\\n(.*?)^\\{\\{- end }}\\n");
    private static final Pattern VALUE = Pattern.compile("\\{\\{ (toJson )?\\.(\\S+) }}");

    @Test
    void itsObjectsAreThoseOfTheInstallManifest() throws IOException {
        assertThat(objects(rendered(true))).containsExactlyInAnyOrderElementsOf(objects(Files.readString(INSTALL)));
    }

    @Test
    void itLeavesTheNamespaceToHelmUnlessItIsToldToMakeIt() throws IOException {
        assertThat(objects(rendered(false)))
                .containsExactlyInAnyOrderElementsOf(objects(Files.readString(INSTALL)).stream()
                        .filter(object -> !object.get("kind").getAsString().equals("Namespace"))
                        .toList());
    }

    @Test
    void helmMakesOfItTheObjectsOfTheInstallManifest() throws Exception {
        Optional<Path> helm = helm();
        if (helm.isEmpty()) {
            LEFT_OUT.say("the chart rendered by Helm itself: put helm on the PATH");
            return;
        }
        var process = new ProcessBuilder(
                        helm.get().toString(),
                        "template",
                        "etcd-operator",
                        CHART.toString(),
                        "--namespace=" + NAMESPACE,
                        "--include-crds",
                        "--set=createNamespace=true")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String made = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(objects(made)).containsExactlyInAnyOrderElementsOf(objects(Files.readString(INSTALL)));
    }

    private static Optional<Path> helm() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "helm"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String rendered(boolean createNamespace) throws IOException {
        var values = json(new Yaml().load(Files.readString(CHART.resolve("values.yaml"))));
        values.addProperty("createNamespace", createNamespace);
        var release = new JsonObject();
        release.addProperty("Namespace", NAMESPACE);
        var root = new JsonObject();
        root.add("Values", values);
        root.add("Release", release);
        var documents = new ArrayList<String>();
        for (Path file : files("crds")) {
            documents.add(Files.readString(file));
        }
        for (Path file : files("templates")) {
            documents.add(rendered(Files.readString(file), root));
        }
        return String.join("---\n", documents);
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CHART.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private static String rendered(String template, JsonObject root) {
        String chosen = IF.matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(truth(at(root, found.group(1))) ? found.group(2) : ""));
        String text = VALUE.matcher(chosen).replaceAll(found -> {
            JsonElement value = at(root, found.group(2));
            return Matcher.quoteReplacement(found.group(1) == null ? value.getAsString() : value.toString());
        });
        assertThat(text).as("what this test cannot read of a template").doesNotContain("{{");
        return text;
    }

    private static JsonElement at(JsonObject root, String path) {
        JsonElement element = root;
        for (String name : path.split("\\.")) {
            assertThat(element.getAsJsonObject().keySet())
                    .as("values for ." + path)
                    .contains(name);
            element = element.getAsJsonObject().get(name);
        }
        return element;
    }

    private static boolean truth(JsonElement value) {
        return value.isJsonArray() ? !value.getAsJsonArray().isEmpty() : value.getAsBoolean();
    }

    private static List<JsonObject> objects(String manifests) {
        var objects = new ArrayList<JsonObject>();
        for (Object document : new Yaml().loadAll(manifests)) {
            if (document != null) {
                objects.add(json(document));
            }
        }
        return objects;
    }

    private static JsonObject json(Object document) {
        return new Gson().toJsonTree(document).getAsJsonObject();
    }
}
