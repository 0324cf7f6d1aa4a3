package io.operatorlib.internal.cache;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between tries: doubled from try to try up to a cap, each shortened or lengthened at random by up to
 * half, so that many clients that failed together do not come back together. Used by one thread.
 */
final class Backoff {
    private final Duration first;
    private final Duration cap;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration cap, RandomGenerator random) {
        this.first = first;
        this.cap = cap;
        this.random = random;
    }

    /** Counts one more failure, and tells how long to wait. */
    Duration next() {
        long nanos = first.toNanos();
        for (int i = 0; i < failures && nanos < cap.toNanos(); i++) {
            nanos *= 2;
        }
        failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
        nanos = Math.min(nanos, cap.toNanos());
        return Duration.ofNanos(nanos / 2 + (long) (random.nextDouble() * nanos));
    }

    /** How many failures there were since the last success. */
    int failures() {
        return failures;
    }

    /** Begins anew: something worked. */
    void reset() {
        failures = 0;
    }
}
