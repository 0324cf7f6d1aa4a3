package io.operatorlib.internal.engine;

import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was sent, and what the server made of it. While the object is still like that, sending the same again would
 * change nothing: what the server pruned, completed or wrote in its own way would else look like a difference for ever.
 *
 * <p>In memory only: after a restart one more request finds out.
 */
final class Settled {
    /** Some hundred bytes each; who has more objects than this pays with a request for one that was pushed out. */
    private static final int MOST = 50_000;

    private final Map<Key, Value> settled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Value> eldest) {
            return size() > MOST;
        }
    };

    private record Key(Target target, Part part) {}

    private record Value(String sent, String made) {}

    /** Which part of an object a request is about. */
    enum Part {
        /** All but the status, as applied. */
        APPLIED,
        /** All but the status, as patched. */
        PATCHED,
        STATUS
    }

    /** Remembers what the server made of a request. */
    void remember(Target target, Part part, JsonObject sent, JsonObject result) {
        var value = value(part, sent, result);
        synchronized (this) {
            settled.put(new Key(target, part), value);
        }
    }

    /** Tells whether the object is still what the server made of the same request before. */
    boolean test(Target target, Part part, JsonObject toSend, JsonObject live) {
        var key = new Key(target, part);
        synchronized (this) {
            if (!settled.containsKey(key)) {
                return false;
            }
        }
        var value = value(part, toSend, live);
        synchronized (this) {
            return value.equals(settled.get(key));
        }
    }

    private static Value value(Part part, JsonObject sent, JsonObject object) {
        return new Value(digest(sent), part == Part.STATUS ? status(object) : content(object));
    }

    private static String status(JsonObject object) {
        return Json.uid(object) + digest(Json.object(object, "status"));
    }

    // versions and the other managers' entries change with every change of the status
    private static String content(JsonObject object) {
        JsonObject copy = object.deepCopy();
        copy.remove("status");
        JsonObject meta = Json.object(copy, "metadata");
        meta.remove("resourceVersion");
        meta.remove("managedFields");
        return digest(copy);
    }

    private static String digest(JsonElement json) {
        return Hashing.sha256()
                .hashString(sorted(json).toString(), StandardCharsets.UTF_8)
                .toString();
    }

    private static JsonElement sorted(JsonElement json) {
        if (json instanceof JsonObject object) {
            var sorted = new JsonObject();
            new TreeMap<>(object.asMap()).forEach((name, value) -> sorted.add(name, sorted(value)));
            return sorted;
        }
        if (json instanceof JsonArray array) {
            var sorted = new JsonArray();
            array.forEach(item -> sorted.add(sorted(item)));
            return sorted;
        }
        return json;
    }
}
