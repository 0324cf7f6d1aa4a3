package io.operatorlib.internal.cache;

import io.operatorlib.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a kind as they were last seen, with an index by owner. Written by its informer only; read by anybody,
 * each read sees one moment.
 */
public final class Store {
    private final Object lock = new Object(); // held for the time of a look-up, never across a door
    private final TreeMap<ResourceKey, StoredObject> objects = new TreeMap<>();
    private final Map<String, TreeMap<ResourceKey, StoredObject>> byOwner = new HashMap<>();
    private long bytes;
    private int broken;
    private String resourceVersion = "";
    private boolean listed;
    private long listBegan;

    /** The object of that name; empty where none was seen. */
    public Optional<StoredObject> get(ResourceKey key) {
        synchronized (lock) {
            return Optional.ofNullable(objects.get(key));
        }
    }

    /** All objects, in the order of their keys. */
    public List<StoredObject> all() {
        synchronized (lock) {
            return List.copyOf(objects.values());
        }
    }

    /** The objects that name this UID among their owners, in the order of their keys. */
    public List<StoredObject> ownedBy(String uid) {
        synchronized (lock) {
            var owned = byOwner.get(uid);
            return owned == null ? List.of() : List.copyOf(owned.values());
        }
    }

    public int size() {
        synchronized (lock) {
            return objects.size();
        }
    }

    /** What is kept of all objects together, in bytes. */
    public long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }

    /** How many objects there are of which nothing could be kept. */
    public int broken() {
        synchronized (lock) {
            return broken;
        }
    }

    /** How far the store has come: everything up to this resource version is in it. Empty before the first list. */
    public String resourceVersion() {
        synchronized (lock) {
            return resourceVersion;
        }
    }

    /**
     * Tells whether a write is in the store: because the store has come as far, or because everything was listed
     * anew since. The second holds where versions cannot be compared, or have started over.
     *
     * @param version the resource version that the write gave
     * @param repliedAt the scheduler's {@code nanoTime} when the write's reply came
     */
    public boolean reflects(String version, long repliedAt) {
        synchronized (lock) {
            if (!listed) {
                return false;
            }
            var order = ResourceVersions.compare(resourceVersion, version);
            return (order.isPresent() && order.getAsInt() >= 0)
                    || resourceVersion.equals(version)
                    || listBegan - repliedAt > 0;
        }
    }

    /** Puts a whole list in the place of what was there, and tells what that changes. */
    List<Change> replace(SortedMap<ResourceKey, StoredObject> list, String version, long began) {
        synchronized (lock) {
            var changes = new ArrayList<Change>();
            for (StoredObject before : List.copyOf(objects.values())) {
                if (!list.containsKey(before.key())) {
                    changes.addAll(put(before.key(), null));
                }
            }
            list.forEach((key, after) -> changes.addAll(put(key, after)));
            resourceVersion = version;
            listed = true;
            listBegan = began;
            return changes;
        }
    }

    /** Takes one event in, and tells what it changes: nothing where it says what was known. */
    List<Change> apply(ResourceKey key, @Nullable StoredObject after, String version) {
        synchronized (lock) {
            var changes = put(key, after);
            resourceVersion = version;
            return changes;
        }
    }

    /** Notes that there was nothing up to this version. */
    void advance(String version) {
        synchronized (lock) {
            resourceVersion = version;
        }
    }

    private List<Change> put(ResourceKey key, @Nullable StoredObject after) {
        StoredObject before = objects.get(key);
        if (before == after || (before != null && after != null && before.sameVersion(after))) {
            return List.of();
        }
        if (before != null) {
            objects.remove(key);
            count(before, -1);
            unindex(before);
        }
        if (after != null) {
            objects.put(key, after);
            count(after, 1);
            for (String owner : after.owners()) {
                byOwner.computeIfAbsent(owner, uid -> new TreeMap<>()).put(key, after);
            }
        }
        boolean another = before != null && after != null && !before.uid().equals(after.uid());
        return another
                ? List.of(new Change(before, null), new Change(null, after))
                : List.of(new Change(before, after));
    }

    private void count(StoredObject object, int sign) {
        bytes += (long) sign * object.size();
        broken += object.broken() ? sign : 0;
    }

    private void unindex(StoredObject object) {
        for (String owner : object.owners()) {
            var owned = byOwner.get(owner);
            if (owned != null) {
                owned.remove(object.key());
                if (owned.isEmpty()) {
                    byOwner.remove(owner);
                }
            }
        }
    }
}
