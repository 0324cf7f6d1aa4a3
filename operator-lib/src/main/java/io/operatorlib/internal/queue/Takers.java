package io.operatorlib.internal.queue;

import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a key, each at a gate of his own, so that for one key one of them is called and not all. Not safe
 * for use by several threads.
 */
final class Takers {
    private final List<Waiting> waiting = new ArrayList<>();

    /** Somebody who goes on by himself at that time of the monotonic clock. */
    private record Waiting(Scheduler.Gate gate, long until) {}

    void add(Scheduler.Gate gate, long until) {
        waiting.add(new Waiting(gate, until));
    }

    void remove(Scheduler.Gate gate) {
        waiting.removeIf(each -> each.gate() == gate);
    }

    /** Calls the one who would wait longest: whoever is to look at the clock first goes on waiting. */
    Optional<Scheduler.Gate> call() {
        @Nullable Waiting last = null;
        for (Waiting each : waiting) {
            last = last == null || each.until() - last.until() > 0 ? each : last;
        }
        if (last == null) {
            return Optional.empty();
        }
        waiting.remove(last);
        return Optional.of(last.gate());
    }

    /** Tells whether one of them goes on by that time. */
    boolean anyBy(long time) {
        return waiting.stream().anyMatch(each -> each.until() - time <= 0);
    }

    /** Calls all. */
    List<Scheduler.Gate> callAll() {
        var all = waiting.stream().map(Waiting::gate).toList();
        waiting.clear();
        return all;
    }
}
