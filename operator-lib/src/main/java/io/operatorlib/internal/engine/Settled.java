package io.operatorlib.internal.engine;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was sent, and which version of the object came of it. While the object is still at that version, sending the
 * same again would change nothing, whatever the server made of it: what it pruned, defaulted or wrote in its own way
 * looks like a difference for ever.
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

    private record Key(Target target, String part) {}

    private record Value(String uid, String version, String digest) {}

    /**
     * Remembers what came of a request.
     *
     * @param part which part of the object it was about
     */
    void remember(Target target, String part, JsonObject sent, String uid, String version) {
        var value = new Value(uid, version, digest(sent));
        synchronized (this) {
            settled.put(new Key(target, part), value);
        }
    }

    /** Tells whether the object is still as it was when the same was sent before. */
    boolean test(Target target, String part, JsonObject toSend, String uid, String version) {
        var value = new Value(uid, version, digest(toSend));
        synchronized (this) {
            return value.equals(settled.get(new Key(target, part)));
        }
    }

    private static String digest(JsonObject json) {
        return Hashing.sha256()
                .hashString(json.toString(), StandardCharsets.UTF_8)
                .toString();
    }
}
