package io.operatorlib;

import java.time.Duration;

/**
 * Tells whether an act may have an effect now. What an act looks at first may take long, and a process that was stopped
 * meanwhile does not notice: by then another one may lead.
 */
@FunctionalInterface
public interface Permission {
    /**
     * Asks: once more just before each effect, and anew after whatever took time.
     *
     * @return how long an effect that begins now may take
     * @throws RuntimeException if there may be no more effects; it is not to be caught
     */
    Duration ask();

    /** Asks, for an effect that takes so long at the most; returns the shorter time. */
    default Duration within(Duration wished) {
        Duration left = ask();
        return left.compareTo(wished) < 0 ? left : wished;
    }
}
