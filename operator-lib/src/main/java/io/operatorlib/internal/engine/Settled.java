package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Fingerprint;
import io.operatorlib.internal.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was sent, and what the server made of it, where the two look different. While the object is still like that,
 * sending the same again would change nothing: what the server pruned, completed or wrote in its own way would else
 * look like a difference for ever.
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

    private record Value(long sent, long made) {}

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
        return new Value(
                Fingerprint.of(sent), part == Part.STATUS ? status(object) : Fingerprint.withoutStatus(object));
    }

    private static long status(JsonObject object) {
        var status = new JsonArray();
        status.add(Json.uid(object));
        status.add(Json.object(object, "status"));
        return Fingerprint.of(status);
    }
}
