package io.operatorlib.conversion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * What an object is in versions other than its own, where that cannot be told from the object itself; it travels in an
 * annotation, which is all of the metadata that a conversion may change.
 *
 * @param bodies objects without kind and metadata, by version
 */
record Kept(TreeMap<String, JsonObject> bodies) {
    /** What Kubernetes allows all annotations of an object together. */
    private static final int LARGEST = 256 * 1024;

    static Kept none() {
        return new Kept(new TreeMap<>());
    }

    /** Reads it; what somebody else has written there counts as nothing. */
    static Kept read(JsonObject object, String annotation) {
        var bodies = new TreeMap<String, JsonObject>();
        String text = Json.text(object, "metadata", "annotations", annotation);
        if (!text.isEmpty()) {
            try {
                for (var version : Json.parse(text).entrySet()) {
                    if (version.getValue() instanceof JsonObject body) {
                        bodies.put(version.getKey(), body);
                    }
                }
            } catch (CodecException e) {
                return none();
            }
        }
        return new Kept(bodies);
    }

    Kept with(String version, JsonObject body) {
        var all = new TreeMap<>(bodies);
        all.put(version, body);
        return new Kept(all);
    }

    Kept without(String version) {
        var all = new TreeMap<>(bodies);
        all.remove(version);
        return new Kept(all);
    }

    boolean same(Kept other) {
        return bodies.keySet().equals(other.bodies.keySet())
                && bodies.entrySet().stream()
                        .allMatch(entry -> Json.equal(entry.getValue(), other.bodies.get(entry.getKey())));
    }

    /** Writes it into metadata that is the caller's own; nothing to keep is no annotation. */
    void write(JsonObject metadata, String annotation) {
        JsonObject annotations = Json.object(metadata, "annotations");
        if (bodies.isEmpty()) {
            if (annotations.remove(annotation) != null && annotations.isEmpty()) {
                metadata.remove("annotations");
            }
            return;
        }
        var all = new JsonObject();
        bodies.forEach(all::add);
        annotations.add(annotation, new JsonPrimitive(all.toString()));
        long size = 0;
        for (var entry : annotations.entrySet()) {
            size += bytes(entry.getKey()) + bytes(text(entry.getValue()));
        }
        if (size > LARGEST) {
            throw new ConversionException(
                    "metadata.annotations",
                    "with what other versions say of it they are larger than the " + LARGEST
                            + " bytes that Kubernetes allows");
        }
        metadata.add("annotations", annotations);
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
