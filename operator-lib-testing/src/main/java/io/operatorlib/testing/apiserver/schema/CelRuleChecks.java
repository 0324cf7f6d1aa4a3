package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Schema.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules for rules in CEL: they compile, and ask for old values only where those can be known. */
final class CelRuleChecks {
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final Checks checks;

    private CelRuleChecks(Checks checks) {
        this.checks = checks;
    }

    static void check(Checks checks, Schema schema, Path path) {
        var own = new CelRuleChecks(checks);
        own.texts(schema, path);
        CelRules rules = CelRules.of(
                schema,
                path,
                true,
                (at, why, rule) -> checks.add(Cause.invalidAs(
                        at.child(why.field()).toString(), GoStructs.rule(rule), String.valueOf(why.getMessage()))));
        if (rules != null) {
            own.oldSelf(rules, path, null);
        }
    }

    private void texts(@Nullable Schema schema, Path path) {
        if (schema == null) {
            return;
        }
        List<Rule> rules = schema.extensions().rules();
        for (int i = 0; i < rules.size(); i++) {
            text(schema, rules.get(i), path.child("x-kubernetes-validations").index(i));
        }
        schema.children()
                .properties()
                .forEach((name, property) ->
                        texts(property, path.child("properties").key(name)));
        texts(schema.children().additional(), path.child("additionalProperties"));
        texts(schema.children().items(), path.child("items"));
    }

    private void text(Schema schema, Rule rule, Path path) {
        if (rule.rule().isBlank()) {
            checks.required(path.child("rule"), "rule is not specified");
        }
        if (!rule.message().isEmpty() && rule.message().isBlank()) {
            checks.invalid(path.child("message"), rule.message(), "must be non-empty if specified");
        } else if (rule.message().strip().contains("\n")) {
            checks.invalid(path.child("message"), rule.message(), "must not contain line breaks");
        } else if (rule.rule().strip().contains("\n") && rule.message().isEmpty()) {
            checks.required(path.child("message"), "message must be specified if rule contains line breaks");
        }
        if (!rule.reason().isEmpty()) {
            checks.supported(rule.reason(), path.child("reason"), REASONS);
        }
        if (!rule.fieldPath().isEmpty() && !StructuralRules.hasField(schema, rule.fieldPath())) {
            checks.invalid(path.child("fieldPath"), rule.fieldPath(), "must be a valid path");
        }
    }

    /** Complains of rules on changes within a list whose elements cannot be told apart. */
    private void oldSelf(CelRules rules, Path path, @Nullable Path list) {
        int i = 0;
        for (CelRule rule : rules.rules()) {
            Path at = path.child("x-kubernetes-validations").index(i++);
            if (rule.rule().optionalOldSelf() && !rule.usesOldSelf()) {
                checks.invalid(
                        at.child("optionalOldSelf"),
                        new JsonPrimitive(true),
                        "may not be set if oldSelf is not used in rule");
            } else if (list != null && rule.usesOldSelf()) {
                checks.invalid(
                        at.child("rule"),
                        rule.rule().rule(),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within " + list);
            }
        }
        rules.properties()
                .forEach(
                        (name, below) -> oldSelf(below, path.child("properties").key(name), list));
        if (rules.additional() != null) {
            oldSelf(rules.additional(), path.child("additionalProperties"), list);
        }
        if (rules.items() != null) {
            boolean known =
                    list == null && rules.schema().extensions().listType().equals("map");
            oldSelf(rules.items(), path.child("items"), known ? null : list == null ? path : list);
        }
    }
}
