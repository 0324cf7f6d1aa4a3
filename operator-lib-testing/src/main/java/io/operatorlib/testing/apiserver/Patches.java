package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The verb patch: each media type makes an object's next state from its present one. */
final class Patches {
    private static final List<String> ALL =
            List.of(Bodies.JSON_PATCH, Bodies.MERGE_PATCH, Bodies.STRATEGIC_PATCH, Bodies.APPLY_PATCH);

    private final Store store;
    private final Writes writes;
    private final Ownership ownership;

    Patches(Store store, Writes writes, Ownership ownership) {
        this.store = store;
        this.writes = writes;
        this.ownership = ownership;
    }

    Reply patch(Call call, ServedKind kind) {
        String type = Bodies.mediaType(call.request().contentType());
        boolean known = supported(kind).contains(type);
        if (!ALL.contains(type)) {
            throw ApiError.unknownPatch();
        }
        if (!known) {
            throw ApiError.unsupportedMediaType(supported(kind));
        }
        Options options = Options.of(call, "PatchOptions");
        return switch (type) {
            case Bodies.MERGE_PATCH -> changed(call, kind, options, merge(object(call)));
            case Bodies.JSON_PATCH -> {
                JsonElement patch = Bodies.patch(call);
                yield changed(call, kind, options, old -> JsonPatch.apply(old, patch));
            }
            case Bodies.STRATEGIC_PATCH -> {
                JsonObject patch = object(call);
                yield changed(
                        call,
                        kind,
                        options,
                        old -> StrategicPatch.apply(old, patch, kind.rules().fields()));
            }
            default -> apply(call, kind, options);
        };
    }

    private static List<String> supported(ServedKind kind) {
        var types = new ArrayList<>(List.of(Bodies.JSON_PATCH, Bodies.MERGE_PATCH));
        if (!kind.custom()) {
            types.add(Bodies.STRATEGIC_PATCH);
        }
        types.add(Bodies.APPLY_PATCH);
        return types;
    }

    private static JsonObject object(Call call) {
        if (Bodies.patch(call) instanceof JsonObject changes) {
            return changes;
        }
        throw ApiError.badRequest(
                "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
    }

    private static UnaryOperator<JsonObject> merge(JsonObject changes) {
        return old -> MergePatch.apply(old, changes);
    }

    private Reply changed(Call call, ServedKind kind, Options options, UnaryOperator<JsonObject> patch) {
        var warnings = new ArrayList<String>();
        Reply reply = writes.change(call, kind, options, Ownership.Writer.update(options, call.subresource()), old -> {
            JsonObject patched = patch.apply(old);
            checkIdentity(kind, old, patched);
            Bodies.Body body = read(kind, patched, options);
            warnings.clear();
            warnings.addAll(body.complaints());
            return body.object();
        });
        return reply.warning(warnings);
    }

    private static Bodies.Body read(ServedKind kind, JsonObject patched, Options options) {
        try {
            return Bodies.decoded(kind, patched, List.of(), options);
        } catch (ApiError e) {
            // the objection names the type first, which is not the patch's fault
            String why = String.valueOf(e.getMessage()).replaceFirst("^.* cannot be handled as a [A-Za-z]+: ", "");
            throw ApiError.invalid(
                    "",
                    "",
                    "",
                    List.of(new Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + new JsonPrimitive(patched.toString()) + ": " + why,
                            "patch")));
        }
    }

    private static void checkIdentity(ServedKind kind, JsonObject old, JsonObject patched) {
        if (!Meta.name(patched).equals(Meta.name(old))) {
            throw ApiError.badRequest("the name of the object (" + Meta.name(patched)
                    + ") does not match the name on the URL (" + Meta.name(old) + ")");
        }
        Writes.inNamespace(kind, patched, Meta.namespace(old));
    }

    private Reply apply(Call call, ServedKind kind, Options options) {
        Bodies.Body body = Bodies.configuration(call, kind, options);
        JsonObject configuration = Strategies.applicable(kind, call.subresource(), body.object());
        if (!Json.array(Meta.of(configuration), "managedFields").isEmpty()) {
            throw ApiError.badRequest("metadata.managedFields must be nil");
        }
        Ownership.Writer writer = Ownership.Writer.apply(options, call.subresource());
        String key = Versions.key(kind, call.namespace(), call.name());
        boolean there = store.get(Versions.stored(kind), key) != null;
        if (!there && call.subresource().isEmpty()) {
            try {
                return created(call, kind, configuration, options, writer).warning(body.complaints());
            } catch (ApiError e) {
                // where somebody else was faster, there is something to merge with
                if (!e.reason().equals("AlreadyExists")) {
                    throw e;
                }
            }
        }
        return writes.change(call, kind, options, writer, live -> merged(kind, live, configuration, writer, options))
                .warning(body.complaints());
    }

    private JsonObject merged(
            ServedKind kind, JsonObject live, JsonObject configuration, Ownership.Writer writer, Options options) {
        Ownership.Applied applied = ownership.apply(kind, live, configuration, writer, options.force());
        return Meta.with(applied.object(), "managedFields", applied.managers().isEmpty() ? null : applied.managers());
    }

    private Reply created(
            Call call, ServedKind kind, JsonObject configuration, Options options, Ownership.Writer writer) {
        if (!Meta.uid(configuration).isEmpty()) {
            throw ApiError.conflict(
                    kind,
                    call.name(),
                    "uid mismatch: the provided object specified uid " + Meta.uid(configuration)
                            + ", and no existing object was found");
        }
        String version = Meta.resourceVersion(configuration);
        if (!version.isEmpty() && !version.equals("0")) {
            throw ApiError.notFound(kind.group(), kind.plural(), call.name());
        }
        JsonObject object = merged(kind, new JsonObject(), configuration, writer, options);
        return writes.create(kind, call.namespace(), object, options, writer);
    }
}
