package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;

/** One entry of {@code x-kubernetes-validations}; an empty text stands for an absent one. */
record SchemaRule(
        String expression,
        String message,
        String messageExpression,
        String fieldPath,
        String reason,
        boolean optionalOldSelf) {

    static SchemaRule of(String expression, String message) {
        return new SchemaRule(expression, message, "", "", "", false);
    }

    static List<SchemaRule> on(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotationsByType(Rule.class))
                .map(rule -> new SchemaRule(
                        rule.value(),
                        rule.message(),
                        rule.messageExpression(),
                        rule.fieldPath(),
                        rule.reason(),
                        rule.optionalOldSelf()))
                .toList();
    }

    /** Adds rules to those that a schema has. */
    static void add(JsonObject schema, List<SchemaRule> rules) {
        if (rules.isEmpty()) {
            return;
        }
        var array = schema.has("x-kubernetes-validations")
                ? schema.getAsJsonArray("x-kubernetes-validations")
                : new JsonArray();
        rules.forEach(rule -> array.add(rule.tree()));
        schema.add("x-kubernetes-validations", array);
    }

    private JsonObject tree() {
        var tree = new JsonObject();
        tree.addProperty("rule", expression);
        addUnlessEmpty(tree, "message", message);
        addUnlessEmpty(tree, "messageExpression", messageExpression);
        addUnlessEmpty(tree, "fieldPath", fieldPath);
        addUnlessEmpty(tree, "reason", reason);
        if (optionalOldSelf) {
            tree.addProperty("optionalOldSelf", true);
        }
        return tree;
    }

    private static void addUnlessEmpty(JsonObject tree, String name, String text) {
        if (!text.isEmpty()) {
            tree.addProperty(name, text);
        }
    }
}
