package io.operatorlib.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets actors run one at a time, in an order that only the seed decides.
 *
 * <p><b>Flow.</b> The running actor comes to a door. The checks run, the next actor is drawn from those that are
 * ready, it gets the turn, and the one that came to the door parks until it is drawn itself. Where nobody is ready,
 * virtual time jumps to the next timer. The first actor is the driver: the test's own thread.
 *
 * <p><b>Guarantees.</b> At most one actor runs. The same seed and the same program give the same order, in every JVM.
 * An actor that is ready is drawn in the end. A broken check, an uncaught exception, a deadlock and a run that never
 * lets time pass stop the run and reach the driver as a {@link SimulationFailure}.
 *
 * <p><b>Limits.</b> Interleavings between two calls through doors are not explored. An actor that blocks elsewhere
 * than in a door stops the run, and is reported after {@link #STUCK}.
 */
final class Kernel {
    /** Steps without virtual time passing before a run counts as caught in a loop: far more than any start-up needs. */
    private static final int STEPS_AT_ONE_INSTANT = 300_000;

    /** Calls that an unwinding actor may still make from its finally-blocks. */
    private static final int CALLS_AFTER_CRASH = 200;

    /** Real time without a step before an actor counts as blocked outside the doors; a loaded machine pauses seconds. */
    private static final Duration STUCK = Duration.ofSeconds(30);

    private static final String PROGRESS = "the operator gets on";

    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    private record Check(String name, Runnable body) {}

    final EventLog log;
    private final SplittableRandom choices;
    private final SimThreads threads;
    private final Actor driver;
    private final List<Actor> living = new ArrayList<>();
    private final List<Actor> ready = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<String> escaped = new ArrayList<>();
    private boolean judging;
    private final Timers timers = new Timers();

    private Actor current;
    private long nanos;
    private int actorsMade;
    private int stepsAtThisInstant;
    private final AtomicLong steps = new AtomicLong();
    private boolean changed;
    private boolean closing;
    private @Nullable BooleanSupplier driverWaitsFor;
    private boolean driverFirst;
    private @Nullable SimulationFailure failure;

    /** Begins a run whose driver is the calling thread. */
    Kernel(long seed, SimThreads threads, String driverName, @Nullable Consumer<String> sink) {
        this.choices = new SplittableRandom(seed);
        this.threads = threads;
        this.log = new EventLog(sink);
        var outside = new Incarnation(this, driverName, choices.split());
        this.driver = new Actor(this, outside, driverName, () -> {});
        driver.bind(Thread.currentThread());
        driver.state = Actor.State.RUNNING;
        this.current = driver;
    }

    Actor driver() {
        return driver;
    }

    Actor current() {
        return current;
    }

    long nanos() {
        return nanos;
    }

    long steps() {
        return steps.get();
    }

    SplittableRandom newRandom() {
        return choices.split();
    }

    /** Adds a rule that is checked whenever the world changed, between two steps. */
    void check(String name, Runnable body) {
        checks.add(new Check(name, body));
    }

    /** Notes what was thrown and caught. */
    void caught(String where, Throwable thrown) {
        log("threw: " + where + ": " + thrown, 0);
        if (Mistakes.isOne(thrown)) {
            escaped.add(where + " threw " + thrown + Mistakes.place(thrown));
            changed();
        }
    }

    List<String> escaped() {
        return List.copyOf(escaped);
    }

    /** Tells that the world changed, so that the checks are due. */
    void changed() {
        changed = true;
    }

    void log(String what, long digest) {
        log.add(nanos, current.name, what, digest);
    }

    // ---- doors ----

    /** Begins a call through a door of that incarnation, in the current actor. */
    void enter(Incarnation door) {
        if (judging) {
            throw new IllegalStateException("a rule or an awaited condition called a door of " + door.name()
                    + ": it is looked at between two steps and lets nobody have a turn. Read the world itself, for"
                    + " example through ApiServer.as(caller)");
        }
        if (!current.isCurrentThread()) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName() + " called a door of "
                    + door.name() + " while it was the turn of " + current + ": it is no actor of this simulation."
                    + " Start threads with Scheduler.fork only");
        }
        if (closing || door.crashed() || current.incarnation.crashed()) {
            if (++current.callsAfterCrash > CALLS_AFTER_CRASH) {
                fail(
                        PROGRESS,
                        current + " goes on after its crash: it catches Throwable or Error and tries again",
                        null);
                current.lost = true;
                handOver(driver);
            }
            throw new Crashed(door.name());
        }
    }

    Actor fork(Incarnation incarnation, String name, Runnable body) {
        var actor = new Actor(this, incarnation, incarnation.name() + "/" + name + "#" + ++actorsMade, body);
        living.add(actor);
        mayRun(actor);
        return actor;
    }

    /** Lets others have their turn. Not ended by an interrupt. */
    void pass() {
        var me = current;
        me.state = Actor.State.READY;
        me.interruptible = false;
        mayRun(me);
        step(me);
        if (me.interrupted) {
            me.interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until somebody wakes this actor.
     *
     * @return whether it was woken; false where the deadline came first
     */
    boolean await(String what, long deadline) throws InterruptedException {
        var me = current;
        takeInterrupt(me);
        me.state = Actor.State.WAITING;
        me.waitsFor = what;
        me.woken = false;
        me.interruptible = true;
        me.wait++;
        if (deadline != NEVER) {
            timers.add(Math.max(deadline, nanos), me);
        }
        step(me);
        takeInterrupt(me);
        return me.woken;
    }

    void takeInterrupt(Actor me) throws InterruptedException {
        boolean flagged = Thread.interrupted();
        if (me.interrupted || flagged) {
            me.interrupted = false;
            throw new InterruptedException("interrupted in the simulation");
        }
    }

    /** Ends the wait of an actor, if it is waiting. */
    void wake(Actor actor) {
        if (actor.state == Actor.State.WAITING) {
            actor.woken = true;
            makeReady(actor);
        }
    }

    void interrupt(Actor actor) {
        if (actor.state == Actor.State.ENDED) {
            return;
        }
        actor.interrupted = true;
        if (actor.state == Actor.State.WAITING && actor.interruptible) {
            makeReady(actor);
        }
    }

    /** Makes every waiting actor of an incarnation ready, so that it unwinds. */
    void unwind(Incarnation crashed) {
        thaw(crashed);
        for (var actor : living) {
            if (actor.incarnation == crashed && actor.state == Actor.State.WAITING) {
                makeReady(actor);
            }
        }
    }

    long deadlineIn(Duration time) {
        if (time.isNegative() || time.isZero()) {
            return nanos;
        }
        try {
            return Math.addExact(nanos, time.toNanos());
        } catch (ArithmeticException e) {
            return NEVER;
        }
    }

    // ---- the driver ----

    /** Runs the others until the condition holds, in the driver. False where the time is over first. */
    boolean runUntil(String what, BooleanSupplier condition, Duration atMost) {
        if (condition.getAsBoolean()) {
            return true;
        }
        driverWaitsFor = condition;
        try {
            await(what, deadlineIn(atMost));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the test was interrupted", e);
        } finally {
            driverWaitsFor = null;
        }
        return condition.getAsBoolean();
    }

    void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    private void fail(String oracle, String message, @Nullable Throwable cause) {
        if (failure == null) {
            failure = new SimulationFailure(oracle, message, cause);
        }
    }

    /** Who waits for what. */
    String waiting() {
        return living.stream()
                .filter(actor -> actor.state == Actor.State.WAITING)
                .map(actor -> "  " + actor + " waits for " + actor.waitsFor)
                .collect(Collectors.joining("\n"));
    }

    /** Ends the run: every actor unwinds, in the order of their making. */
    void close() {
        closing = true;
        for (var actor : List.copyOf(living)) {
            if (actor.isBound() && !actor.lost) {
                current = actor;
                actor.incarnation.end();
                actor.giveTurn();
                if (!driver.awaitTurn(STUCK)) {
                    throw new SimulationFailure(stuck(actor), null);
                }
                current = driver;
            }
        }
        living.clear();
        ready.clear();
    }

    // ---- steps ----

    private void step(Actor me) {
        steps.incrementAndGet();
        runChecks();
        handOver(next());
        if (me == driver) {
            throwFailure();
        }
        if (closing || me.incarnation.crashed()) {
            throw new Crashed(me.incarnation.name());
        }
    }

    private void handOver(Actor next) {
        var me = current;
        if (next != me) {
            current = next;
            if (next.state == Actor.State.NEW) {
                threads.assign(next);
            }
            next.state = Actor.State.RUNNING;
            next.giveTurn();
            awaitTurn(me);
        }
        me.state = Actor.State.RUNNING;
    }

    private void awaitTurn(Actor me) {
        if (me != driver) {
            me.awaitTurn();
            return;
        }
        long seen = -1;
        while (!me.awaitTurn(STUCK)) {
            if (steps.get() == seen) {
                throw new SimulationFailure(stuck(current), null);
            }
            seen = steps.get();
        }
    }

    /** The last step of an actor: its thread goes back to the pool. */
    void end(Actor actor, @Nullable Throwable uncaught) {
        actor.state = Actor.State.ENDED;
        living.remove(actor);
        if (closing) {
            driver.giveTurn();
            return;
        }
        if (uncaught != null) {
            fail("no exception escapes", "uncaught in " + actor + ": " + uncaught, uncaught);
        }
        actor.joiners.forEach(this::wake);
        steps.incrementAndGet();
        runChecks();
        var next = next();
        current = next;
        if (next.state == Actor.State.NEW) {
            threads.assign(next);
        }
        next.state = Actor.State.RUNNING;
        next.giveTurn();
    }

    private void runChecks() {
        if (!changed || failure != null) {
            return;
        }
        changed = false;
        judging = true;
        try {
            judge();
        } finally {
            judging = false;
        }
    }

    private void judge() {
        for (var check : checks) {
            try {
                check.body().run();
            } catch (Exception | AssertionError e) {
                fail(check.name(), "not always: " + check.name() + ": " + e.getMessage(), e);
                return;
            }
        }
        try {
            var awaited = driverWaitsFor;
            if (awaited != null && awaited.getAsBoolean()) {
                driverWaitsFor = null;
                driverFirst = true;
            }
        } catch (Exception | AssertionError e) {
            fail("what is desired comes", "the awaited condition threw " + e, e);
        }
    }

    private Actor next() {
        if (driverFirst) {
            driverFirst = false;
            return driver;
        }
        while (ready.isEmpty() && failure == null) {
            passTime();
        }
        if (failure == null && ++stepsAtThisInstant > STEPS_AT_ONE_INSTANT) {
            fail(
                    PROGRESS,
                    "caught in a loop: " + STEPS_AT_ONE_INSTANT + " steps without time passing, the last by " + current,
                    null);
        }
        if (failure != null) {
            ready.remove(driver);
            return driver;
        }
        int size = ready.size();
        int index = size == 1 ? 0 : choices.nextInt(size);
        var chosen = ready.get(index);
        var last = ready.remove(size - 1);
        if (index < size - 1) {
            ready.set(index, last);
        }
        log.add(nanos, chosen.name, "runs", 0);
        return chosen;
    }

    private void passTime() {
        var due = timers.next();
        if (due.isEmpty()) {
            fail(PROGRESS, "deadlock: nobody can run and no time-out is due\n" + waiting(), null);
            return;
        }
        if (timers.time() > nanos) {
            nanos = timers.time();
            stepsAtThisInstant = 0;
        }
        due.forEach(this::makeReady);
    }

    private void makeReady(Actor actor) {
        actor.state = Actor.State.READY;
        mayRun(actor);
    }

    private void mayRun(Actor actor) {
        (actor.incarnation.frozen() ? actor.incarnation.held() : ready).add(actor);
    }

    /** Keeps the actors of an incarnation from running, though time passes for them. */
    void freeze(Incarnation incarnation) {
        incarnation.freeze(true);
        ready.removeIf(
                actor -> actor.incarnation == incarnation && incarnation.held().add(actor));
    }

    /** Lets them run again. */
    void thaw(Incarnation incarnation) {
        incarnation.freeze(false);
        ready.addAll(incarnation.held());
        incarnation.held().clear();
    }

    private static String stuck(Actor actor) {
        return actor + " did not come to a door for " + STUCK.toSeconds() + " s: it blocks outside the doors, at\n"
                + Arrays.stream(actor.stack())
                        .limit(30)
                        .map(frame -> "    " + frame)
                        .collect(Collectors.joining("\n"));
    }
}
