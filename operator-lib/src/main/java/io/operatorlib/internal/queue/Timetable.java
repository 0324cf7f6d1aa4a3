package io.operatorlib.internal.queue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys by the time when they are due, on the monotonic clock; keys that are due at the same time come in the order in
 * which they were put in. Not safe for use by several threads.
 */
public final class Timetable<K> {
    private final TreeMap<Due, K> byTime = new TreeMap<>();
    private final Map<K, Due> byKey = new HashMap<>();
    private long sequence;

    private record Due(long nanoTime, long sequence) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            // the clock's origin is arbitrary, so that it may wrap: compare by difference
            int byTime = Long.signum(nanoTime - other.nanoTime);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Puts a key in, in place of any earlier time of it. */
    public void put(K key, long nanoTime) {
        remove(key);
        var due = new Due(nanoTime, sequence++);
        byKey.put(key, due);
        byTime.put(due, key);
    }

    /** Puts a key in unless it is due earlier anyway. */
    public void putIfEarlier(K key, long nanoTime) {
        @Nullable Due before = byKey.get(key);
        if (before == null || nanoTime - before.nanoTime() < 0) {
            put(key, nanoTime);
        }
    }

    public void remove(K key) {
        @Nullable Due due = byKey.remove(key);
        if (due != null) {
            byTime.remove(due);
        }
    }

    public boolean contains(K key) {
        return byKey.containsKey(key);
    }

    /** How many nanoseconds are left until that key is due; empty where it is not there. */
    public OptionalLong left(K key, long now) {
        @Nullable Due due = byKey.get(key);
        return due == null ? OptionalLong.empty() : OptionalLong.of(due.nanoTime() - now);
    }

    /** Takes out the first key that is due by now. */
    public Optional<K> poll(long now) {
        var left = left(now);
        if (left.isEmpty() || left.getAsLong() > 0) {
            return Optional.empty();
        }
        K key = byTime.firstEntry().getValue();
        remove(key);
        return Optional.of(key);
    }

    /** How many nanoseconds are left until the next key is due, zero or less where one is; empty without keys. */
    public OptionalLong left(long now) {
        return byTime.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byTime.firstKey().nanoTime() - now);
    }

    public void clear() {
        byTime.clear();
        byKey.clear();
    }
}
