package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is embedded as a whole Kubernetes object has the kind, the version and the metadata of one. */
final class EmbeddedRules {
    private final List<Cause> causes = new ArrayList<>();

    private EmbeddedRules() {}

    static List<Cause> validate(Schema schema, JsonObject object) {
        var rules = new EmbeddedRules();
        rules.check(schema, object, Path.ROOT);
        return rules.causes;
    }

    private void check(Schema schema, JsonElement value, Path path) {
        if (value instanceof JsonObject object) {
            if (schema.extensions().embedded()) {
                checkEmbedded(object, path);
            }
            object.asMap().forEach((name, part) -> {
                Schema property = schema.children().properties().get(name);
                if (property != null) {
                    check(property, part, path.child(name));
                } else if (schema.children().additional() != null) {
                    check(schema.children().additional(), part, path.key(name));
                }
            });
        } else if (value instanceof JsonArray array && schema.children().items() != null) {
            for (int i = 0; i < array.size(); i++) {
                check(schema.children().items(), array.get(i), path.index(i));
            }
        }
    }

    private void checkEmbedded(JsonObject object, Path path) {
        for (String field : List.of("apiVersion", "kind")) {
            JsonElement value = object.get(field);
            String at = path.child(field).toString();
            if (value == null) {
                causes.add(Cause.required(at, ""));
            } else if (!Json.isText(value)) {
                causes.add(Cause.invalid(at, value, "must be a string"));
            } else if (value.getAsString().isEmpty()) {
                causes.add(Cause.invalid(at, value, "must not be empty"));
            }
        }
        String kind = Json.text(object, "kind");
        List<String> objections = kind.isEmpty() ? List.of() : Names.label1035(kind.toLowerCase(Locale.ROOT));
        if (!objections.isEmpty()) {
            causes.add(Cause.invalid(
                    path.child("kind").toString(),
                    kind,
                    "may have mixed case, but should otherwise match: " + String.join(",", objections)));
        }
        if (object.get("metadata") instanceof JsonObject metadata) {
            JsonObject named = metadata.deepCopy();
            if (Json.text(named, "name").isEmpty()) {
                named.addProperty("name", "any");
            }
            boolean namespaced = !Json.text(named, "namespace").isEmpty();
            causes.addAll(new MetadataRules(Names.Form.PATH_SEGMENT, namespaced).create(named, path.child("metadata")));
        }
    }
}
