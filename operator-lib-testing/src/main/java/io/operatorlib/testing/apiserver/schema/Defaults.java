package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** Fills in a schema's defaults, also inside of what a default has filled in. */
final class Defaults {
    private Defaults() {}

    /** The object with its defaults; the one given is left as it is. */
    static JsonObject applied(Schema schema, JsonObject object) {
        JsonObject copy = object.deepCopy();
        dropNulls(schema, copy);
        apply(schema, copy);
        return copy;
    }

    /** A null that may not be null and has no default counts as absent. */
    private static void dropNulls(@Nullable Schema schema, JsonElement value) {
        if (value instanceof JsonObject object) {
            object.entrySet().removeIf(entry -> {
                Schema part = schema == null ? null : schema.part(entry.getKey());
                if (entry.getValue().isJsonNull()) {
                    return part != null
                            && !part.nullable()
                            && part.defaultValue().isEmpty();
                }
                dropNulls(part, entry.getValue());
                return false;
            });
        } else if (value instanceof JsonArray array) {
            Schema items = schema == null ? null : schema.children().items();
            array.forEach(item -> dropNulls(items, item));
        }
    }

    static void apply(Schema schema, JsonElement value) {
        if (value instanceof JsonObject object) {
            schema.children().properties().forEach((name, property) -> {
                JsonElement present = object.get(name);
                if (property.defaultValue().isPresent() && (present == null || isUnwantedNull(property, present))) {
                    object.add(name, property.defaultValue().get().deepCopy());
                }
            });
            Schema additional = schema.children().additional();
            object.entrySet().forEach(entry -> {
                Schema property = schema.children().properties().get(entry.getKey());
                if (property != null) {
                    apply(property, entry.getValue());
                } else if (additional != null) {
                    if (isUnwantedNull(additional, entry.getValue())) {
                        entry.setValue(otherwise(additional));
                    }
                    apply(additional, entry.getValue());
                }
            });
        } else if (value instanceof JsonArray array && schema.children().items() != null) {
            Schema items = schema.children().items();
            for (int i = 0; i < array.size(); i++) {
                if (isUnwantedNull(items, array.get(i))) {
                    array.set(i, otherwise(items));
                }
                apply(items, array.get(i));
            }
        }
    }

    private static JsonElement otherwise(Schema schema) {
        return schema.defaultValue().isPresent() ? schema.defaultValue().get().deepCopy() : JsonNull.INSTANCE;
    }

    private static boolean isUnwantedNull(Schema schema, JsonElement value) {
        return value.isJsonNull() && !schema.nullable();
    }
}
