package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** The changes of the rules in the Common Expression Language; a rule is known by its expression. */
record RuleDiff(JsonObject old, JsonObject now, BiConsumer<Impact, String> add) {
    static final String KEYWORD = "x-kubernetes-validations";

    private static final Pattern OLD_SELF = Pattern.compile("\\boldSelf\\b");

    void compare() {
        Map<String, JsonObject> had = rules(old);
        Map<String, JsonObject> has = rules(now);
        had.forEach((expression, rule) -> {
            JsonObject next = has.get(expression);
            if (next == null) {
                add.accept(Impact.SAFE, "rule removed: " + expression);
            } else if (Json.flag(rule, "optionalOldSelf") != Json.flag(next, "optionalOldSelf")) {
                boolean narrower = Json.flag(next, "optionalOldSelf");
                add.accept(
                        narrower ? Impact.BREAKING : Impact.SAFE,
                        "rule " + (narrower ? "holds" : "no longer holds") + " for new objects: " + expression);
            } else if (!Json.equal(rule, next)) {
                add.accept(Impact.SAFE, "rule says something else: " + expression);
            }
        });
        has.forEach((expression, rule) -> {
            if (!had.containsKey(expression)) {
                boolean transition = OLD_SELF.matcher(expression).find() && !Json.flag(rule, "optionalOldSelf");
                add.accept(
                        transition ? Impact.RISKY : Impact.BREAKING,
                        (transition ? "rule for changes added: " : "rule added: ") + expression);
            }
        });
    }

    private static Map<String, JsonObject> rules(JsonObject schema) {
        var rules = new LinkedHashMap<String, JsonObject>();
        Json.objects(schema, KEYWORD).forEach(rule -> rules.put(Json.text(rule, "rule"), rule));
        return rules;
    }
}
