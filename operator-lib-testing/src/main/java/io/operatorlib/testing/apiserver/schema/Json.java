package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into JSON trees without stumbling: what is absent, or is something else than asked for, reads as empty. */
final class Json {
    private Json() {}

    static JsonObject object(@Nullable JsonElement in, String... path) {
        JsonElement at = in;
        for (String name : path) {
            at = at instanceof JsonObject object ? object.get(name) : null;
        }
        return at instanceof JsonObject object ? object : new JsonObject();
    }

    static JsonArray array(JsonObject in, String name) {
        return in.get(name) instanceof JsonArray array ? array : new JsonArray(0);
    }

    /** The elements of a list that are objects; the others are left out. */
    static List<JsonObject> objects(JsonObject in, String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonElement element : array(in, name)) {
            objects.add(element instanceof JsonObject object ? object : new JsonObject());
        }
        return objects;
    }

    static String text(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive primitive && primitive.isString() ? primitive.getAsString() : "";
    }

    static List<String> texts(JsonObject in, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonElement element : array(in, name)) {
            if (element instanceof JsonPrimitive primitive) {
                texts.add(primitive.getAsString());
            }
        }
        return List.copyOf(texts);
    }

    static boolean flag(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive primitive && primitive.isBoolean() && primitive.getAsBoolean();
    }

    static @Nullable Long integer(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive primitive && primitive.isNumber()
                ? Long.valueOf(primitive.getAsBigDecimal().longValue())
                : null;
    }

    static long integer(JsonObject in, String name, long otherwise) {
        Long number = integer(in, name);
        return number == null ? otherwise : number;
    }

    static @Nullable Double decimal(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive primitive && primitive.isNumber()
                ? Double.valueOf(primitive.getAsDouble())
                : null;
    }

    /** Tells whether the field is there with a value other than null. */
    static boolean has(JsonObject in, String name) {
        JsonElement value = in.get(name);
        return value != null && !value.isJsonNull();
    }

    static boolean isNull(@Nullable JsonElement value) {
        return value == null || value instanceof JsonNull;
    }

    static boolean isText(@Nullable JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }

    /** Tells whether the number is written as an integer and fits into 64 bits: an int64 to a server in Go. */
    static boolean isInteger(JsonPrimitive number) {
        Number value = number.getAsNumber();
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return true;
        }
        if (value instanceof Double || value instanceof Float) {
            return false;
        }
        String text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' || c == 'e' || c == 'E') {
                return false;
            }
        }
        return text.length() <= 18 || number.getAsBigInteger().bitLength() < Long.SIZE;
    }

    /** The JSON type of a value, as schemas call it; {@code null} for null. */
    static String type(@Nullable JsonElement value) {
        if (value instanceof JsonObject) {
            return "object";
        }
        if (value instanceof JsonArray) {
            return "array";
        }
        if (value instanceof JsonPrimitive primitive) {
            return primitive.isString()
                    ? "string"
                    : primitive.isBoolean() ? "boolean" : isInteger(primitive) ? "integer" : "number";
        }
        return "null";
    }
}
