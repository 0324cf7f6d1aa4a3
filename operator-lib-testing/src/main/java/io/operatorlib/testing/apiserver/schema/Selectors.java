package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Selectors of labels, as they stand in objects. */
final class Selectors {
    private Selectors() {}

    /** Tells whether a selector without faults selects the labels; one that asks nothing selects none. */
    static boolean matches(JsonObject selector, @Nullable JsonElement labels) {
        JsonObject given = Json.object(labels);
        JsonObject wanted = Json.object(selector, "matchLabels");
        List<JsonObject> expressions = Json.objects(selector, "matchExpressions");
        if (wanted.isEmpty() && expressions.isEmpty()) {
            return false;
        }
        return wanted.asMap().entrySet().stream()
                        .allMatch(entry -> entry.getValue().equals(given.get(entry.getKey())))
                && expressions.stream().allMatch(expression -> matchesExpression(expression, given));
    }

    private static boolean matchesExpression(JsonObject expression, JsonObject labels) {
        String key = Json.text(expression, "key");
        List<String> values = Json.texts(expression, "values");
        return switch (Json.text(expression, "operator")) {
            case "In" -> labels.has(key) && values.contains(Json.text(labels, key));
            case "NotIn" -> !labels.has(key) || !values.contains(Json.text(labels, key));
            case "Exists" -> labels.has(key);
            default -> !labels.has(key);
        };
    }
}
