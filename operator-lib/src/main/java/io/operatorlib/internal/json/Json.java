package io.operatorlib.internal.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.operatorlib.ResourceKey;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Pure functions on JSON trees. None changes its arguments. */
public final class Json {
    private Json() {}

    /**
     * Reads one JSON object.
     *
     * @throws CodecException if the text is anything else
     */
    public static JsonObject parse(String text) {
        try {
            if (JsonParser.parseString(text) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException e) {
            throw new CodecException("", "malformed JSON: " + e.getMessage(), e);
        }
        throw new CodecException("", "not a JSON object");
    }

    /** The value at a path of member names; null where there is none, or where it is JSON's null. */
    public static @Nullable JsonElement at(JsonElement root, String... path) {
        JsonElement here = root;
        for (String name : path) {
            if (!(here instanceof JsonObject object)) {
                return null;
            }
            here = object.get(name);
        }
        return here == null || here.isJsonNull() ? null : here;
    }

    /** The text at a path; empty where there is none. */
    public static String text(JsonElement root, String... path) {
        return at(root, path) instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
    }

    /** The whole number at a path; the other value where there is none. */
    public static long number(long otherwise, JsonElement root, String... path) {
        return at(root, path) instanceof JsonPrimitive primitive && primitive.isNumber()
                ? primitive.getAsLong()
                : otherwise;
    }

    /** The truth value at a path; false where there is none. */
    public static boolean flag(JsonElement root, String... path) {
        return at(root, path) instanceof JsonPrimitive primitive && primitive.isBoolean() && primitive.getAsBoolean();
    }

    /** The object at a path; an empty one where there is none. */
    public static JsonObject object(JsonElement root, String... path) {
        return at(root, path) instanceof JsonObject object ? object : new JsonObject();
    }

    /** The elements of the array at a path; none where there is none. */
    public static List<JsonElement> list(JsonElement root, String... path) {
        return at(root, path) instanceof JsonArray array ? List.copyOf(array.asList()) : List.of();
    }

    /** The objects in the array at a path. */
    public static List<JsonObject> objects(JsonElement root, String... path) {
        return list(root, path).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    /** The namespace and name of a Kubernetes object. */
    public static ResourceKey key(JsonObject object) {
        return new ResourceKey(text(object, "metadata", "namespace"), text(object, "metadata", "name"));
    }

    /** The UID of a Kubernetes object; empty where it has none yet. */
    public static String uid(JsonObject object) {
        return text(object, "metadata", "uid");
    }

    /** The resource version of a Kubernetes object; empty where it has none yet. */
    public static String resourceVersion(JsonObject object) {
        return text(object, "metadata", "resourceVersion");
    }

    /** A copy of an object with one member more, or another value for it. */
    public static JsonObject with(JsonObject object, String name, JsonElement value) {
        JsonObject copy = object.deepCopy();
        copy.add(name, value);
        return copy;
    }

    /** What a merge patch (RFC 7396) makes of a value. */
    public static JsonElement merged(@Nullable JsonElement target, JsonElement patch) {
        if (!(patch instanceof JsonObject changes)) {
            return patch.deepCopy();
        }
        JsonObject result = target instanceof JsonObject object ? object.deepCopy() : new JsonObject();
        for (var change : changes.entrySet()) {
            if (change.getValue().isJsonNull()) {
                result.remove(change.getKey());
            } else {
                result.add(change.getKey(), merged(result.get(change.getKey()), change.getValue()));
            }
        }
        return result;
    }

    /**
     * The merge patch (RFC 7396) that makes one object of another; empty where they are equal. A member that is
     * JSON's null in the goal is removed: a merge patch has no other word for it.
     */
    public static JsonObject diff(JsonObject from, JsonObject goal) {
        var patch = new JsonObject();
        for (var member : from.entrySet()) {
            if (at(goal, member.getKey()) == null && !member.getValue().isJsonNull()) {
                patch.add(member.getKey(), JsonNull.INSTANCE);
            }
        }
        for (var member : goal.entrySet()) {
            JsonElement before = from.get(member.getKey());
            JsonElement after = member.getValue();
            if (after.isJsonNull()) {
                continue;
            }
            if (before instanceof JsonObject b && after instanceof JsonObject a) {
                JsonObject inner = diff(b, a);
                if (!inner.isEmpty()) {
                    patch.add(member.getKey(), inner);
                }
            } else if (before == null || !equal(before, after)) {
                patch.add(member.getKey(), after.deepCopy());
            }
        }
        return patch;
    }

    /** Tells whether two values are the same: members in any order, numbers by value. */
    public static boolean equal(@Nullable JsonElement a, @Nullable JsonElement b) {
        if (a == null || b == null) {
            return a == b;
        }
        if (a instanceof JsonObject x && b instanceof JsonObject y) {
            return x.size() == y.size()
                    && x.entrySet().stream().allMatch(member -> equal(member.getValue(), y.get(member.getKey())));
        }
        if (a instanceof JsonArray x && b instanceof JsonArray y) {
            if (x.size() != y.size()) {
                return false;
            }
            for (int i = 0; i < x.size(); i++) {
                if (!equal(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof JsonPrimitive x && b instanceof JsonPrimitive y && x.isNumber() && y.isNumber()) {
            return x.getAsBigDecimal().compareTo(y.getAsBigDecimal()) == 0;
        }
        return a.equals(b);
    }

    /** An array of texts. */
    public static JsonArray array(Iterable<String> texts) {
        var array = new JsonArray();
        StreamSupport.stream(texts.spliterator(), false).forEach(array::add);
        return array;
    }
}
