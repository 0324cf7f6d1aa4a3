package io.operatorlib.internal.engine;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has the statuses of resources whose reconcile hangs tell so. Each is tried again until it is told or the reconcile has
 * ended after all; in a thread of its own, one at a time, for the API server may be what it waits for.
 */
final class HangReporter {
    private final Scheduler scheduler;
    private final String thread;
    private final Predicate<Turn> report;
    private final Set<Turn> untold = new LinkedHashSet<>();
    private volatile Scheduler.@Nullable Task task;

    /**
     * Begins with nothing to tell.
     *
     * @param report tells it, and whether that worked
     */
    HangReporter(Scheduler scheduler, String thread, Predicate<Turn> report) {
        this.scheduler = scheduler;
        this.thread = thread;
        this.report = report;
    }

    synchronized void add(Turn turn) {
        untold.add(turn);
    }

    /** Begins to tell what is not told yet, unless that is under way. Called again and again, by one thread. */
    void tell(List<Turn> hanging) throws InterruptedException {
        boolean nothing;
        synchronized (this) {
            untold.retainAll(hanging);
            nothing = untold.isEmpty();
        }
        Scheduler.Task before = task;
        if (!nothing && (before == null || before.join(Duration.ZERO))) {
            task = scheduler.fork(thread, this::tellAll);
        }
    }

    private void tellAll() {
        for (Turn turn : untold()) {
            if (report.test(turn)) {
                synchronized (this) {
                    untold.remove(turn);
                }
            }
        }
    }

    private synchronized List<Turn> untold() {
        return List.copyOf(untold);
    }

    /** Its thread, if there has been one. */
    List<Scheduler.Task> tasks() {
        Scheduler.Task last = task;
        return last == null ? List.of() : List.of(last);
    }
}
