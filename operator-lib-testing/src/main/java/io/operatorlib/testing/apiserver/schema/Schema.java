package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the value at one place of an object: a node of a structural schema, of a custom resource or of a
 * kind of Kubernetes' own.
 *
 * @param type {@code object}, {@code array}, {@code string}, {@code integer}, {@code number}, {@code boolean}; empty
 *     where any will do
 * @param format a narrower meaning of the type, for example {@code date-time}; empty where there is none
 * @param description a person's words; may be empty
 * @param nullable whether the value may be null
 * @param defaultValue what an absent value means
 * @param children the schemas of the parts
 * @param limits which values are refused
 * @param logic further schemas for the same value
 * @param extensions Kubernetes' additions
 */
record Schema(
        String type,
        String format,
        String description,
        boolean nullable,
        Optional<JsonElement> defaultValue,
        Children children,
        Limits limits,
        Logic logic,
        Extensions extensions)
        implements FieldSchema {

    /** The schema of a value of which nothing is known. */
    static final Schema UNKNOWN =
            new Schema("", "", "", false, Optional.empty(), Children.NONE, Limits.NONE, Logic.NONE, Extensions.NONE);

    /**
     * The schemas of the parts of a value.
     *
     * @param lazyProperties by the names of an object's fields; asked for late, as a kind may contain itself
     * @param additional of a map's values
     * @param anyAdditional whether an object may have any further field
     * @param items of a list's elements
     */
    record Children(
            Supplier<Map<String, Schema>> lazyProperties,
            @Nullable Schema additional,
            boolean anyAdditional,
            @Nullable Schema items) {
        static final Children NONE = new Children(Map::of, null, false, null);

        Map<String, Schema> properties() {
            return lazyProperties.get();
        }
    }

    /** Which values are refused; an absent limit is null. */
    record Limits(
            @Nullable Double maximum,
            boolean exclusiveMaximum,
            @Nullable Double minimum,
            boolean exclusiveMinimum,
            @Nullable Double multipleOf,
            @Nullable Long maxLength,
            @Nullable Long minLength,
            @Nullable Pattern pattern,
            @Nullable Long maxItems,
            @Nullable Long minItems,
            boolean uniqueItems,
            @Nullable Long maxProperties,
            @Nullable Long minProperties,
            List<String> required,
            List<JsonElement> values) {
        static final Limits NONE = new Limits(
                null, false, null, false, null, null, null, null, null, null, false, null, null, List.of(), List.of());
    }

    /** Further schemas for the same value. */
    record Logic(
            List<Schema> allOf,
            List<Schema> anyOf,
            List<Schema> oneOf,
            @Nullable Schema not) {
        static final Logic NONE = new Logic(List.of(), List.of(), List.of(), null);

        boolean isEmpty() {
            return allOf.isEmpty() && anyOf.isEmpty() && oneOf.isEmpty() && not == null;
        }
    }

    /**
     * Kubernetes' additions to a schema.
     *
     * @param listType {@code atomic}, {@code set}, {@code map}, or empty
     * @param mapType {@code atomic}, {@code granular}, or empty
     * @param rules the rules in CEL
     * @param patchMergeKey the key of a list in a strategic merge patch; may be empty
     * @param model the name of the type among Kubernetes' own; empty for others
     */
    record Extensions(
            boolean preserveUnknown,
            boolean embedded,
            boolean intOrString,
            String listType,
            String mapType,
            List<String> listMapKeys,
            List<Rule> rules,
            String patchMergeKey,
            Set<PatchStrategy> patchStrategies,
            String model) {
        static final Extensions NONE =
                new Extensions(false, false, false, "", "", List.of(), List.of(), "", Set.of(), "");

        Extensions list(String type, List<String> keys, String mergeKey, Set<PatchStrategy> strategies) {
            return new Extensions(
                    preserveUnknown, embedded, intOrString, type, mapType, keys, rules, mergeKey, strategies, model);
        }

        Extensions map(String type, Set<PatchStrategy> strategies) {
            return new Extensions(
                    preserveUnknown,
                    embedded,
                    intOrString,
                    listType,
                    type,
                    listMapKeys,
                    rules,
                    patchMergeKey,
                    strategies,
                    model);
        }

        Extensions ofModel(String name) {
            return new Extensions(
                    preserveUnknown,
                    embedded,
                    intOrString,
                    listType,
                    mapType,
                    listMapKeys,
                    rules,
                    patchMergeKey,
                    patchStrategies,
                    name);
        }

        Extensions orInteger() {
            return new Extensions(false, false, true, "", "", List.of(), List.of(), "", patchStrategies, model);
        }

        Extensions preserving() {
            return new Extensions(true, false, false, "", "", List.of(), List.of(), "", patchStrategies, model);
        }
    }

    /** A rule of {@code x-kubernetes-validations}; an absent text is empty. */
    record Rule(
            String rule,
            String message,
            String messageExpression,
            String reason,
            String fieldPath,
            boolean optionalOldSelf) {}

    static Schema scalar(String type, String format) {
        return new Schema(
                type, format, "", true, Optional.empty(), Children.NONE, Limits.NONE, Logic.NONE, Extensions.NONE);
    }

    static Schema list(Schema items) {
        return new Schema(
                "array",
                "",
                "",
                true,
                Optional.empty(),
                new Children(Map::of, null, false, items),
                Limits.NONE,
                Logic.NONE,
                Extensions.NONE);
    }

    static Schema map(Schema values) {
        return new Schema(
                "object",
                "",
                "",
                true,
                Optional.empty(),
                new Children(Map::of, values, false, null),
                Limits.NONE,
                Logic.NONE,
                Extensions.NONE);
    }

    /** The schema of a field or of a map's value; null where the object has no such field. */
    @Nullable
    Schema part(String name) {
        Schema property = children.properties().get(name);
        return property != null ? property : children.additional();
    }

    @Override
    public Shape shape() {
        if (extensions.intOrString) {
            return Shape.SCALAR;
        }
        return switch (type) {
            case "object" -> objectShape();
            case "array" ->
                switch (extensions.listType) {
                    case "set" -> Shape.LIST_SET;
                    case "map" -> Shape.LIST_MAP;
                    default -> Shape.ATOMIC_LIST;
                };
            case "" -> Shape.UNTYPED;
            default -> Shape.SCALAR;
        };
    }

    private Shape objectShape() {
        if (extensions.mapType.equals("atomic")) {
            return Shape.ATOMIC_MAP;
        }
        boolean known = !children.properties().isEmpty() || children.additional() != null;
        return extensions.preserveUnknown && !known ? Shape.UNTYPED : Shape.GRANULAR;
    }

    @Override
    public FieldSchema field(String name) {
        Schema part = part(name);
        return part == null ? UNKNOWN : part;
    }

    @Override
    public FieldSchema element() {
        Schema items = children.items();
        return items == null ? UNKNOWN : items;
    }

    @Override
    public List<String> listMapKeys() {
        return extensions.listMapKeys;
    }

    @Override
    public Optional<String> patchMergeKey() {
        return extensions.patchMergeKey.isEmpty() ? Optional.empty() : Optional.of(extensions.patchMergeKey);
    }

    @Override
    public Set<PatchStrategy> patchStrategies() {
        return extensions.patchStrategies;
    }

    Schema withDefault(JsonElement value) {
        return new Schema(type, format, description, nullable, Optional.of(value), children, limits, logic, extensions);
    }

    /** The same with one more field. */
    Schema withField(String name, Schema field) {
        Map<String, Schema> fields = new LinkedHashMap<>(children.properties());
        fields.put(name, field);
        return with(new Children(() -> fields, children.additional(), children.anyAdditional(), children.items()));
    }

    Schema with(String otherFormat) {
        return new Schema(type, otherFormat, description, nullable, defaultValue, children, limits, logic, extensions);
    }

    /** The same, but values of another type are not refused. */
    Schema looselyTyped() {
        return new Schema("", format, description, nullable, defaultValue, children, limits, logic, extensions);
    }

    Schema with(Children other) {
        return new Schema(type, format, description, nullable, defaultValue, other, limits, logic, extensions);
    }

    Schema with(Extensions other) {
        return new Schema(type, format, description, nullable, defaultValue, children, limits, logic, other);
    }
}
