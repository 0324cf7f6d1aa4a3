package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.spi.Tracing;
import java.time.Duration;
import java.util.Optional;

/**
 * One reconcile of one key by one worker: how long it may still take, and its right to have effects.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  RUNNING ── its end ──▶ ENDED
 *     └────── deadline ──▶ OVERDUE (interrupted) ── {@link #GRACE} ──▶ ABANDONED
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <p>What is overdue never again may have an effect, whatever it does when it wakes up. Whether a reconcile ended in
 * time is decided once.
 *
 * <h2>Limits</h2>
 *
 * <p>A request that was on its way when the deadline came is not called back.
 */
final class Turn {
    /** Foreign code that heeds an interrupt does so at once. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final ResourceKey key;
    private final Fence fence;
    private final Duration limit;
    private final Scheduler scheduler;
    private final Tracing.Trace trace;
    private final long began;
    private State state = State.RUNNING;
    private String doing = "";
    private Duration allowed;
    private long end;

    /** How it stands. */
    enum State {
        RUNNING,
        ENDED,
        OVERDUE,
        ABANDONED
    }

    /**
     * Begins.
     *
     * @param limit how long it may take; acts have times of their own
     * @param trace told of what is done
     */
    Turn(ResourceKey key, Fence fence, Duration limit, Scheduler scheduler, Tracing.Trace trace) {
        this.key = key;
        this.fence = fence;
        this.limit = limit;
        this.scheduler = scheduler;
        this.trace = trace;
        this.began = scheduler.nanoTime();
        this.allowed = limit;
        this.end = began + limit.toNanos();
    }

    ResourceKey key() {
        return key;
    }

    long began() {
        return began;
    }

    /** Notes what is being done, for people. */
    void doing(String what) {
        synchronized (this) {
            doing = what;
        }
        trace.part(what);
    }

    synchronized String doing() {
        return doing;
    }

    /** Gives an act a time of its own. */
    void allow(Duration time) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            allowed = time;
            end = state == State.RUNNING ? now + time.toNanos() : end;
        }
    }

    /** Gives what follows an act the reconcile's time anew. */
    void allowAgain() {
        allow(limit);
    }

    /**
     * Asks for the right to one effect: called just before each.
     *
     * @throws LookAgainException if there may be no more effects
     */
    void checkMayWrite() {
        if (!mayWrite()) {
            throw new LookAgainException(
                    state() == State.RUNNING
                            ? "this process may not write any more"
                            : "this reconcile has taken too long");
        }
    }

    /**
     * Asks for the right to an effect of an act, as {@link #checkMayWrite} does; returns how long it may take.
     *
     * @throws LookAgainException if there may be no more effects
     */
    Duration permit() {
        long now = scheduler.nanoTime();
        Duration led = fence.remaining();
        Duration own;
        synchronized (this) {
            own = Duration.ofNanos(Math.max(0, end - now));
        }
        Duration left = led.compareTo(own) < 0 ? led : own;
        if (left.isZero()) {
            throw new LookAgainException("there is no time left for the effect");
        }
        checkMayWrite();
        return left;
    }

    boolean mayWrite() {
        return state() == State.RUNNING && !fence.remaining().isZero();
    }

    synchronized State state() {
        return state;
    }

    /** Ends it, and tells whether that was in time. */
    synchronized boolean end() {
        if (state == State.RUNNING) {
            state = State.ENDED;
        }
        return state == State.ENDED;
    }

    /** Tells whoever traces how it ended. */
    void traced(Verdict verdict) {
        Optional<Failure> failure =
                verdict instanceof Verdict.Failed failed ? Optional.of(failed.failure()) : Optional.empty();
        trace.end(
                LoopLog.outcome(verdict),
                failure.map(why -> why.step() + ": " + why.reason() + ": " + why.message())
                        .orElse(""));
    }

    /** Looks at the clock, and tells whether that changed its state. */
    synchronized boolean check(long now) {
        State before = state;
        if (state == State.RUNNING && end - now <= 0) {
            state = State.OVERDUE;
            end = now + GRACE.toNanos();
        } else if (state == State.OVERDUE && end - now <= 0) {
            state = State.ABANDONED;
        }
        return state != before;
    }

    /** How many nanoseconds are left until the clock changes its state, if it does not end before. */
    synchronized long left(long now) {
        return state == State.RUNNING || state == State.OVERDUE ? end - now : Long.MAX_VALUE;
    }

    /** Why an overdue one counts as failed. */
    synchronized Failure overdue() {
        return Failure.deadline(doing, allowed);
    }
}
