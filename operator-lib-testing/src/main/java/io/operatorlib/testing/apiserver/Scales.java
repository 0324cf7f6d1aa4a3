package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The subresource scale: how many replicas something has and is to have, in the same form for every kind. */
final class Scales {
    private static final String TYPE = "autoscaling/v1";

    private final Reads reads;
    private final Writes writes;

    Scales(Reads reads, Writes writes) {
        this.reads = reads;
        this.writes = writes;
    }

    /** Where a kind keeps its replicas. */
    private record Paths(List<String> spec, List<String> status, List<String> selector) {
        static Paths of(ServedKind kind) {
            if (!kind.custom()) {
                return new Paths(path(".spec.replicas"), path(".status.replicas"), List.of());
            }
            for (JsonElement version : Json.array(Json.object(kind.definition().orElseThrow(), "spec"), "versions")) {
                if (Json.string(version.getAsJsonObject(), "name").equals(kind.version())) {
                    JsonObject scale = Json.object(Json.object(version.getAsJsonObject(), "subresources"), "scale");
                    return new Paths(
                            path(Json.string(scale, "specReplicasPath")),
                            path(Json.string(scale, "statusReplicasPath")),
                            path(Json.string(scale, "labelSelectorPath")));
                }
            }
            throw ApiError.noSuchPath();
        }

        private static List<String> path(String text) {
            return text.isEmpty() ? List.of() : List.of(text.substring(1).split("\\."));
        }
    }

    Reply serve(Call call, ServedKind kind) {
        Paths paths = Paths.of(kind);
        return switch (call.verb()) {
            case "get" ->
                Reply.of(
                        200,
                        scale(
                                kind,
                                paths,
                                reads.find(kind, call.namespace(), call.name()).json(kind)),
                        false);
            case "update" -> {
                JsonObject sent = Bodies.any(call);
                yield changed(call, kind, paths, Options.of(call, "UpdateOptions"), old -> sent);
            }
            case "patch" -> changed(call, kind, paths, Options.of(call, "PatchOptions"), patch(call));
            default ->
                throw ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
        };
    }

    private static java.util.function.UnaryOperator<JsonObject> patch(Call call) {
        JsonElement patch = Bodies.patch(call);
        return switch (Bodies.mediaType(call.request().contentType())) {
            case Bodies.JSON_PATCH -> old -> JsonPatch.apply(old, patch);
            case Bodies.MERGE_PATCH, Bodies.STRATEGIC_PATCH -> {
                if (!(patch instanceof JsonObject changes)) {
                    throw ApiError.badRequest("error decoding patch: the patch is not a JSON object");
                }
                yield old -> MergePatch.apply(old, changes);
            }
            default -> throw ApiError.notImplemented("an apply of the scale subresource");
        };
    }

    private Reply changed(
            Call call,
            ServedKind kind,
            Paths paths,
            Options options,
            java.util.function.UnaryOperator<JsonObject> change) {
        Ownership.Writer writer = Ownership.Writer.update(options, "scale");
        Reply reply = writes.change(call, kind, options, writer, old -> {
            JsonObject scale = change.apply(scale(kind, paths, old));
            Long replicas = Json.number(Json.object(scale, "spec"), "replicas");
            long wanted = replicas == null ? 0 : replicas;
            if (wanted < 0) {
                throw ApiError.invalid(
                        "autoscaling",
                        "Scale",
                        call.name(),
                        List.of(Cause.invalid(
                                "spec.replicas", new JsonPrimitive(wanted), "must be greater than or equal to 0")));
            }
            JsonObject next = with(old, paths.spec(), 0, new JsonPrimitive(wanted));
            next = Meta.with(next, "resourceVersion", Meta.resourceVersion(scale));
            return Meta.uid(scale).isEmpty() ? next : Meta.with(next, "uid", Meta.uid(scale));
        });
        if (reply.code() != 200) {
            return reply;
        }
        JsonObject now = (JsonObject) Bodies.parse(reply.text()).value();
        return new Reply(200, scale(kind, paths, now).toString(), reply.changed(), "", reply.warnings());
    }

    private static JsonObject with(JsonObject object, List<String> path, int from, JsonElement value) {
        return from == path.size() - 1
                ? Json.with(object, path.get(from), value)
                : Json.with(object, path.get(from), with(Json.object(object, path.get(from)), path, from + 1, value));
    }

    private static JsonObject scale(ServedKind kind, Paths paths, JsonObject object) {
        JsonObject meta = Json.shallow(Meta.of(object));
        meta.keySet().retainAll(List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp"));
        var spec = new JsonObject();
        spec.add("replicas", number(object, paths.spec()));
        var status = new JsonObject();
        status.add("replicas", number(object, paths.status()));
        String selector = selector(kind, paths, object);
        if (!selector.isEmpty()) {
            status.addProperty("selector", selector);
        }
        var scale = new JsonObject();
        scale.addProperty("kind", "Scale");
        scale.addProperty("apiVersion", TYPE);
        scale.add("metadata", meta);
        scale.add("spec", spec);
        scale.add("status", status);
        return scale;
    }

    private static JsonElement number(JsonObject object, List<String> path) {
        JsonElement found = path.isEmpty() ? null : Json.at(object, path);
        return found instanceof JsonPrimitive ? found : new JsonPrimitive(0);
    }

    private static String selector(ServedKind kind, Paths paths, JsonObject object) {
        if (kind.custom()) {
            JsonElement found = paths.selector().isEmpty() ? null : Json.at(object, paths.selector());
            return found instanceof JsonPrimitive text ? text.getAsString() : "";
        }
        var labels = new TreeMap<String, String>();
        for (Map.Entry<String, JsonElement> label : Json.object(
                        Json.object(Json.object(object, "spec"), "selector"), "matchLabels")
                .entrySet()) {
            labels.put(label.getKey(), label.getValue().getAsString());
        }
        var text = new java.util.StringJoiner(",");
        labels.forEach((name, value) -> text.add(name + "=" + value));
        return text.toString();
    }
}
