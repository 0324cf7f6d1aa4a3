package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import io.operatorlib.testing.apiserver.schema.FieldSchema.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a value that can have owners each, by the edge that leads to them.
 *
 * @param list whether the value is a list
 */
record Parts(boolean list, Map<String, Part> byEdge) {

    /** One of them. */
    record Part(JsonElement value, FieldSchema schema) {}

    /** The parts of a value; null where it is owned as a whole. */
    static @Nullable Parts of(@Nullable JsonElement value, FieldSchema schema) {
        Shape shape = schema.shape();
        if (value instanceof JsonObject object && (shape == Shape.GRANULAR || shape == Shape.UNTYPED)) {
            return members(object, schema);
        }
        if (value instanceof JsonArray array && shape == Shape.LIST_SET) {
            return items(array, schema);
        }
        if (value instanceof JsonArray array && shape == Shape.LIST_MAP) {
            return keyed(array, schema);
        }
        return null;
    }

    private static Parts members(JsonObject object, FieldSchema schema) {
        var parts = new LinkedHashMap<String, Part>();
        object.asMap().forEach((name, value) -> parts.put("f:" + name, new Part(value, schema.field(name))));
        return new Parts(false, parts);
    }

    private static Parts items(JsonArray array, FieldSchema schema) {
        var parts = new LinkedHashMap<String, Part>();
        array.forEach(item -> parts.putIfAbsent("v:" + item, new Part(item, schema.element())));
        return new Parts(true, parts);
    }

    /** Null where an element is no object. */
    private static @Nullable Parts keyed(JsonArray array, FieldSchema schema) {
        var parts = new LinkedHashMap<String, Part>();
        for (JsonElement item : array) {
            if (!(item instanceof JsonObject object)) {
                return null;
            }
            parts.putIfAbsent("k:" + keys(object, schema), new Part(item, schema.element()));
        }
        return new Parts(true, parts);
    }

    private static String keys(JsonObject item, FieldSchema schema) {
        var keys = new TreeMap<String, JsonElement>();
        for (String key : schema.listMapKeys()) {
            JsonElement value = item.get(key);
            if (value == null || value.isJsonNull()) {
                Optional<JsonElement> otherwise = schema.element().field(key).defaultValue();
                value = otherwise.orElse(JsonNull.INSTANCE);
            }
            keys.put(key, value);
        }
        var json = new JsonObject();
        keys.forEach((key, value) -> {
            if (!value.isJsonNull()) {
                json.add(key, value);
            }
        });
        return json.toString();
    }

    @Nullable
    Part part(String edge) {
        return byEdge.get(edge);
    }
}
