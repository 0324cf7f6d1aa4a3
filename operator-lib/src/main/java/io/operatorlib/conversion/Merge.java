package io.operatorlib.conversion;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Carries what a client did to the part of an object that it saw over to the whole object.
 *
 * <p><b>Flow.</b> Three values are walked side by side: the whole ({@code base}), what the client was shown of it
 * ({@code shown}) and what the client wrote ({@code written}), all in the whole's terms.
 *
 * <p><b>Guarantees.</b>
 *
 * <ul>
 *   <li>What is written as it was shown stays as it is in the whole.
 *   <li>What the client changed, wins; what it added, is there; what it deleted, is gone.
 *   <li>What it was not shown stays: also beside what it changed, and when all that it saw of an object is deleted,
 *       unless what is left lacks a member that the schema requires there. Then the thing itself was deleted.
 *   <li>A list whose schema names keys is walked entry by entry: an entry that was deleted goes with all of it, one that
 *       was not shown keeps its place behind the one before it. Any other list is one value.
 * </ul>
 *
 * <p><b>Limits.</b> A list with a key missing or twice is one value.
 */
final class Merge {
    private Merge() {}

    /** What the whole becomes. */
    static JsonObject objects(Shape shape, JsonObject base, JsonObject shown, JsonObject written) {
        return members(shape, base, shown, written);
    }

    private static @Nullable JsonElement values(
            Shape shape, @Nullable JsonElement base, @Nullable JsonElement shown, @Nullable JsonElement written) {
        if (Json.equal(shown, written)) {
            return base == null ? null : base.deepCopy();
        }
        if (base instanceof JsonObject whole) {
            if (written == null) {
                return left(shape, whole, object(shown));
            }
            if (written instanceof JsonObject wish) {
                return members(shape, whole, object(shown), wish);
            }
        }
        if (base instanceof JsonArray whole && (written == null || written instanceof JsonArray)) {
            JsonArray merged = entries(shape, whole, array(shown), array(written));
            if (merged != null) {
                return merged.isEmpty() && written == null ? null : merged;
            }
        }
        return written == null ? null : written.deepCopy();
    }

    private static JsonObject object(@Nullable JsonElement value) {
        return value instanceof JsonObject object ? object : new JsonObject();
    }

    private static JsonArray array(@Nullable JsonElement value) {
        return value instanceof JsonArray array ? array : new JsonArray();
    }

    private static JsonObject members(Shape shape, JsonObject base, JsonObject shown, JsonObject written) {
        var names = new LinkedHashSet<>(base.keySet());
        names.addAll(written.keySet());
        var merged = new JsonObject();
        for (String name : names) {
            JsonElement value = values(shape.member(name), base.get(name), shown.get(name), written.get(name));
            if (value != null) {
                merged.add(name, value);
            }
        }
        return merged;
    }

    /** What is left of an object of which all that was shown is deleted. */
    private static @Nullable JsonObject left(Shape shape, JsonObject base, JsonObject shown) {
        JsonObject left = members(shape, base, shown, new JsonObject());
        boolean itself = shape.required().stream().anyMatch(name -> base.has(name) && !left.has(name));
        return left.isEmpty() || itself ? null : left;
    }

    /** The entries of a list with keys; null where it is one value. */
    private static @Nullable JsonArray entries(Shape shape, JsonArray base, JsonArray shown, JsonArray written) {
        List<String> keys = shape.keys();
        if (keys.isEmpty()) {
            return null;
        }
        var whole = byKey(keys, base);
        var seen = byKey(keys, shown);
        var wish = byKey(keys, written);
        if (whole == null || seen == null || wish == null) {
            return null;
        }
        var order = new ArrayList<>(wish.keySet());
        int place = 0;
        for (String key : whole.keySet()) {
            if (wish.containsKey(key)) {
                place = order.indexOf(key) + 1;
            } else if (!seen.containsKey(key)) {
                order.add(place++, key);
            }
        }
        var merged = new JsonArray();
        for (String key : order) {
            JsonObject entry = wish.get(key);
            JsonObject before = whole.get(key);
            merged.add(
                    entry == null || before == null
                            ? (entry == null ? object(before) : entry).deepCopy()
                            : members(shape.entry(), before, object(seen.get(key)), entry));
        }
        return merged;
    }

    /** A list's entries by their keys, in their order; null where a key is missing or there twice. */
    private static @Nullable Map<String, JsonObject> byKey(List<String> keys, JsonArray list) {
        var entries = new LinkedHashMap<String, JsonObject>();
        for (JsonElement entry : list) {
            if (!(entry instanceof JsonObject object)) {
                return null;
            }
            var key = new ArrayList<String>();
            for (String name : new TreeSet<>(keys)) {
                JsonElement value = Json.at(object, name);
                if (value == null) {
                    return null;
                }
                key.add(value.toString());
            }
            if (entries.put(String.join(",", key), object) != null) {
                return null;
            }
        }
        return entries;
    }
}
