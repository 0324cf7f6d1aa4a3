package io.operatorlib.internal.queue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys that wait for a taker. Normal keys come before low ones, each kind in its order; but while a low key has waited
 * for {@link #AGED}, every {@link #SHARE}th taker gets the oldest of them: none waits for ever, and no normal key waits
 * for more than one of them. Not safe for use by several threads.
 */
final class ReadyKeys<K> {
    /** So long a stream of changes may keep the others waiting altogether. */
    static final Duration AGED = Duration.ofSeconds(10);

    /** Three quarters of the workers are for changes. */
    static final int SHARE = 4;

    private final LinkedHashMap<K, Long> normal = new LinkedHashMap<>();
    private final LinkedHashMap<K, Long> low = new LinkedHashMap<>();
    private int normalInARow;

    /** A key, and since when it has waited. */
    record Ready<K>(K key, long since) {}

    /** Puts a key in; one that is there already is raised where it becomes more urgent, and keeps its age. */
    void put(K key, Priority priority, long now) {
        if (priority == Priority.NORMAL) {
            @Nullable Long before = low.remove(key);
            normal.putIfAbsent(key, before == null ? now : before);
        } else if (!normal.containsKey(key)) {
            low.putIfAbsent(key, now);
        }
    }

    /** Takes out whose turn it is. */
    Optional<Ready<K>> poll(long now) {
        boolean lowsTurn = normal.isEmpty() || (normalInARow >= SHARE - 1 && aged(now));
        normalInARow = lowsTurn ? 0 : Math.min(normalInARow + 1, SHARE);
        var entries = (lowsTurn ? low : normal).entrySet().iterator();
        if (!entries.hasNext()) {
            return Optional.empty();
        }
        var first = entries.next();
        var ready = new Ready<>(first.getKey(), first.getValue());
        entries.remove();
        return Optional.of(ready);
    }

    private boolean aged(long now) {
        var waiting = low.values().iterator();
        return waiting.hasNext() && now - waiting.next() >= AGED.toNanos();
    }

    boolean isEmpty() {
        return normal.isEmpty() && low.isEmpty();
    }

    int size(Priority priority) {
        return (priority == Priority.NORMAL ? normal : low).size();
    }

    void clear() {
        normal.clear();
        low.clear();
    }
}
