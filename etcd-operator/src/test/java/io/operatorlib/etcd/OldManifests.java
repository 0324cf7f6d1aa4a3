package io.operatorlib.etcd;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The corpus of manifests in the shapes that CoreOS documented. */
public final class OldManifests {
    private static final Path CORPUS = Path.of("src/test/resources/coreos");

    private OldManifests() {}

    /**
     * One manifest, under a name of its own.
     *
     * @param hubSpec what its spec is in {@code v1}; null of JSON where it has none
     */
    public record Manifest(String name, JsonObject object, JsonElement hubSpec) {
        String kind() {
            return object.get("kind").getAsString();
        }

        /** Whether its values have the types that the schema names: CoreOS's definition had none. */
        public boolean typed() {
            return !name.equals("wrong-types");
        }

        /** A copy with another name. */
        public JsonObject named(String other) {
            JsonObject copy = object.deepCopy();
            copy.getAsJsonObject("metadata").addProperty("name", other);
            copy.getAsJsonObject("metadata").addProperty("namespace", "default");
            return copy;
        }
    }

    public static List<Manifest> all() {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(OldManifests::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest read(Path file) {
        try {
            String name = file.getFileName().toString().replace(".yaml", "");
            JsonObject object = new Gson()
                    .toJsonTree(new Yaml().load(Files.readString(file)))
                    .getAsJsonObject();
            Path spec = CORPUS.resolve(name + ".v1.json");
            JsonElement hub = Files.exists(spec) ? JsonParser.parseString(Files.readString(spec)) : JsonNull.INSTANCE;
            return new Manifest(name.replaceFirst("^0.", "old-"), object, hub);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
