package io.operatorlib.testing;

import java.time.Duration;

/**
 * A moment at which a run harms the operator: just before one of its effects, just after it, or by losing the reply to
 * it. An effect is a mutating request to the API server or an act on an outside system.
 *
 * @param effect the number of the effect in this run, from 1
 * @param moment when, and what is done
 * @param restart how long after a crash the next incarnation begins
 */
public record CrashPoint(int effect, Moment moment, Duration restart) implements HarmPoint {
    /** What happens around the effect. */
    public enum Moment {
        /** The operator crashes; the effect never takes place. */
        BEFORE,
        /** The effect takes place; the operator crashes before it hears of it. */
        AFTER,
        /** The effect takes place; the operator lives, and is told that no reply came. */
        REPLY_LOST
    }

    public static CrashPoint of(int effect, Moment moment) {
        return new CrashPoint(effect, moment, Duration.ZERO);
    }

    @Override
    public int number() {
        return effect;
    }

    @Override
    public String toString() {
        return effect + ":" + moment + (restart.isZero() ? "" : ":" + restart);
    }
}
