package io.operatorlib.testing.contract;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.internal.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Objects as earlier releases have stored them, with what they are in another version: {@code name.yaml}, and beside it
 * {@code name.v1.json} with the spec that it has in {@code v1}. It only ever grows: {@code SHA256SUMS} has a line for
 * each file, and a file that was changed or is gone is an error.
 *
 * @param folder with the files of one or of several kinds
 */
record GoldenCorpus(Path folder) {
    private static final String SUMS = "SHA256SUMS";
    private static final String OBJECT = ".yaml";
    private static final boolean WRITING = Boolean.getBoolean("operatorlib.corpus.write");
    private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().create();

    /** The objects of one kind, by their names. */
    Map<String, JsonObject> objects(Kind<?, ?> kind) {
        var objects = new TreeMap<String, JsonObject>();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.endsWith(OBJECT)) {
                JsonObject object = new Gson()
                        .toJsonTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file)))
                        .getAsJsonObject();
                if (Json.text(object, "kind").equals(kind.kind())
                        && Json.text(object, "apiVersion").startsWith(kind.group() + "/")) {
                    objects.put(name.substring(0, name.length() - OBJECT.length()), object);
                }
            }
        }
        return objects;
    }

    /** Holds one object against what it has always been. */
    void hold(Conversion<?, ?> conversion, String name, JsonObject object) {
        String own = Json.text(object, "apiVersion").replaceFirst(".*/", "");
        for (String version : conversion.versions()) {
            if (version.equals(own)) {
                continue;
            }
            String there = conversion.convert(object.toString(), version);
            JsonObject back = Json.parse(conversion.convert(there, own));
            if (!Json.equal(back, object)) {
                throw new AssertionError(name + " comes back from " + version + " as another:\n" + PRETTY.toJson(back));
            }
            JsonElement spec = Json.at(Json.parse(there), "spec");
            golden(name + "." + version + ".json", spec == null ? JsonNull.INSTANCE : spec);
        }
    }

    private void golden(String name, JsonElement spec) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            if (!WRITING) {
                throw new AssertionError("there is no " + file + ": -Doperatorlib.corpus.write=true makes it, with\n"
                        + PRETTY.toJson(spec));
            }
            write(file, PRETTY.toJson(spec) + "\n");
        }
        JsonElement known = JsonParser.parseString(text(file));
        if (!Json.equal(known, spec)) {
            throw new AssertionError(
                    name + " was\n" + PRETTY.toJson(known) + "\nand would become\n" + PRETTY.toJson(spec));
        }
    }

    /** Sees that no file was changed or removed, and that each is listed. */
    void onlyGrows() {
        Path list = folder.resolve(SUMS);
        var listed = new TreeMap<String, String>();
        if (Files.exists(list)) {
            text(list).lines().forEach(line -> listed.put(line.substring(line.indexOf("  ") + 2), line));
        }
        listed.forEach((name, line) -> {
            Path file = folder.resolve(name);
            if (!Files.exists(file) || !line.equals(sum(file))) {
                throw new AssertionError(
                        file + " was changed or removed: what was stored once stays in the corpus as it"
                                + " was; add another file");
            }
        });
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (!name.equals(SUMS) && listed.put(name, sum(file)) == null && !WRITING) {
                throw new AssertionError(
                        file + " is not listed in " + SUMS + ": -Doperatorlib.corpus.write=true adds it");
            }
        }
        if (WRITING) {
            write(list, String.join("\n", listed.values()) + "\n");
        }
    }

    private static String sum(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest) + "  " + file.getFileName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
