package io.operatorlib.testing.apiserver.schema;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Locale;

/** How a real server shows its own structs in messages: with their fields' names in Go, and also those not set. */
final class GoStructs {
    private static final Gson WITH_NULLS =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private GoStructs() {}

    private static String struct(JsonObject object, String... fields) {
        var struct = new JsonObject();
        for (String field : fields) {
            JsonElement value = object.get(field);
            struct.add(goName(field), value == null ? JsonNull.INSTANCE : value);
        }
        return WITH_NULLS.toJson(struct);
    }

    private static String goName(String field) {
        return switch (field) {
            case "apiGroup" -> "APIGroup";
            case "seLinuxOptions" -> "SELinuxOptions";
            default -> field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
        };
    }

    static String securityContext(JsonObject context) {
        return struct(
                context,
                "capabilities",
                "privileged",
                "seLinuxOptions",
                "windowsOptions",
                "runAsUser",
                "runAsGroup",
                "runAsNonRoot",
                "readOnlyRootFilesystem",
                "allowPrivilegeEscalation",
                "procMount",
                "seccompProfile",
                "appArmorProfile");
    }

    static String strategy(JsonObject strategy) {
        return struct(strategy, "type", "rollingUpdate");
    }

    static String disruptionBudget(JsonObject spec) {
        return struct(spec, "minAvailable", "selector", "maxUnavailable", "unhealthyPodEvictionPolicy");
    }

    static String roleRef(JsonObject reference) {
        return struct(reference, "apiGroup", "kind", "name");
    }

    /** A port that is there twice; only what makes it the same is shown. */
    static String servicePort(JsonObject port) {
        var same = new JsonObject();
        same.addProperty("name", "");
        same.add("protocol", port.get("protocol"));
        same.add("port", port.get("port"));
        same.addProperty("targetPort", 0);
        same.addProperty("nodePort", 0);
        return struct(same, "name", "protocol", "appProtocol", "port", "targetPort", "nodePort");
    }

    static String versions(List<JsonObject> versions) {
        var shown = new JsonArray();
        for (JsonObject version : versions) {
            var struct = new JsonObject();
            struct.addProperty("Name", Json.text(version, "name"));
            struct.addProperty("Served", Json.flag(version, "served"));
            struct.addProperty("Storage", Json.flag(version, "storage"));
            struct.addProperty("Deprecated", Json.flag(version, "deprecated"));
            for (String other : List.of(
                    "DeprecationWarning", "Schema", "Subresources", "AdditionalPrinterColumns", "SelectableFields")) {
                struct.add(other, JsonNull.INSTANCE);
            }
            shown.add(struct);
        }
        return WITH_NULLS.toJson(shown);
    }

    static String rule(Schema.Rule rule) {
        var struct = new JsonObject();
        struct.addProperty("Rule", rule.rule());
        struct.addProperty("Message", rule.message());
        struct.addProperty("MessageExpression", rule.messageExpression());
        struct.add("Reason", rule.reason().isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(rule.reason()));
        struct.addProperty("FieldPath", rule.fieldPath());
        struct.add("OptionalOldSelf", rule.optionalOldSelf() ? new JsonPrimitive(true) : JsonNull.INSTANCE);
        return WITH_NULLS.toJson(struct);
    }

    static String owner(JsonObject owner) {
        return WITH_NULLS.toJson(ownerShown(owner));
    }

    static String owners(List<JsonObject> owners) {
        var shown = new JsonArray();
        owners.forEach(owner -> shown.add(ownerShown(owner)));
        return WITH_NULLS.toJson(shown);
    }

    private static JsonObject ownerShown(JsonObject owner) {
        var shown = new JsonObject();
        for (String field : List.of("apiVersion", "kind", "name", "uid")) {
            shown.addProperty(field, Json.text(owner, field));
        }
        for (String field : List.of("controller", "blockOwnerDeletion")) {
            if (owner.has(field)) {
                shown.add(field, owner.get(field));
            }
        }
        return shown;
    }
}
