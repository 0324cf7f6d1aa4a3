package io.operatorlib.internal.engine;

import io.operatorlib.Controller;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;

/** Looks after a controller's workers in time, and after its objects now and then. */
final class Overseer {
    /** What is lost is lost by a defect, and found within two of these; a look costs a walk through the cache. */
    static final Duration LOOK = Duration.ofMinutes(1);

    private final Scheduler scheduler;
    private final Workers workers;
    private final HangReporter hangs;
    private final Runnable look;
    private final Duration shortestDeadline;
    private final Scheduler.Gate gate;
    private volatile boolean stopped;

    /**
     * Prepares.
     *
     * @param shortestDeadline no turn that begins, and no act, has less time than this
     * @param look done every {@link #LOOK}
     */
    Overseer(Scheduler scheduler, Workers workers, HangReporter hangs, Duration shortestDeadline, Runnable look) {
        this.scheduler = scheduler;
        this.workers = workers;
        this.hangs = hangs;
        this.look = look;
        this.shortestDeadline = shortestDeadline;
        this.gate = scheduler.gate();
    }

    /** The least time that a controller gives to anything. */
    static Duration shortestDeadline(Controller<?, ?> controller) {
        return controller.performers().stream()
                .map(Controller.Performance::deadline)
                .reduce(controller.deadline(), (a, b) -> a.compareTo(b) < 0 ? a : b);
    }

    void stop() {
        stopped = true;
        gate.open();
    }

    void run() {
        long nextLook = scheduler.nanoTime() + LOOK.toNanos();
        try {
            while (!stopped) {
                long ticket = gate.ticket();
                workers.check();
                hangs.tell(workers.turns());
                long now = scheduler.nanoTime();
                if (nextLook - now <= 0) {
                    look.run();
                    nextLook = now + LOOK.toNanos();
                }
                // a turn that begins while we sleep cannot be overdue before we wake
                Duration untilLook = Duration.ofNanos(nextLook - now);
                Duration atMost = untilLook.compareTo(shortestDeadline) < 0 ? untilLook : shortestDeadline;
                gate.await(ticket, workers.untilCheck(atMost));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
