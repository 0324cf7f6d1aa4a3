package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the schema of a custom resource: it must be structural, its defaults must be valid, its rules in CEL
 * must compile.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Specifying
 *     a structural schema</a>
 */
final class StructuralRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");

    private static final List<String> UNSUPPORTED =
            List.of("$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id");

    /** What may not stand inside of {@code allOf} and its like, and what it must be there instead. */
    private static final Map<String, String> NOT_NESTED = Map.of(
            "type", "empty",
            "title", "empty",
            "description", "empty",
            "default", "undefined",
            "additionalProperties", "undefined",
            "nullable", "false",
            "x-kubernetes-preserve-unknown-fields", "false",
            "x-kubernetes-embedded-resource", "false",
            "x-kubernetes-int-or-string", "false",
            "x-kubernetes-validations", "empty");

    private final Checks checks = new Checks();

    private StructuralRules() {}

    /** Where in its surroundings a schema stands. */
    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String typeMissing;

        Level(String typeMissing) {
            this.typeMissing = typeMissing;
        }
    }

    static List<Cause> check(JsonObject schema, Path path) {
        var rules = new StructuralRules();
        rules.node(schema, path, Level.ROOT);
        if (rules.checks.clean()) {
            Schema read = SchemaReader.read(schema);
            rules.defaults(read, path);
            CelRuleChecks.check(rules.checks, read, path);
        }
        return rules.checks.causes();
    }

    /** Tells whether a path of fields, such as {@code .spec.size}, leads to a field of the schema. */
    static boolean hasField(Schema schema, String path) {
        Schema at = schema;
        for (String name : path.replaceFirst("^\\.", "")
                .replaceAll("\\['([^']*)'\\]", ".$1")
                .split("\\.")) {
            at = at == null ? null : at.part(name);
        }
        return at != null && path.startsWith(".");
    }

    private void node(JsonObject schema, Path path, Level level) {
        unsupported(schema, path);
        type(schema, path, level);
        children(schema, path, level);
        lists(schema, path);
        junctors(schema, path);
        pattern(schema, path);
        if (level == Level.ROOT) {
            metadata(schema, path);
        }
    }

    private void unsupported(JsonObject schema, Path path) {
        for (String field : UNSUPPORTED) {
            if (schema.has(field)) {
                checks.forbidden(path.child(field), field + " is not supported");
            }
        }
        if (Json.flag(schema, "uniqueItems")) {
            checks.forbidden(
                    path.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
    }

    private void type(JsonObject schema, Path path, Level level) {
        String type = Json.text(schema, "type");
        boolean preserve = Json.flag(schema, "x-kubernetes-preserve-unknown-fields");
        boolean intOrString = Json.flag(schema, "x-kubernetes-int-or-string");
        boolean embedded = Json.flag(schema, "x-kubernetes-embedded-resource");
        if (!type.isEmpty()) {
            checks.supported(type, path.child("type"), TYPES);
        }
        if (embedded && !type.equals("object")) {
            String reason = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                checks.required(path.child("type"), reason);
            } else {
                checks.invalid(path.child("type"), type, reason);
            }
        } else if (type.isEmpty() && !intOrString && !preserve && !schema.has("$ref")) {
            checks.required(path.child("type"), level.typeMissing);
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            checks.invalid(path.child("type"), type, "must be object at the root");
        }
        if (intOrString && preserve) {
            checks.invalid(
                    path.child("x-kubernetes-preserve-unknown-fields"),
                    schema.get("x-kubernetes-preserve-unknown-fields"),
                    "must be false if x-kubernetes-int-or-string is true");
        }
        if (embedded && !preserve && Json.object(schema, "properties").isEmpty()) {
            checks.required(
                    path.child("properties"),
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    private void children(JsonObject schema, Path path, Level level) {
        JsonObject properties = Json.object(schema, "properties");
        JsonElement additional = schema.get("additionalProperties");
        if (additional != null && level == Level.ROOT) {
            checks.forbidden(path.child("additionalProperties"), "must not be used at the root");
        } else if (additional instanceof JsonObject && !properties.isEmpty()) {
            checks.forbidden(
                    path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive");
        }
        if (additional instanceof JsonObject values) {
            node(values, path.child("additionalProperties"), Level.FIELD);
        }
        properties.asMap().forEach((name, property) -> {
            if (property instanceof JsonObject object && !(level == Level.ROOT && name.equals("metadata"))) {
                node(object, path.child("properties").key(name), Level.FIELD);
            }
        });
        if (schema.get("items") instanceof JsonObject items) {
            node(items, path.child("items"), Level.ITEM);
        } else if (Json.text(schema, "type").equals("array")) {
            checks.required(path.child("items"), "must be specified");
        }
    }

    private void metadata(JsonObject schema, Path path) {
        if (Json.object(schema, "properties").get("metadata") instanceof JsonObject metadata) {
            Path at = path.child("properties").key("metadata");
            var names = new HashSet<>(Json.object(metadata, "properties").keySet());
            names.removeAll(Set.of("name", "generateName"));
            var others = new HashSet<>(metadata.keySet());
            others.removeAll(Set.of("type", "properties", "description"));
            if (!names.isEmpty() || !others.isEmpty()) {
                checks.forbidden(
                        at,
                        "must not specify anything other than name and generateName, but metadata is implicitly"
                                + " specified");
            }
        }
    }

    private void lists(JsonObject schema, Path path) {
        String listType = Json.text(schema, "x-kubernetes-list-type");
        String type = Json.text(schema, "type");
        List<String> keys = Json.texts(schema, "x-kubernetes-list-map-keys");
        JsonObject items = Json.object(schema, "items");
        if (!listType.isEmpty()) {
            if (!type.equals("array")) {
                checks.invalid(path.child("type"), type, "must be array if x-kubernetes-list-type is specified");
            }
            checks.supported(schema, "x-kubernetes-list-type", path, List.of("atomic", "set", "map"));
        }
        if (!keys.isEmpty() && listType.isEmpty()) {
            checks.required(
                    path.child("x-kubernetes-list-type"), "must be map if x-kubernetes-list-map-keys is non-empty");
        }
        if (listType.equals("set") && Set.of("object", "array").contains(Json.text(items, "type"))) {
            String field =
                    Json.text(items, "type").equals("object") ? "x-kubernetes-map-type" : "x-kubernetes-list-type";
            JsonElement given = items.get(field);
            if (!Json.text(items, field).equals("atomic")) {
                checks.invalid(
                        path.child("items", field),
                        given,
                        "must be atomic as item of a list with x-kubernetes-list-type=set");
            }
        }
        if (listType.equals("map")) {
            listMap(schema, path, keys, items);
        }
        String mapType = Json.text(schema, "x-kubernetes-map-type");
        if (!mapType.isEmpty()) {
            if (!type.equals("object")) {
                checks.invalid(path.child("type"), type, "must be object if x-kubernetes-map-type is specified");
            }
            checks.supported(schema, "x-kubernetes-map-type", path, List.of("atomic", "granular"));
        }
    }

    private void listMap(JsonObject schema, Path path, List<String> keys, JsonObject items) {
        Path at = path.child("x-kubernetes-list-map-keys");
        if (keys.isEmpty()) {
            checks.required(at, "must not be empty if x-kubernetes-list-type is map");
        }
        if (!Json.text(items, "type").equals("object")) {
            checks.invalid(
                    path.child("items", "type"),
                    Json.text(items, "type"),
                    "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            checks.invalid(at, schema.get("x-kubernetes-list-map-keys"), "must not contain duplicate entries");
        }
        JsonObject properties = Json.object(items, "properties");
        List<String> required = Json.texts(items, "required");
        for (String key : keys) {
            if (!properties.has(key)) {
                checks.invalid(
                        at, schema.get("x-kubernetes-list-map-keys"), "entries must all be names of item properties");
            } else if (!required.contains(key) && !Json.object(properties, key).has("default")) {
                checks.required(
                        path.child("items", "properties").key(key).child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property");
            }
        }
    }

    private void junctors(JsonObject schema, Path path) {
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            List<JsonObject> schemas = Json.objects(schema, junctor);
            boolean intOrString = Json.flag(schema, "x-kubernetes-int-or-string") && isIntOrString(schemas);
            for (int i = 0; i < schemas.size() && !intOrString; i++) {
                nested(schemas.get(i), path.child(junctor).index(i));
            }
        }
        if (schema.get("not") instanceof JsonObject not) {
            nested(not, path.child("not"));
        }
    }

    private static boolean isIntOrString(List<JsonObject> schemas) {
        return schemas.size() == 2
                && Json.text(schemas.get(0), "type").equals("integer")
                && Json.text(schemas.get(1), "type").equals("string");
    }

    private void nested(JsonObject schema, Path path) {
        NOT_NESTED.forEach((field, instead) -> {
            JsonElement value = schema.get(field);
            boolean harmless = value == null
                    || (value.isJsonPrimitive() && value.getAsString().isEmpty())
                    || (instead.equals("false") && !Json.flag(schema, field));
            if (!harmless) {
                checks.forbidden(path.child(field), "must be " + instead + " to be structural");
            }
        });
        Json.object(schema, "properties").asMap().forEach((name, property) -> {
            if (property instanceof JsonObject object) {
                nested(object, path.child("properties").key(name));
            }
        });
        if (schema.get("items") instanceof JsonObject items) {
            nested(items, path.child("items"));
        }
        junctors(schema, path);
        pattern(schema, path);
    }

    private void pattern(JsonObject schema, Path path) {
        String pattern = Json.text(schema, "pattern");
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            checks.invalid(
                    path.child("pattern"),
                    pattern,
                    "must be a valid regular expression, but isn't: error parsing regexp: " + e.getDescription() + ": `"
                            + e.getPattern() + "`");
        }
    }

    private void defaults(@Nullable Schema schema, Path path) {
        if (schema == null) {
            return;
        }
        schema.defaultValue().filter(value -> !value.isJsonNull()).ifPresent(value -> {
            String at = path.child("default").toString();
            JsonElement pruned = value.deepCopy();
            if (pruned instanceof JsonObject object
                    && !Pruning.prune(schema.with(schema.extensions()), object).isEmpty()) {
                checks.add(Cause.invalid(at, value, "must not have unknown fields"));
            } else {
                checks.addAll(SchemaValidator.validate(schema, value, at, null));
            }
        });
        schema.children()
                .properties()
                .forEach((name, property) ->
                        defaults(property, path.child("properties").key(name)));
        defaults(schema.children().additional(), path.child("additionalProperties"));
        defaults(schema.children().items(), path.child("items"));
    }
}
