package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.cel.common.types.CelType;
import dev.cel.compiler.CelCompiler;
import io.operatorlib.testing.apiserver.schema.Schema.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules in CEL at one place of a schema and below it, compiled. A rule on a change ({@code oldSelf}) holds for parts
 * whose old value is known: fields, values of maps, and elements of list maps.
 */
final class CelRules {
    private final Schema schema;
    private final boolean resource;
    private final List<CelRule> rules;
    private final Map<String, CelRules> properties;
    private final @Nullable CelRules additional;
    private final @Nullable CelRules items;

    private CelRules(
            Schema schema,
            boolean resource,
            List<CelRule> rules,
            Map<String, CelRules> properties,
            @Nullable CelRules additional,
            @Nullable CelRules items) {
        this.schema = schema;
        this.resource = resource;
        this.rules = rules;
        this.properties = properties;
        this.additional = additional;
        this.items = items;
    }

    /** Takes note of a rule that does not compile. */
    interface Complaints {
        /**
         * Takes note.
         *
         * @param at where the rule is in the schema
         */
        void add(Path at, CelRule.UncompilableException why, Rule rule);
    }

    /** The rules of a whole object; empty where its schema has none. Rules that do not compile are left out. */
    static Optional<CelRules> of(Schema schema) {
        return Optional.ofNullable(of(schema, Path.ROOT, true, (at, why, rule) -> {}));
    }

    /**
     * Compiles the rules of a schema.
     *
     * @param path where the schema is in its definition
     * @return null where there are none
     */
    static @Nullable CelRules of(Schema schema, Path path, boolean resource, Complaints complaints) {
        List<CelRule> rules = compiled(schema, path, resource, complaints);
        Map<String, CelRules> properties = new LinkedHashMap<>();
        schema.children().properties().forEach((name, property) -> {
            CelRules below = of(
                    property,
                    path.child("properties").key(name),
                    property.extensions().embedded(),
                    complaints);
            if (below != null) {
                properties.put(name, below);
            }
        });
        Schema values = schema.children().additional();
        CelRules additional = values == null
                ? null
                : of(
                        values,
                        path.child("additionalProperties"),
                        values.extensions().embedded(),
                        complaints);
        Schema elements = schema.children().items();
        CelRules items = elements == null
                ? null
                : of(elements, path.child("items"), elements.extensions().embedded(), complaints);
        boolean none = rules.isEmpty() && properties.isEmpty() && additional == null && items == null;
        return none ? null : new CelRules(schema, resource, rules, properties, additional, items);
    }

    Schema schema() {
        return schema;
    }

    List<CelRule> rules() {
        return rules;
    }

    Map<String, CelRules> properties() {
        return properties;
    }

    @Nullable
    CelRules additional() {
        return additional;
    }

    @Nullable
    CelRules items() {
        return items;
    }

    private static List<CelRule> compiled(Schema schema, Path path, boolean resource, Complaints complaints) {
        List<Rule> sources = schema.extensions().rules();
        if (sources.isEmpty()) {
            return List.of();
        }
        var types = new CelTypes();
        CelType self = types.of(schema, "self", resource);
        Map<Boolean, CelCompiler> compilers = new HashMap<>();
        List<CelRule> rules = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Rule source = sources.get(i);
            Path at = path.child("x-kubernetes-validations").index(i);
            try {
                if (self == null) {
                    throw new CelRule.UncompilableException(
                            "rule", "failed to convert to declType for CEL validation rules");
                }
                if (!source.rule().isBlank()) {
                    rules.add(CelRule.compile(
                            source,
                            compilers.computeIfAbsent(
                                    source.optionalOldSelf(), optional -> CelRule.compiler(types, self, optional))));
                }
            } catch (CelRule.UncompilableException e) {
                complaints.add(at, e, source);
            }
        }
        return List.copyOf(rules);
    }

    /** The server's objections to an object. */
    List<Cause> validate(JsonObject object, @Nullable JsonObject old) {
        List<Cause> causes = new ArrayList<>();
        validate(object, old, Path.ROOT, old != null && old.equals(object), causes);
        return causes;
    }

    /**
     * Validates one value.
     *
     * @param unchanged whether the value is the same as before, as far as that can be told: then only rules on changes
     *     count
     */
    private void validate(
            JsonElement value, @Nullable JsonElement old, Path path, boolean unchanged, List<Cause> causes) {
        if (value.isJsonNull()) {
            return;
        }
        if (!rules.isEmpty()) {
            check(value, Json.isNull(old) ? null : old, path, unchanged, causes);
        }
        if (value instanceof JsonArray array && items != null) {
            OldItems before = OldItems.of(schema, old);
            for (int i = 0; i < array.size(); i++) {
                JsonElement item = array.get(i);
                JsonElement oldItem = before.of(item);
                boolean same = unchanged || (oldItem != null && oldItem.equals(item));
                items.validate(item, oldItem, path.index(i), same, causes);
            }
        } else if (value instanceof JsonObject object) {
            JsonObject before = old instanceof JsonObject oldObject ? oldObject : new JsonObject();
            if (additional != null) {
                object.asMap().forEach((name, part) -> {
                    if (!schema.children().properties().containsKey(name)) {
                        validate(additional, name, part, before, path.key(name), unchanged, causes);
                    }
                });
            }
            properties.forEach((name, below) -> {
                JsonElement part = object.get(name);
                if (part != null) {
                    validate(below, name, part, before, path.child(name), unchanged, causes);
                }
            });
        }
    }

    private static void validate(
            CelRules below,
            String name,
            JsonElement part,
            JsonObject before,
            Path path,
            boolean unchanged,
            List<Cause> causes) {
        JsonElement old = before.get(name);
        below.validate(part, old, path, unchanged || (old != null && old.equals(part)), causes);
    }

    private void check(JsonElement value, @Nullable JsonElement old, Path path, boolean unchanged, List<Cause> causes) {
        Object self = CelValues.of(schema, value, resource);
        Object oldSelf = old == null ? null : CelValues.of(schema, old, resource);
        for (CelRule rule : rules) {
            boolean optional = rule.rule().optionalOldSelf();
            if (rule.usesOldSelf() && oldSelf == null && !optional) {
                continue;
            }
            Map<String, Object> variables = new HashMap<>();
            variables.put("self", self);
            if (optional) {
                variables.put("oldSelf", Optional.ofNullable(oldSelf));
            } else if (oldSelf != null) {
                variables.put("oldSelf", oldSelf);
            }
            Optional<String> objection = rule.objection(variables);
            if (objection.isPresent() && (rule.usesOldSelf() || !unchanged)) {
                causes.add(cause(rule.rule(), path, objection.get()));
            }
        }
    }

    private Cause cause(Rule rule, Path path, String message) {
        String at = path.isRoot() && rule.fieldPath().isEmpty()
                ? "<nil>"
                : path + (path.isRoot() ? rule.fieldPath().replaceFirst("^\\.", "") : rule.fieldPath());
        var type = new JsonPrimitive(schema.type());
        return switch (rule.reason()) {
            case "FieldValueForbidden" -> Cause.forbidden(at, message);
            case "FieldValueRequired" -> Cause.required(at, message);
            case "FieldValueDuplicate" -> Cause.duplicate(at, type);
            default -> Cause.invalid(at, type, message);
        };
    }
}
