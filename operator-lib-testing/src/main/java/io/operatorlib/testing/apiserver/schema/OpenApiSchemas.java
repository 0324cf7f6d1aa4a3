package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.FieldSchema.PatchStrategy;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kinds' schemas as they stand in OpenAPI documents: what {@code kubectl explain} shows, and what clients merge patches
 * by. Kubernetes' own types have no descriptions here, as client-java's classes have none at run time.
 */
public final class OpenApiSchemas {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private final String reference;
    private final JsonObject schemas = new JsonObject();
    private final Deque<Named> todo = new ArrayDeque<>();

    private OpenApiSchemas(String reference) {
        this.reference = reference;
    }

    /** A kind, and where its schema comes from. */
    public record Entry(String group, String version, String kind, KindRules rules) {}

    private record Named(String name, Schema schema, String prefix) {}

    /** The {@code components.schemas} of an OpenAPI v3 document, with everything that the kinds refer to. */
    public static JsonObject v3(Collection<Entry> kinds) {
        return all(kinds, "#/components/schemas/");
    }

    /** The {@code definitions} of an OpenAPI v2 document, with everything that the kinds refer to. */
    public static JsonObject v2(Collection<Entry> kinds) {
        return all(kinds, "#/definitions/");
    }

    private static JsonObject all(Collection<Entry> kinds, String reference) {
        var openApi = new OpenApiSchemas(reference);
        kinds.forEach(openApi::kind);
        while (!openApi.todo.isEmpty()) {
            Named next = openApi.todo.remove();
            openApi.schemas.add(next.name(), openApi.object(next.schema(), next.prefix()));
        }
        return openApi.schemas;
    }

    private void kind(Entry entry) {
        if (!(entry.rules().fields() instanceof Schema schema)) {
            return;
        }
        String prefix = prefix(
                entry.group(), entry.version(), schema.extensions().model().isEmpty());
        JsonObject json = object(schema, prefix);
        var kind = new JsonObject();
        kind.addProperty("group", entry.group());
        kind.addProperty("version", entry.version());
        kind.addProperty("kind", entry.kind());
        var kinds = new JsonArray();
        kinds.add(kind);
        json.add("x-kubernetes-group-version-kind", kinds);
        schemas.add(prefix + entry.kind(), json);
    }

    /** Names read as in Java: Kubernetes' own by the package of the type, others by the group backwards. */
    private static String prefix(String group, String version, boolean custom) {
        if (!custom) {
            String first = group.isEmpty() ? "core" : group.split("\\.")[0];
            return "io.k8s.api." + first + "." + version + ".";
        }
        List<String> parts = java.util.Arrays.asList(group.split("\\."));
        java.util.Collections.reverse(parts);
        return String.join(".", parts) + "." + version + ".";
    }

    private JsonElement part(Schema schema, String prefix) {
        String model = schema.extensions().model();
        if (model.isEmpty()) {
            return object(schema, prefix);
        }
        boolean meta = List.of("ObjectMeta", "OwnerReference", "ManagedFieldsEntry", "LabelSelector")
                        .contains(model)
                || model.startsWith("LabelSelector");
        String name = (meta ? META : prefix) + model;
        if (!schemas.has(name) && todo.stream().noneMatch(named -> named.name().equals(name))) {
            todo.add(new Named(name, schema, prefix));
        }
        var json = new JsonObject();
        json.addProperty("$ref", reference + name);
        JsonObject merge = new JsonObject();
        merging(schema, merge);
        if (merge.has("x-kubernetes-patch-strategy")) {
            var all = new JsonArray();
            all.add(json);
            merge.add("allOf", all);
            return merge;
        }
        return json;
    }

    private JsonObject object(Schema schema, String prefix) {
        var json = new JsonObject();
        text(json, "description", schema.description());
        if (schema.extensions().intOrString()) {
            json.addProperty("x-kubernetes-int-or-string", true);
        } else {
            text(json, "type", schema.type());
            text(json, "format", format(schema.format()));
        }
        schema.defaultValue().ifPresent(value -> json.add("default", value));
        if (schema.nullable() && schema.extensions().model().isEmpty() && !isOwn(schema)) {
            json.addProperty("nullable", true);
        }
        Map<String, Schema> properties = schema.children().properties();
        if (!properties.isEmpty()) {
            var fields = new JsonObject();
            new TreeMap<>(properties).forEach((name, property) -> fields.add(name, part(property, prefix)));
            json.add("properties", fields);
        }
        if (schema.children().additional() != null) {
            json.add("additionalProperties", part(schema.children().additional(), prefix));
        }
        if (schema.children().items() != null) {
            json.add("items", part(schema.children().items(), prefix));
        }
        limits(schema.limits(), json);
        logic(schema.logic(), json, prefix);
        merging(schema, json);
        return json;
    }

    /** Scalars, lists and maps of Kubernetes' own types take nulls as absent; that is not worth saying. */
    private static boolean isOwn(Schema schema) {
        return schema.limits().equals(Schema.Limits.NONE)
                && schema.description().isEmpty();
    }

    private static String format(String format) {
        return switch (format) {
            case "date-time-micros" -> "date-time";
            case "quantity" -> "";
            default -> format;
        };
    }

    private static void limits(Schema.Limits limits, JsonObject json) {
        number(json, "maximum", limits.maximum());
        number(json, "minimum", limits.minimum());
        number(json, "multipleOf", limits.multipleOf());
        number(json, "maxLength", limits.maxLength());
        number(json, "minLength", limits.minLength());
        number(json, "maxItems", limits.maxItems());
        number(json, "minItems", limits.minItems());
        number(json, "maxProperties", limits.maxProperties());
        number(json, "minProperties", limits.minProperties());
        flag(json, "exclusiveMaximum", limits.exclusiveMaximum());
        flag(json, "exclusiveMinimum", limits.exclusiveMinimum());
        if (limits.pattern() != null) {
            json.addProperty("pattern", limits.pattern().pattern());
        }
        if (!limits.required().isEmpty()) {
            json.add("required", texts(limits.required()));
        }
        if (!limits.values().isEmpty()) {
            var values = new JsonArray();
            limits.values().forEach(values::add);
            json.add("enum", values);
        }
    }

    private void logic(Schema.Logic logic, JsonObject json, String prefix) {
        Map<String, List<Schema>> lists =
                new TreeMap<>(Map.of("allOf", logic.allOf(), "anyOf", logic.anyOf(), "oneOf", logic.oneOf()));
        lists.forEach((name, list) -> {
            if (!list.isEmpty()) {
                var array = new JsonArray();
                list.forEach(schema -> array.add(object(schema, prefix)));
                json.add(name, array);
            }
        });
        if (logic.not() != null) {
            json.add("not", object(logic.not(), prefix));
        }
    }

    private static void merging(Schema schema, JsonObject json) {
        Schema.Extensions extensions = schema.extensions();
        text(json, "x-kubernetes-list-type", extensions.listType());
        text(json, "x-kubernetes-map-type", extensions.mapType());
        text(json, "x-kubernetes-patch-merge-key", extensions.patchMergeKey());
        text(
                json,
                "x-kubernetes-patch-strategy",
                extensions.patchStrategies().stream()
                        .sorted()
                        .map(OpenApiSchemas::word)
                        .collect(Collectors.joining(",")));
        if (!extensions.listMapKeys().isEmpty()) {
            json.add("x-kubernetes-list-map-keys", texts(extensions.listMapKeys()));
        }
        flag(json, "x-kubernetes-preserve-unknown-fields", extensions.preserveUnknown());
        flag(json, "x-kubernetes-embedded-resource", extensions.embedded());
    }

    private static String word(PatchStrategy strategy) {
        return strategy == PatchStrategy.RETAIN_KEYS
                ? "retainKeys"
                : strategy.name().toLowerCase(Locale.ROOT);
    }

    private static void text(JsonObject json, String name, String value) {
        if (!value.isEmpty()) {
            json.addProperty(name, value);
        }
    }

    private static void flag(JsonObject json, String name, boolean value) {
        if (value) {
            json.addProperty(name, true);
        }
    }

    private static void number(JsonObject json, String name, @Nullable Number value) {
        if (value instanceof Double decimal && decimal == Math.rint(decimal) && Math.abs(decimal) < Long.MAX_VALUE) {
            json.addProperty(name, decimal.longValue());
        } else if (value != null) {
            json.add(name, new JsonPrimitive(value));
        }
    }

    private static JsonArray texts(List<String> texts) {
        var array = new JsonArray(texts.size());
        texts.forEach(array::add);
        return array;
    }
}
