package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.util.List;

/**
 * The schema of a whole object of a kind.
 *
 * @param hub whether it is stored as this: then it has conditions after Kubernetes' conventions
 * @param strict whether a spec is required
 * @param preserving whether the spec and the status keep what their types do not name
 */
record KindSchema(Kind<?, ?> kind, boolean hub, boolean strict, boolean preserving) {

    JsonObject tree(String description, List<SchemaRule> rules) {
        var schemas = new TypeSchemas();
        var properties = new JsonObject();
        properties.add("apiVersion", text());
        properties.add("kind", text());
        properties.add("metadata", Json.parse("{\"type\":\"object\"}"));
        properties.add("spec", preserved(schemas.of(kind.spec(), "spec")));
        properties.add("status", preserved(status(schemas)));
        var tree = new JsonObject();
        tree.addProperty("type", "object");
        if (!description.isEmpty()) {
            tree.addProperty("description", description);
        }
        tree.add("properties", properties);
        if (strict) {
            tree.add("required", Json.array(List.of("spec")));
        }
        SchemaRule.add(tree, rules);
        return tree;
    }

    private JsonObject preserved(JsonObject schema) {
        if (preserving) {
            schema.addProperty("x-kubernetes-preserve-unknown-fields", true);
        }
        return schema;
    }

    private static JsonObject text() {
        return Json.parse("{\"type\":\"string\"}");
    }

    private JsonObject status(TypeSchemas schemas) {
        JsonObject status = kind.status() == Void.class
                ? Json.parse("{\"type\":\"object\",\"properties\":{}}")
                : schemas.of(kind.status(), "status");
        // conditions are reported also where there is nothing else to report yet
        status.remove("required");
        var properties = status.getAsJsonObject("properties");
        if (properties == null) {
            throw new IllegalArgumentException(
                    "the status of " + kind + " must be a record or an Immutables value: " + kind.status());
        }
        if (hub || !properties.has("conditions")) {
            properties.add("conditions", Json.parse(CONDITIONS));
        }
        if (hub || !properties.has("observedGeneration")) {
            properties.add("observedGeneration", Json.parse(OBSERVED_GENERATION));
        }
        return status;
    }

    private static final String OBSERVED_GENERATION = """
            {"type": "integer", "format": "int64", "minimum": 0,
             "description": "The generation of the spec that the conditions are about."}
            """;

    // after Kubernetes' API conventions: k8s.io/apimachinery, meta/v1, Condition
    private static final String CONDITIONS = """
            {"type": "array",
             "description": "What is observed of this resource, one entry of each type.",
             "x-kubernetes-list-type": "map",
             "x-kubernetes-list-map-keys": ["type"],
             "items": {
               "type": "object",
               "required": ["lastTransitionTime", "message", "reason", "status", "type"],
               "properties": {
                 "type": {"type": "string", "minLength": 1, "maxLength": 316},
                 "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
                 "reason": {"type": "string", "minLength": 1, "maxLength": 1024,
                   "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"},
                 "message": {"type": "string", "maxLength": 32768},
                 "lastTransitionTime": {"type": "string", "format": "date-time"},
                 "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0}}}}
            """;
}
