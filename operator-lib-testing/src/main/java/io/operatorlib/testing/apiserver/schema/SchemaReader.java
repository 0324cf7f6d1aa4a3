package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.operatorlib.testing.apiserver.schema.Schema.Children;
import io.operatorlib.testing.apiserver.schema.Schema.Extensions;
import io.operatorlib.testing.apiserver.schema.Schema.Limits;
import io.operatorlib.testing.apiserver.schema.Schema.Logic;
import io.operatorlib.testing.apiserver.schema.Schema.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a schema as it stands in a CustomResourceDefinition ({@code JSONSchemaProps} of apiextensions/v1). */
final class SchemaReader {
    private SchemaReader() {}

    static Schema read(JsonObject json) {
        return new Schema(
                Json.text(json, "type"),
                Json.text(json, "format"),
                Json.text(json, "description"),
                Json.flag(json, "nullable"),
                Optional.ofNullable(json.get("default")),
                children(json),
                limits(json),
                new Logic(list(json, "allOf"), list(json, "anyOf"), list(json, "oneOf"), schema(json, "not")),
                extensions(json));
    }

    private static Children children(JsonObject json) {
        Map<String, Schema> properties = new LinkedHashMap<>();
        Json.object(json, "properties").asMap().forEach((name, schema) -> {
            if (schema instanceof JsonObject object) {
                properties.put(name, read(object));
            }
        });
        boolean any = Json.flag(json, "additionalProperties");
        return new Children(() -> properties, schema(json, "additionalProperties"), any, schema(json, "items"));
    }

    private static Limits limits(JsonObject json) {
        return new Limits(
                Json.decimal(json, "maximum"),
                Json.flag(json, "exclusiveMaximum"),
                Json.decimal(json, "minimum"),
                Json.flag(json, "exclusiveMinimum"),
                Json.decimal(json, "multipleOf"),
                Json.integer(json, "maxLength"),
                Json.integer(json, "minLength"),
                pattern(Json.text(json, "pattern")),
                Json.integer(json, "maxItems"),
                Json.integer(json, "minItems"),
                Json.flag(json, "uniqueItems"),
                Json.integer(json, "maxProperties"),
                Json.integer(json, "minProperties"),
                Json.texts(json, "required"),
                List.copyOf(Json.array(json, "enum").asList()));
    }

    /** A pattern that does not compile is refused with the definition; here it refuses nothing. */
    private static @Nullable Pattern pattern(String text) {
        try {
            return text.isEmpty() ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private static Extensions extensions(JsonObject json) {
        List<Rule> rules = new ArrayList<>();
        for (JsonElement element : Json.array(json, "x-kubernetes-validations")) {
            if (element instanceof JsonObject rule) {
                rules.add(new Rule(
                        Json.text(rule, "rule"),
                        Json.text(rule, "message"),
                        Json.text(rule, "messageExpression"),
                        Json.text(rule, "reason"),
                        Json.text(rule, "fieldPath"),
                        Json.flag(rule, "optionalOldSelf")));
            }
        }
        return new Extensions(
                Json.flag(json, "x-kubernetes-preserve-unknown-fields"),
                Json.flag(json, "x-kubernetes-embedded-resource"),
                Json.flag(json, "x-kubernetes-int-or-string"),
                Json.text(json, "x-kubernetes-list-type"),
                Json.text(json, "x-kubernetes-map-type"),
                Json.texts(json, "x-kubernetes-list-map-keys"),
                List.copyOf(rules),
                "",
                Set.of(),
                "");
    }

    private static @Nullable Schema schema(JsonObject json, String name) {
        return json.get(name) instanceof JsonObject object ? read(object) : null;
    }

    private static List<Schema> list(JsonObject json, String name) {
        JsonArray array = Json.array(json, name);
        List<Schema> schemas = new ArrayList<>(array.size());
        for (JsonElement element : array) {
            if (element instanceof JsonObject object) {
                schemas.add(read(object));
            }
        }
        return List.copyOf(schemas);
    }
}
