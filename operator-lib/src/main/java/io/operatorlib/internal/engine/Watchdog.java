package io.operatorlib.internal.engine;

import io.operatorlib.Meta;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves that nobody is forgotten: every live object is queued, scheduled, running, or done at its generation. One that
 * is none of these at two looks in a row, and the same both times, is lost.
 *
 * <p><b>Limits.</b> It shows that the last word about an object was "done", not that it was right. One entry for each
 * live object.
 */
final class Watchdog {
    private final Supplier<List<StoredObject>> live;
    private final Predicate<ResourceKey> underWay;
    private final Map<ResourceKey, Done> done = new HashMap<>();
    private Map<ResourceKey, String> suspects = Map.of(); // of the one who looks
    private volatile int lost;

    /** The version spares a parse of the object where nothing at all has changed. */
    private record Done(String uid, long generation, String version) {}

    /**
     * Begins.
     *
     * @param live the objects that are to be reconciled
     * @param underWay whether a key is queued, scheduled or running
     */
    Watchdog(Supplier<List<StoredObject>> live, Predicate<ResourceKey> underWay) {
        this.live = live;
        this.underWay = underWay;
    }

    /** Notes that all was done for an object as it was observed. */
    synchronized void done(Meta seen) {
        done.put(seen.key(), new Done(seen.uid(), seen.generation(), seen.resourceVersion()));
    }

    synchronized void forget(ResourceKey key) {
        done.remove(key);
    }

    /** Looks at all objects, and tells which are lost. Called by one thread. */
    List<ResourceKey> look() {
        var now = new HashMap<ResourceKey, String>();
        var found = new ArrayList<ResourceKey>();
        for (StoredObject object : live.get()) {
            ResourceKey key = object.key();
            if (!isDone(object) && !underWay.test(key)) {
                now.put(key, object.resourceVersion());
                if (object.resourceVersion().equals(suspects.get(key))) {
                    found.add(key);
                }
            }
        }
        suspects = now;
        lost = found.size();
        return found;
    }

    private boolean isDone(StoredObject object) {
        Done last = last(object.key());
        if (last == null || !last.uid().equals(object.uid())) {
            return false;
        }
        return last.version().equals(object.resourceVersion())
                || last.generation() == Json.number(0, object.json(), "metadata", "generation");
    }

    private synchronized @Nullable Done last(ResourceKey key) {
        return done.get(key);
    }

    /** How many were lost at the last look. */
    int lost() {
        return lost;
    }
}
