package io.operatorlib.internal.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Set;

/**
 * A number that tells values of JSON apart: the same for the same value, whatever the order of its members. Two values
 * that differ have the same one with a probability of 2⁻⁶⁴, and anybody could find such values: it guards nothing.
 */
public final class Fingerprint {
    private static final long OBJECT = 0x9E3779B97F4A7C15L; // odd numbers without a pattern, to tell the kinds apart
    private static final long ARRAY = 0xC2B2AE3D27D4EB4FL;
    private static final long TEXT = 0x165667B19E3779F9L;
    private static final long OTHER = 0x27D4EB2F165667C5L;

    /** What changes with each write of anybody, and says nothing about the object. */
    private static final Set<String> VERSIONS = Set.of("resourceVersion", "managedFields");

    private Fingerprint() {}

    public static long of(JsonElement json) {
        if (json instanceof JsonObject object) {
            return members(object, Set.of());
        }
        if (json instanceof JsonArray array) {
            long sum = ARRAY;
            for (JsonElement item : array) {
                sum = mixed(sum + of(item));
            }
            return sum;
        }
        return json instanceof JsonPrimitive text && text.isString()
                ? mixed(TEXT + text(text.getAsString()))
                : mixed(OTHER + text(json.toString()));
    }

    /** That of an object of Kubernetes, but for its status, its version and who manages its fields. */
    public static long withoutStatus(JsonObject object) {
        JsonObject meta = Json.object(object, "metadata");
        return mixed(members(object, Set.of("status", "metadata")) + members(meta, VERSIONS));
    }

    private static long members(JsonObject object, Set<String> without) {
        long sum = OBJECT;
        for (var member : object.entrySet()) {
            if (!without.contains(member.getKey())) {
                sum += mixed(text(member.getKey()) * OBJECT + of(member.getValue()));
            }
        }
        return mixed(sum);
    }

    // FNV-1a
    private static long text(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    // the finalizer of MurmurHash3: each bit has a say in each other
    private static long mixed(long number) {
        long hash = (number ^ (number >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }
}
