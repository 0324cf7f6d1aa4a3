package io.operatorlib.internal.queue;

import java.time.Duration;

/**
 * How long to wait after a number of failures in a row: doubling from the first delay up to the cap, and never less
 * than after the failure before.
 */
public record Backoff(Duration first, Duration cap) {

    /**
     * Most failures are a conflict that the next look resolves, so the first retry comes soon; someone who mended the
     * cause of a lasting one waits no longer than the cap, which costs one try a minute for an object that is broken
     * for good.
     */
    public static final Backoff RECONCILE = new Backoff(Duration.ofMillis(50), Duration.ofMinutes(1));

    /** Beyond that many doublings of a nanosecond every cap is reached, and shifting would wrap around. */
    private static final int MOST_DOUBLINGS = 62;

    /**
     * The delay before the next try.
     *
     * @param failures how many tries failed in a row; at least one
     */
    public Duration delay(long failures) {
        long firstNanos = first.toNanos();
        long capNanos = cap.toNanos();
        long doublings = Math.max(0, failures - 1);
        if (doublings > MOST_DOUBLINGS || firstNanos > capNanos >> doublings) {
            return cap;
        }
        return Duration.ofNanos(firstNanos << doublings);
    }
}
