package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every object, under one revision that each change increments.
 *
 * <p><b>Flow.</b> A writer reads an object, makes its next state, and puts it back on the condition that the object
 * is still the one that was read. A change goes into its resource's {@link History}, then the resource's gate opens.
 *
 * <p><b>Guarantees.</b> Safe for use by many threads; its lock is held for a few map operations only, never while a
 * gate is awaited. Keys are ordered as an API server lists them: {@code namespace/name} by its characters.
 *
 * <p><b>Limits.</b> Nothing is written to disk. A resource's history keeps its last {@link History#CAPACITY} changes.
 */
final class Store {
    private final Scheduler scheduler;
    private final Map<String, Table> tables = new HashMap<>();
    private long revision = 1;
    private int restorations;

    Store(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The objects of one resource. */
    private static final class Table {
        final TreeMap<String, Stored> live = new TreeMap<>();
        final History history = new History();
        final Scheduler.Gate gate;

        Table(Scheduler.Gate gate) {
            this.gate = gate;
        }
    }

    /** Objects as they were at one revision. */
    record Snapshot(long revision, SortedMap<String, Stored> objects) {}

    /** All objects at one revision. */
    record Backup(long revision, Map<String, TreeMap<String, Stored>> objects) {}

    /** What a watch reads next. */
    sealed interface Read {}

    /** Changes, in order; possibly none. */
    record Changes(List<History.Change> changes, long upTo, long revision) implements Read {}

    /** Some of them are no longer kept. */
    record Lost() implements Read {}

    private Table table(String resource) {
        return tables.computeIfAbsent(resource, name -> new Table(scheduler.gate()));
    }

    synchronized long revision() {
        return revision;
    }

    synchronized @Nullable Stored get(String resource, String key) {
        return table(resource).live.get(key);
    }

    /** Tells whether there is any object of the resource under the prefix. */
    synchronized boolean any(String resource, String prefix) {
        return !range(table(resource).live, prefix).isEmpty();
    }

    /**
     * Puts an object's next state.
     *
     * @param expected what it replaces; null for a creation
     * @return the state with its new revision; null, and nothing done, where the object is no longer the expected one
     */
    @Nullable
    Stored put(String resource, String key, @Nullable Stored expected, JsonObject next) {
        Scheduler.Gate gate;
        Stored stored;
        synchronized (this) {
            Table table = table(resource);
            if (table.live.get(key) != expected) {
                return null;
            }
            stored = new Stored(next, ++revision);
            table.live.put(key, stored);
            table.history.add(new History.Change(key, stored, expected, false));
            gate = table.gate;
        }
        gate.open();
        return stored;
    }

    /**
     * Removes an object.
     *
     * @return its last state with the revision of the deletion; null, and nothing done, where the object is no longer
     *     the expected one
     */
    @Nullable
    Stored remove(String resource, String key, Stored expected) {
        Scheduler.Gate gate;
        Stored last;
        synchronized (this) {
            Table table = table(resource);
            if (table.live.get(key) != expected) {
                return null;
            }
            last = new Stored(expected.json(), ++revision);
            table.live.remove(key);
            table.history.add(new History.Change(key, last, expected, true));
            gate = table.gate;
        }
        gate.open();
        return last;
    }

    /** The objects under a prefix, now. */
    synchronized Snapshot list(String resource, String prefix) {
        return new Snapshot(revision, new TreeMap<>(range(table(resource).live, prefix)));
    }

    /** The objects under a prefix as they were at a revision not later than now; null where that is no longer known. */
    synchronized @Nullable Snapshot list(String resource, String prefix, long at) {
        Table table = table(resource);
        if (!table.history.knows(at)) {
            return null;
        }
        var then = new TreeMap<>(range(table.live, prefix));
        table.history.undo(at, prefix, then);
        return new Snapshot(at, then);
    }

    /** The gate that opens after every change of the resource. */
    synchronized Scheduler.Gate gate(String resource) {
        return table(resource).gate;
    }

    /** The place in a resource's history after a revision; -1 where the changes since are no longer all known. */
    synchronized long position(String resource, long after) {
        return table(resource).history.position(after);
    }

    /** Reads on in a resource's history. */
    synchronized Read read(String resource, long position, int atMost) {
        History history = table(resource).history;
        if (position < history.first()) {
            return new Lost();
        }
        List<History.Change> changes = history.from(position, atMost);
        return new Changes(changes, position + changes.size(), revision);
    }

    /** Forgets the history of every resource up to now, as a compaction does. */
    void compact() {
        var gates = new ArrayList<Scheduler.Gate>();
        synchronized (this) {
            tables.values().forEach(table -> {
                table.history.forget(revision);
                gates.add(table.gate);
            });
        }
        gates.forEach(Scheduler.Gate::open);
    }

    /** All objects as they are now, for {@link #restore}. */
    synchronized Backup backup() {
        var objects = new HashMap<String, TreeMap<String, Stored>>();
        tables.forEach((resource, table) -> objects.put(resource, new TreeMap<>(table.live)));
        return new Backup(revision, objects);
    }

    /**
     * Goes back to a backup, revision and all, as a server does that was restored from it: what came after it has
     * never been, and open watches end.
     */
    void restore(Backup backup) {
        var gates = new ArrayList<Scheduler.Gate>();
        synchronized (this) {
            revision = backup.revision();
            restorations++;
            tables.forEach((resource, table) -> {
                table.live.clear();
                table.live.putAll(backup.objects().getOrDefault(resource, new TreeMap<>()));
                table.history.forget(revision);
                gates.add(table.gate);
            });
        }
        gates.forEach(Scheduler.Gate::open);
    }

    /** How often it has gone back. */
    synchronized int restorations() {
        return restorations;
    }

    static SortedMap<String, Stored> range(SortedMap<String, Stored> map, String prefix) {
        return prefix.isEmpty() ? map : map.subMap(prefix, prefix + Character.MAX_VALUE);
    }
}
