package io.operatorlib.etcd.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Manifests in each shape of v1beta2 that CoreOS documented, written after its schemas. Each comes back from v1 as it was
 * written; the corpus only ever grows.
 */
class CorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/coreos");

    static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static String json(Path manifest) throws IOException {
        return new Gson().toJson(new Yaml().<Map<String, Object>>load(Files.readString(manifest)));
    }

    private static JsonObject converted(String object, String version) {
        return JsonParser.parseString(ClusterConversion.CONVERSION.convert(object, version))
                .getAsJsonObject();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void isReadBackAsItWasWritten(Path manifest) throws IOException {
        String written = json(manifest);
        JsonObject hub = converted(written, "v1");
        assertThat(converted(hub.toString(), "v1beta2")).isEqualTo(JsonParser.parseString(written));
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void becomesTheSpecThatStandsBesideIt(Path manifest) throws IOException {
        Path expected = CORPUS.resolve(manifest.getFileName().toString().replace(".yaml", ".v1.json"));
        JsonObject hub = converted(json(manifest), "v1");
        JsonElement spec = hub.has("spec") ? hub.get("spec") : JsonNull.INSTANCE;
        if (Boolean.getBoolean("corpus.write") && !Files.exists(expected)) {
            Files.writeString(
                    expected, new GsonBuilder().setPrettyPrinting().create().toJson(spec) + "\n");
        }
        assertThat(spec).isEqualTo(JsonParser.parseString(Files.readString(expected)));
    }

    @Test
    void hasManifestsOfBothShapes() throws IOException {
        assertThat(manifests().map(file -> file.getFileName().toString()))
                .contains("three-members.yaml", "tls.yaml", "pod-policy.yaml", "0.5-backup-restore.yaml");
    }
}
