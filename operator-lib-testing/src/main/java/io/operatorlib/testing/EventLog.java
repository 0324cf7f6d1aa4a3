package io.operatorlib.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, in order: every switch of actors, every call through a door, the digest of every reply. Two
 * runs with the same {@link #hash()} and {@link #size()} went the same way.
 *
 * <p>Only the last lines are kept, and only entries are stored: most runs succeed and nobody reads their log.
 */
final class EventLog {
    /** Lines kept for the report of a failure: about three screens. */
    private static final int KEPT = 150;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private record Entry(long nanos, String actor, String what, long digest) {
        @Override
        public String toString() {
            return String.format("%12.6f  %-28s %s", nanos / 1e9, actor, what)
                    + (digest == 0 ? "" : String.format("  #%016x", digest));
        }
    }

    private final ArrayDeque<Entry> last = new ArrayDeque<>(KEPT);
    private final @Nullable Consumer<String> sink;
    private long hash = FNV_BASIS;
    private long size;

    /** @param sink is given every line; null where nobody wants them all */
    EventLog(@Nullable Consumer<String> sink) {
        this.sink = sink;
    }

    void add(long nanos, String actor, String what, long digest) {
        size++;
        mix(nanos);
        hash = digest(hash, actor);
        hash = digest(hash, what);
        mix(digest);
        var entry = new Entry(nanos, actor, what, digest);
        if (sink != null) {
            sink.accept(entry.toString());
        }
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(entry);
    }

    static long digest(String text) {
        return digest(FNV_BASIS, text);
    }

    long hash() {
        return hash;
    }

    long size() {
        return size;
    }

    List<String> lastLines() {
        var lines = new ArrayList<String>(last.size());
        last.forEach(entry -> lines.add(entry.toString()));
        return lines;
    }

    private void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
        hash ^= hash >>> 32;
    }

    private static long digest(long basis, String text) {
        long hash = basis;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
