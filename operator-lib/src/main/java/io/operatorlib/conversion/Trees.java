package io.operatorlib.conversion;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Java's own maps, lists, texts, numbers and truth values, for converters that work on trees; and back. */
final class Trees {
    private Trees() {}

    static Map<String, Object> map(JsonObject object) {
        var map = new LinkedHashMap<String, Object>();
        for (var member : object.entrySet()) {
            Object value = value(member.getValue());
            if (value != null) {
                map.put(member.getKey(), value);
            }
        }
        return map;
    }

    private static @Nullable Object value(JsonElement json) {
        if (json instanceof JsonObject object) {
            return map(object);
        }
        if (json instanceof JsonArray array) {
            var list = new ArrayList<>();
            array.forEach(entry -> list.add(value(entry)));
            return list;
        }
        if (json instanceof JsonPrimitive primitive) {
            return primitive.isNumber()
                    ? number(primitive)
                    : primitive.isBoolean() ? (Object) primitive.getAsBoolean() : primitive.getAsString();
        }
        return null;
    }

    private static Number number(JsonPrimitive primitive) {
        String text = primitive.getAsString();
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return new BigDecimal(text);
        }
    }

    static JsonObject object(Map<?, ?> map) {
        var object = new JsonObject();
        map.forEach((name, value) -> object.add(String.valueOf(name), json(value)));
        return object;
    }

    private static JsonElement json(@Nullable Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        if (value instanceof List<?> list) {
            var array = new JsonArray();
            list.forEach(entry -> array.add(json(entry)));
            return array;
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof String text) {
            return new JsonPrimitive(text);
        }
        throw new ConversionException(
                "",
                "a converter put a " + value.getClass().getName() + " into a tree: only maps, lists, texts, numbers"
                        + " and truth values are JSON");
    }
}
