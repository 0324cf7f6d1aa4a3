package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON patches after RFC 6902. Nothing is invented: a parent that is missing, or a test that fails, refuses all of it. */
final class JsonPatch {
    /** As many as a real server takes. */
    private static final int MOST_OPERATIONS = 10_000;

    private JsonPatch() {}

    /** The target after every operation; the target itself is not changed. */
    static JsonObject apply(JsonObject target, JsonElement patch) {
        if (!(patch instanceof JsonArray operations)) {
            throw ApiError.badRequest(
                    "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");
        }
        if (operations.size() > MOST_OPERATIONS) {
            throw ApiError.badRequest("The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS + ", got "
                    + operations.size());
        }
        JsonElement document = target.deepCopy();
        for (JsonElement operation : operations) {
            if (!(operation instanceof JsonObject step)) {
                throw ApiError.badRequest("error decoding patch: an operation is an object");
            }
            document = applied(document, step);
        }
        if (!(document instanceof JsonObject patched)) {
            throw ApiError.unprocessable();
        }
        return patched;
    }

    private static JsonElement applied(JsonElement document, JsonObject step) {
        String path = Json.string(step, "path");
        return switch (Json.string(step, "op")) {
            case "add" -> add(document, path, value(step));
            case "remove" -> remove(document, path);
            case "replace" -> replace(document, path, value(step));
            case "test" -> test(document, path, value(step));
            case "move" -> {
                String from = Json.string(step, "from");
                JsonElement moved = find(document, from);
                yield add(remove(document, from), path, moved);
            }
            case "copy" ->
                add(document, path, find(document, Json.string(step, "from")).deepCopy());
            default -> throw ApiError.unprocessable();
        };
    }

    private static JsonElement value(JsonObject step) {
        JsonElement value = step.get("value");
        return value == null ? JsonNull.INSTANCE : value.deepCopy();
    }

    private static List<String> tokens(String pointer) {
        var tokens = new ArrayList<String>();
        if (pointer.isEmpty()) {
            return tokens;
        }
        if (!pointer.startsWith("/")) {
            throw ApiError.unprocessable();
        }
        for (String token : pointer.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return tokens;
    }

    private static JsonElement find(JsonElement document, String pointer) {
        JsonElement at = document;
        for (String token : tokens(pointer)) {
            at = child(at, token);
            if (at == null) {
                throw missing();
            }
        }
        return at;
    }

    private static @Nullable JsonElement child(JsonElement at, String token) {
        if (at instanceof JsonObject object) {
            return object.get(token);
        }
        if (at instanceof JsonArray array) {
            int index = index(token, array.size() - 1);
            return index < 0 ? null : array.get(index);
        }
        return null;
    }

    /** -1 where it is none up to the given one. */
    private static int index(String token, int last) {
        try {
            int index = Integer.parseInt(token);
            return index <= last ? index : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static ApiError missing() {
        return ApiError.unprocessable();
    }

    private static JsonElement parent(JsonElement document, List<String> tokens) {
        JsonElement at = document;
        for (String token : tokens.subList(0, tokens.size() - 1)) {
            JsonElement below = child(at, token);
            if (below == null) {
                throw missing();
            }
            at = below;
        }
        return at;
    }

    private static JsonElement add(JsonElement document, String pointer, JsonElement value) {
        List<String> tokens = tokens(pointer);
        if (tokens.isEmpty()) {
            return value;
        }
        JsonElement parent = parent(document, tokens);
        String last = tokens.get(tokens.size() - 1);
        if (parent instanceof JsonObject object) {
            object.add(last, value);
        } else if (parent instanceof JsonArray array) {
            insert(array, last.equals("-") ? array.size() : index(last, array.size()), value);
        } else {
            throw missing();
        }
        return document;
    }

    private static void insert(JsonArray array, int index, JsonElement value) {
        if (index < 0) {
            throw missing();
        }
        array.add(JsonNull.INSTANCE);
        for (int i = array.size() - 1; i > index; i--) {
            array.set(i, array.get(i - 1));
        }
        array.set(index, value);
    }

    private static JsonElement remove(JsonElement document, String pointer) {
        List<String> tokens = tokens(pointer);
        find(document, pointer);
        JsonElement parent = parent(document, tokens);
        String last = tokens.get(tokens.size() - 1);
        if (parent instanceof JsonObject object) {
            object.remove(last);
        } else if (parent instanceof JsonArray array) {
            array.remove(Integer.parseInt(last));
        }
        return document;
    }

    private static JsonElement replace(JsonElement document, String pointer, JsonElement value) {
        List<String> tokens = tokens(pointer);
        if (tokens.isEmpty()) {
            return value;
        }
        JsonElement parent = parent(document, tokens);
        String last = tokens.get(tokens.size() - 1);
        if (parent instanceof JsonObject object) {
            object.add(last, value);
        } else if (parent instanceof JsonArray array && index(last, array.size() - 1) >= 0) {
            array.set(Integer.parseInt(last), value);
        } else {
            throw missing();
        }
        return document;
    }

    private static JsonElement test(JsonElement document, String pointer, JsonElement value) {
        JsonElement at = document;
        for (String token : tokens(pointer)) {
            at = at == null ? null : child(at, token);
        }
        if (!(at == null ? JsonNull.INSTANCE : at).equals(value)) {
            throw ApiError.unprocessable();
        }
        return document;
    }
}
