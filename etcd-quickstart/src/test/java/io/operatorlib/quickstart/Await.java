package io.operatorlib.quickstart;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what a real cluster takes its time for. */
final class Await {
    /** Generous: what takes longer on a loaded machine is not slow but broken. */
    private static final Duration DEADLINE = Duration.ofMinutes(4);

    private static final Duration LOOK = Duration.ofMillis(100);

    private Await() {}

    static void until(String what, BooleanSupplier reached) {
        until(what, reached, () -> "");
    }

    static void until(String what, BooleanSupplier reached, Supplier<?> lastSeen) {
        if (!reached(DEADLINE, reached)) {
            throw new AssertionError("not within " + DEADLINE + ": " + what + "; last seen: " + lastSeen.get());
        }
    }

    /** Tells whether it is reached in a time; looks at least once. */
    static boolean reached(Duration atMost, BooleanSupplier reached) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pause(LOOK);
        }
        return true;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
