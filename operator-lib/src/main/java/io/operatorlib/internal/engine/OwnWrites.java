package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KubeClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was written for each resource and may not have come back yet through the caches: the reason why nobody decides
 * on a state older than his own writes.
 *
 * <p><b>Flow.</b> A write is {@code Written} or {@code Deleted} with its reply, or {@code Unknown} where no reply came;
 * an unknown one is looked up at the API before the next observation, which makes it one of the others. Each is struck
 * out when the cache of its kind shows it.
 *
 * <p><b>Guarantees.</b> {@link #seen} is true only where each of the resource's writes is in the caches. Who was turned
 * away is told to come again by {@link #changed} as soon as an event about one of his writes arrives.
 *
 * <p><b>Limits.</b> One entry for each object written, until it is seen. Writes of kinds that nobody follows are not
 * waited for: they are never observed.
 */
final class OwnWrites {
    /**
     * An event comes within a second; one that has not come by now may never do so, where the server has gone back to a
     * time before the write.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Caches caches;
    private final Map<ResourceKey, Map<Target, Expected>> pending = new HashMap<>();
    private final Map<Target, Set<ResourceKey>> turnedAway = new HashMap<>();

    private sealed interface Expected {
        /** Tells whether the API is to be asked what has become of it. */
        default boolean doubtful(long now) {
            return false;
        }

        /** The object is at this version or a later one, in the caches that show it. */
        record Written(String version, long repliedAt, List<KindCache> where) implements Expected {
            @Override
            public boolean doubtful(long now) {
                return now - repliedAt > PATIENCE.toNanos();
            }
        }

        /** The object with this UID is gone or going. */
        record Deleted(String uid, long repliedAt) implements Expected {
            @Override
            public boolean doubtful(long now) {
                return now - repliedAt > PATIENCE.toNanos();
            }
        }

        /** Nobody knows what became of the write. */
        record Unknown() implements Expected {
            @Override
            public boolean doubtful(long now) {
                return true;
            }
        }
    }

    OwnWrites(Caches caches) {
        this.caches = caches;
    }

    void written(ResourceKey resource, Target target, JsonObject result, long repliedAt) {
        var where = caches.views(target.kind()).stream()
                .filter(cache -> cache.covers(target.key()) && cache.view().shows(result))
                .toList();
        expect(resource, target, new Expected.Written(Json.resourceVersion(result), repliedAt, where));
    }

    void deleted(ResourceKey resource, Target target, String uid, long repliedAt) {
        expect(resource, target, new Expected.Deleted(uid, repliedAt));
    }

    void unknown(ResourceKey resource, Target target) {
        expect(resource, target, new Expected.Unknown());
    }

    private void expect(ResourceKey resource, Target target, Expected what) {
        if (caches.views(target.kind()).stream().anyMatch(cache -> cache.covers(target.key()))) {
            synchronized (this) {
                pending.computeIfAbsent(resource, any -> new LinkedHashMap<>()).put(target, what);
            }
        }
    }

    /** Asks the API about writes of unknown fate and those that do not come back, and tells how many it asked about. */
    int resolve(ResourceKey resource, KubeClient client, long now) {
        int asked = 0;
        for (var entry : snapshot(resource).entrySet()) {
            if (entry.getValue().doubtful(now)) {
                Target target = entry.getKey();
                Optional<String> shown = shownUid(target); // before asking: another object may bear the name after it
                client.find(target.kind(), target.key())
                        .ifPresentOrElse(
                                object -> written(resource, target, object, now),
                                () -> shown.ifPresentOrElse(
                                        uid -> deleted(resource, target, uid, now), () -> strike(resource, target)));
                asked++;
            }
        }
        return asked;
    }

    private Optional<String> shownUid(Target target) {
        return caches.views(target.kind()).stream()
                .flatMap(cache -> cache.get(target.key()).stream())
                .map(StoredObject::uid)
                .findFirst();
    }

    private synchronized void strike(ResourceKey resource, Target target) {
        pending.computeIfPresent(resource, (any, open) -> {
            open.remove(target);
            return open.isEmpty() ? null : open;
        });
    }

    /** Tells whether all that was written for a resource is in the caches; if not, it is turned away for now. */
    boolean seen(ResourceKey resource) {
        var open = snapshot(resource);
        // noted before looking, so that an event that comes in between is not missed
        turnAway(resource, open.keySet());
        open.entrySet().removeIf(entry -> seen(entry.getKey(), entry.getValue()));
        synchronized (this) {
            if (!open.isEmpty()) {
                pending.put(resource, open);
                return false;
            }
            pending.remove(resource);
            turnedAway.values().forEach(resources -> resources.remove(resource));
            turnedAway.values().removeIf(Set::isEmpty);
        }
        return true;
    }

    private synchronized void turnAway(ResourceKey resource, Set<Target> targets) {
        targets.forEach(target ->
                turnedAway.computeIfAbsent(target, any -> new TreeSet<>()).add(resource));
    }

    /** Takes note of an event, and tells which resources were turned away because of its object. */
    Set<ResourceKey> changed(Target target) {
        synchronized (this) {
            var waiting = turnedAway.remove(target);
            return waiting == null ? Set.of() : waiting;
        }
    }

    /** Tells whether none of a resource's writes was found missing in the caches. */
    synchronized boolean none(ResourceKey resource) {
        return !pending.containsKey(resource);
    }

    /** Forgets a resource that is gone. */
    synchronized void forget(ResourceKey resource) {
        pending.remove(resource);
    }

    private synchronized Map<Target, Expected> snapshot(ResourceKey resource) {
        return new LinkedHashMap<>(pending.getOrDefault(resource, Map.of()));
    }

    private boolean seen(Target target, Expected expected) {
        if (expected instanceof Expected.Written written) {
            return written.where().stream()
                    .allMatch(cache -> cache.reflects(target.key(), written.version(), written.repliedAt()));
        }
        return expected instanceof Expected.Deleted deleted
                && caches.views(target.kind()).stream().allMatch(cache -> gone(cache, target, deleted));
    }

    private static boolean gone(KindCache cache, Target target, Expected.Deleted deleted) {
        return cache.reflects(target.key(), "", deleted.repliedAt())
                || cache.get(target.key())
                        .map(object -> gone(object, deleted.uid()))
                        .orElse(true);
    }

    // an empty UID stands for whatever bore the name
    private static boolean gone(StoredObject object, String uid) {
        return (!uid.isEmpty() && !object.uid().equals(uid)) || object.deleting();
    }
}
