package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.function.Predicate;

/** Reads a field selector: {@code a.b=c,d!=e}. */
final class FieldSelector {
    private FieldSelector() {}

    static Predicate<JsonObject> parse(String text, ServedKind kind) {
        Predicate<JsonObject> all = object -> true;
        for (String term : text.split(",")) {
            if (!term.isEmpty()) {
                all = all.and(term(text, term, kind));
            }
        }
        return all;
    }

    private static Predicate<JsonObject> term(String text, String term, ServedKind kind) {
        int at = term.indexOf('=');
        if (at < 0) {
            throw ApiError.badRequest("invalid selector: '" + text + "'; can't understand '" + term + "'");
        }
        boolean not = at > 0 && term.charAt(at - 1) == '!';
        String field = term.substring(0, not ? at - 1 : at);
        String value = term.substring(at + 1);
        String wanted = !not && value.startsWith("=") ? value.substring(1) : value;
        if (!supported(field, kind)) {
            throw ApiError.badRequest(refusal(field, kind));
        }
        List<String> path = List.of(field.split("\\."));
        return object -> value(object, path).equals(wanted) != not;
    }

    private static String refusal(String field, ServedKind kind) {
        if (kind.custom() || !kind.group().isEmpty()) {
            return "field label not supported: " + field;
        }
        return kind.kind().equals("ConfigMap")
                        || (kind.subresources().isEmpty() && selectable(kind).isEmpty())
                ? "\"" + field + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + field;
    }

    private static boolean supported(String field, ServedKind kind) {
        return field.equals("metadata.name")
                || (field.equals("metadata.namespace") && kind.namespaced())
                || selectable(kind).contains(field);
    }

    private static List<String> selectable(ServedKind kind) {
        if (kind.custom()) {
            return customFields(kind);
        }
        return switch (kind.kind()) {
            case "Pod" ->
                List.of(
                        "spec.nodeName",
                        "spec.restartPolicy",
                        "spec.schedulerName",
                        "spec.serviceAccountName",
                        "spec.hostNetwork",
                        "status.phase",
                        "status.podIP",
                        "status.podIPs",
                        "status.nominatedNodeName");
            case "Event" ->
                List.of(
                        "involvedObject.kind",
                        "involvedObject.namespace",
                        "involvedObject.name",
                        "involvedObject.uid",
                        "involvedObject.apiVersion",
                        "involvedObject.resourceVersion",
                        "involvedObject.fieldPath",
                        "regarding.kind",
                        "regarding.namespace",
                        "regarding.name",
                        "regarding.uid",
                        "reason",
                        "reportingComponent",
                        "source",
                        "type");
            case "Secret" -> List.of("type");
            case "Namespace" -> List.of("status.phase");
            case "Node" -> List.of("spec.unschedulable");
            case "Service" -> List.of("spec.clusterIP", "spec.type");
            case "ReplicaSet" -> List.of("status.replicas");
            case "Job" -> List.of("status.successful");
            default -> List.of();
        };
    }

    private static List<String> customFields(ServedKind kind) {
        var fields = new java.util.ArrayList<String>();
        JsonObject spec = Json.object(kind.definition().orElseThrow(), "spec");
        for (JsonElement version : Json.array(spec, "versions")) {
            if (Json.string(version.getAsJsonObject(), "name").equals(kind.version())) {
                Json.array(version.getAsJsonObject(), "selectableFields")
                        .forEach(field -> fields.add(
                                Json.string(field.getAsJsonObject(), "jsonPath").substring(1)));
            }
        }
        return fields;
    }

    private static String value(JsonObject object, List<String> path) {
        if (path.get(0).equals("regarding") && !object.has("regarding")) {
            return value(object, List.of("involvedObject", path.get(1)));
        }
        if (path.equals(List.of("source"))) {
            String component = Json.string(Json.object(object, "source"), "component");
            return component.isEmpty() ? Json.string(object, "reportingComponent") : component;
        }
        if (Json.at(object, path) instanceof JsonPrimitive found) {
            return found.getAsString();
        }
        return switch (path.get(path.size() - 1)) {
            case "unschedulable", "hostNetwork" -> "false";
            case "replicas", "successful" -> "0";
            default -> "";
        };
    }
}
