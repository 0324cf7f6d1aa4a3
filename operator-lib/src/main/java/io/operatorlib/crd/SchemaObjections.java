package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a structural schema has against a value: types, required fields, enums, bounds, patterns, duplicates.
 *
 * <h2>Limits</h2>
 *
 * <p>Formats and rules in the Common Expression Language are left to the API server.
 */
final class SchemaObjections {
    private final List<String> found = new ArrayList<>();

    private SchemaObjections() {}

    /** The objections, each with the path of its field; none where the value fits. */
    static List<String> to(JsonElement value, JsonObject schema) {
        var objections = new SchemaObjections();
        objections.check(value, schema, "");
        return objections.found;
    }

    private void object(String path, String what) {
        found.add((path.isEmpty() ? "" : (path.startsWith(".") ? path.substring(1) : path) + " ") + what);
    }

    private void check(JsonElement value, JsonObject schema, String path) {
        if (value.isJsonNull()) {
            // the server drops a null that has a default
            if (!Json.flag(schema, "nullable")
                    && !schema.has("default")
                    && !Json.text(schema, "type").isEmpty()) {
                object(path, "must not be null");
            }
            return;
        }
        if (!typed(value, schema)) {
            object(path, "must be of type " + Json.text(schema, "type"));
            return;
        }
        List<JsonElement> values = Json.list(schema, "enum");
        if (!values.isEmpty() && values.stream().noneMatch(one -> Json.equal(one, value))) {
            object(path, "must be one of " + values);
        }
        if (value instanceof JsonObject object) {
            members(object, schema, path);
        } else if (value instanceof JsonArray array) {
            entries(array, schema, path);
        } else if (value instanceof JsonPrimitive primitive) {
            simple(primitive, schema, path);
        }
    }

    private static boolean typed(JsonElement value, JsonObject schema) {
        if (Json.flag(schema, SchemaDiff.INT_OR_STRING)) {
            return value instanceof JsonPrimitive primitive && (primitive.isString() || whole(primitive));
        }
        return switch (Json.text(schema, "type")) {
            case "object" -> value.isJsonObject();
            case "array" -> value.isJsonArray();
            case "string" -> value instanceof JsonPrimitive primitive && primitive.isString();
            case "boolean" -> value instanceof JsonPrimitive primitive && primitive.isBoolean();
            case "number" -> value instanceof JsonPrimitive primitive && primitive.isNumber();
            case "integer" -> value instanceof JsonPrimitive primitive && whole(primitive);
            default -> true;
        };
    }

    private static boolean whole(JsonPrimitive primitive) {
        return primitive.isNumber()
                && primitive.getAsBigDecimal().stripTrailingZeros().scale() <= 0;
    }

    private void members(JsonObject object, JsonObject schema, String path) {
        count(object.size(), schema, "Properties", path);
        JsonObject properties = Json.object(schema, "properties");
        for (JsonElement name : Json.list(schema, "required")) {
            String required = name.getAsString();
            if (!object.has(required) && !Json.object(properties, required).has("default")) {
                object(path + "." + required, "is required");
            }
        }
        JsonElement others = Json.at(schema, "additionalProperties");
        for (var member : object.entrySet()) {
            String at = path + "." + member.getKey();
            if (Json.at(properties, member.getKey()) instanceof JsonObject known) {
                check(member.getValue(), known, at);
            } else if (others instanceof JsonObject known) {
                check(member.getValue(), known, at);
            }
        }
    }

    private void entries(JsonArray array, JsonObject schema, String path) {
        count(array.size(), schema, "Items", path);
        String type = Json.text(schema, "x-kubernetes-list-type");
        List<JsonElement> keys = Json.list(schema, "x-kubernetes-list-map-keys");
        Set<JsonElement> seen = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            String at = path + "[" + i + "]";
            JsonElement entry = array.get(i);
            if (Json.at(schema, "items") instanceof JsonObject items) {
                check(entry, items, at);
            }
            if ((type.equals("set") && !seen.add(entry)) || (type.equals("map") && !seen.add(key(entry, keys)))) {
                object(at, "is there twice");
            }
        }
    }

    private static JsonElement key(JsonElement entry, List<JsonElement> names) {
        var key = new JsonArray();
        names.forEach(name -> key.add(Json.at(entry, name.getAsString())));
        return key;
    }

    private void simple(JsonPrimitive value, JsonObject schema, String path) {
        if (value.isString()) {
            String text = value.getAsString();
            count(text.codePointCount(0, text.length()), schema, "Length", path);
            String pattern = Json.text(schema, "pattern");
            if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find()) {
                object(path, "must match " + pattern);
            }
        } else if (value.isNumber()) {
            bounds(value.getAsBigDecimal(), schema, path);
        }
    }

    private void bounds(BigDecimal value, JsonObject schema, String path) {
        BigDecimal least = number(schema, "minimum");
        BigDecimal most = number(schema, "maximum");
        BigDecimal factor = number(schema, "multipleOf");
        if (least != null && value.compareTo(least) < (Json.flag(schema, "exclusiveMinimum") ? 1 : 0)) {
            object(path, "is below the minimum of " + least);
        }
        if (most != null && value.compareTo(most) > (Json.flag(schema, "exclusiveMaximum") ? -1 : 0)) {
            object(path, "is above the maximum of " + most);
        }
        if (factor != null && value.remainder(factor).signum() != 0) {
            object(path, "must be a multiple of " + factor);
        }
    }

    private void count(int size, JsonObject schema, String what, String path) {
        if (size < Json.number(0, schema, "min" + what)) {
            object(path, "has fewer than " + Json.text(schema, "min" + what));
        }
        if (size > Json.number(Long.MAX_VALUE, schema, "max" + what)) {
            object(path, "has more than " + Json.text(schema, "max" + what));
        }
    }

    private static @Nullable BigDecimal number(JsonObject schema, String keyword) {
        return schema.get(keyword) instanceof JsonPrimitive primitive && primitive.isNumber()
                ? primitive.getAsBigDecimal()
                : null;
    }
}
