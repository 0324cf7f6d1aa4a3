package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a custom kind with a scale subresource keeps its replicas; the paths begin with a dot.
 *
 * @param selector empty where the kind has none
 */
record ScalePaths(String spec, String status, String selector) {
    static Optional<ScalePaths> of(JsonObject scale) {
        return scale.isEmpty()
                ? Optional.empty()
                : Optional.of(new ScalePaths(
                        Json.text(scale, "specReplicasPath"),
                        Json.text(scale, "statusReplicasPath"),
                        Json.text(scale, "labelSelectorPath")));
    }

    List<Cause> validate(JsonObject object) {
        List<Cause> causes = new ArrayList<>();
        replicas(causes, object, spec);
        causes.addAll(validateStatus(object));
        return causes;
    }

    List<Cause> validateStatus(JsonObject object) {
        List<Cause> causes = new ArrayList<>();
        replicas(causes, object, status);
        if (!selector.isEmpty()) {
            var found = look(object, selector);
            if (found.obstacle() != null) {
                causes.add(Cause.invalid(selector, "", found.error(selector)));
            } else if (found.value() != null && !Json.isText(found.value())) {
                causes.add(Cause.invalid(selector, "", accessorError(selector, found.value(), "string")));
            }
        }
        return causes;
    }

    private static void replicas(List<Cause> causes, JsonObject object, String path) {
        Found found = look(object, path);
        if (found.obstacle() != null) {
            causes.add(Cause.invalid(path, new JsonPrimitive(0), found.error(path)));
        } else if (found.value() != null) {
            JsonElement value = found.value();
            if (!Json.type(value).equals("integer")) {
                causes.add(Cause.invalid(path, new JsonPrimitive(0), accessorError(path, value, "int64")));
            } else if (value.getAsLong() < 0) {
                causes.add(Cause.invalid(path, value, "should be a non-negative integer"));
            } else if (value.getAsLong() > Integer.MAX_VALUE) {
                causes.add(Cause.invalid(path, value, "should be less than or equal to " + Integer.MAX_VALUE));
            }
        }
    }

    /** What is at a path: a value, or a value on the way that has no fields. */
    private record Found(
            @Nullable JsonElement value, @Nullable JsonElement obstacle) {
        String error(String path) {
            return obstacle == null ? "" : accessorError(path, obstacle, "map[string]interface{}");
        }
    }

    private static Found look(JsonObject object, String path) {
        JsonElement at = object;
        for (String name : path.substring(Math.min(1, path.length())).split("\\.")) {
            if (!(at instanceof JsonObject fields)) {
                return new Found(null, at);
            }
            at = fields.get(name);
            if (at == null) {
                return new Found(null, null);
            }
        }
        return new Found(at, null);
    }

    private static String accessorError(String path, JsonElement value, String expected) {
        return path + " accessor error: " + printed(value) + " is of the type " + goType(value) + ", expected "
                + expected;
    }

    private static String printed(JsonElement value) {
        if (value instanceof JsonArray) {
            return "[]";
        }
        if (value instanceof JsonObject) {
            return "map[]";
        }
        if (value instanceof JsonPrimitive primitive) {
            return primitive.isNumber() ? Go.number(primitive) : primitive.getAsString();
        }
        return "<nil>";
    }

    private static String goType(JsonElement value) {
        return switch (Json.type(value)) {
            case "object" -> "map[string]interface {}";
            case "array" -> "[]interface {}";
            case "string" -> "string";
            case "boolean" -> "bool";
            case "integer" -> "int64";
            case "number" -> "float64";
            default -> "<nil>";
        };
    }
}
