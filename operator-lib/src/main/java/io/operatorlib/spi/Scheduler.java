package io.operatorlib.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * The door to time, waiting, threads and randomness.
 *
 * <p>In a simulation one actor runs at a time and each of the blocking methods hands over to another; so no caller
 * holds a lock while it calls {@link #sleep}, {@link Gate#await} or {@link Task#join}.
 */
public interface Scheduler {
    /** The wall clock, for what people read. Decisions on elapsed time use {@link #nanoTime()}. */
    Instant now();

    /** The monotonic clock, in nanoseconds from an arbitrary beginning. */
    long nanoTime();

    /** The source of randomness: jitter, names, passwords. Safe for use by many threads. */
    RandomGenerator random();

    /** Waits. */
    void sleep(Duration time) throws InterruptedException;

    /** A new gate, closed. */
    Gate gate();

    /** Runs the body in a daemon thread of its own, which ends with it. */
    Task fork(String name, Runnable body);

    /**
     * Told of what a thread was thrown by code that is not the engine's own, a reconciler for example, and has survived:
     * for the exceptions that end no thread, what an uncaught exception's handler is for those that do. Called by that
     * thread; returns soon.
     *
     * @param where what was called, for people
     */
    default void caught(String where, Throwable thrown) {}

    /**
     * A place to wait for a change of some state. The waiter takes a ticket, looks at the state, and awaits with that
     * ticket; whoever changes the state opens the gate afterwards. An opening after the ticket was taken is never
     * missed.
     */
    interface Gate {
        /** A ticket that each later {@link #open()} serves. */
        long ticket();

        /** Lets everybody pass who holds a ticket taken before. Never blocks. */
        void open();

        /**
         * Waits until the gate has been opened since the ticket was taken.
         *
         * @return whether it was opened; false where the time ran out first
         */
        boolean await(long ticket, Duration atMost) throws InterruptedException;
    }

    /** A thread that was forked. */
    interface Task {
        /** Interrupts the thread: a blocking call through a door throws {@link InterruptedException}. */
        void interrupt();

        /**
         * Waits for the thread's end.
         *
         * @return whether it has ended
         */
        boolean join(Duration atMost) throws InterruptedException;
    }
}
