package io.operatorlib.testing.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last changes of one resource: a ring. Guarded by its {@link Store}. */
final class History {
    /** As many as a real server keeps of a busy resource; a watcher further behind lists anew. */
    static final int CAPACITY = 10_000;

    private Change[] ring = new Change[64];
    private long first;
    private long next;
    /** The newest revision of which a change was dropped. */
    private long forgotten;

    /**
     * A change of one object.
     *
     * @param now its state after the change; where it was deleted, its last state with the deletion's revision
     * @param before its state before; null where it was created
     */
    record Change(String key, Stored now, @Nullable Stored before, boolean deleted) {
        long revision() {
            return now.revision();
        }
    }

    void add(Change change) {
        if (next - first == ring.length) {
            if (ring.length < CAPACITY) {
                grow();
            } else {
                forgotten = at(first).revision();
                first++;
            }
        }
        ring[slot(next++)] = change;
    }

    private void grow() {
        var wider = new Change[Math.min(CAPACITY, ring.length * 4)];
        for (long i = first; i < next; i++) {
            wider[(int) (i % wider.length)] = at(i);
        }
        ring = wider;
    }

    private int slot(long position) {
        return (int) (position % ring.length);
    }

    private Change at(long position) {
        return ring[slot(position)];
    }

    /** The oldest place that is kept. */
    long first() {
        return first;
    }

    /** Tells whether every change after the revision is kept. */
    boolean knows(long revision) {
        return revision >= forgotten;
    }

    /** The place of the first change after the revision; -1 where some are no longer kept. */
    long position(long after) {
        if (!knows(after)) {
            return -1;
        }
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (at(middle).revision() <= after) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    List<Change> from(long position, int atMost) {
        var changes = new ArrayList<Change>();
        for (long i = position; i < next && changes.size() < atMost; i++) {
            changes.add(at(i));
        }
        return changes;
    }

    /** Takes back what happened after a known revision to the objects under a prefix. */
    void undo(long until, String prefix, Map<String, Stored> objects) {
        for (long i = next - 1; i >= first && at(i).revision() > until; i--) {
            Change change = at(i);
            if (!change.key().startsWith(prefix)) {
                continue;
            }
            if (change.before() == null) {
                objects.remove(change.key());
            } else {
                objects.put(change.key(), change.before());
            }
        }
    }

    void forget(long upTo) {
        first = next;
        forgotten = upTo;
        ring = new Change[64];
    }
}
