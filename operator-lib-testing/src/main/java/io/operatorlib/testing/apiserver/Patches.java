package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The verb patch. */
final class Patches {
    private final Writes writes;

    Patches(Writes writes) {
        this.writes = writes;
    }

    Reply patch(Call call, ServedKind kind) {
        Options options = Options.of(call, "PatchOptions");
        String type = Bodies.mediaType(call.request().contentType());
        return switch (type) {
            case Bodies.MERGE_PATCH -> changed(call, kind, options, merge(Bodies.patch(call)));
            default -> throw ApiError.unsupportedMediaType(type, supported(kind));
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

    private Reply changed(Call call, ServedKind kind, Options options, UnaryOperator<JsonObject> patch) {
        var warnings = new ArrayList<String>();
        Reply reply = writes.change(call, kind, options, Ownership.Writer.update(options, call.subresource()), old -> {
            Bodies.Body body = Bodies.decoded(kind, patch.apply(old), List.of(), options);
            warnings.clear();
            warnings.addAll(body.complaints());
            return body.object();
        });
        return reply.warning(warnings);
    }

    private static UnaryOperator<JsonObject> merge(JsonElement patch) {
        if (!(patch instanceof JsonObject changes)) {
            throw ApiError.badRequest("error decoding patch: a merge patch is a JSON object");
        }
        return old -> MergePatch.apply(old, changes);
    }
}
