package io.operatorlib.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a simulated run. All fields but {@link #turn} are touched only by the thread whose turn it is; giving
 * the turn publishes them.
 */
final class Actor {
    /** Where an actor is: new and ready ones can be chosen, a waiting one is woken first. */
    enum State {
        NEW,
        READY,
        RUNNING,
        WAITING,
        ENDED
    }

    final Kernel kernel;
    final Incarnation incarnation;
    final String name;
    private final Runnable body;

    State state = State.NEW;

    /** What a waiting actor waits for, for people. */
    String waitsFor = "";

    /** Counts the waits, so that a timer can tell whether it is still wanted. */
    long wait;

    /** How the last wait ended: woken, or out of time. */
    boolean woken;

    /** Whether somebody interrupted this actor and it has not noticed yet. */
    boolean interrupted;

    /** Whether an interrupt ends the present wait. */
    boolean interruptible;

    /** Whether this actor caught what nobody may catch, and is left behind where it stands. */
    boolean lost;

    /** Calls through doors since its incarnation crashed: an actor that goes on and on caught what nobody may catch. */
    int callsAfterCrash;

    /** Woken when this actor has ended. */
    final List<Actor> joiners = new ArrayList<>();

    private volatile boolean turn;
    private @Nullable Thread thread;

    Actor(Kernel kernel, Incarnation incarnation, String name, Runnable body) {
        this.kernel = kernel;
        this.incarnation = incarnation;
        this.name = name;
        this.body = body;
    }

    void bind(Thread bound) {
        thread = bound;
    }

    boolean isBound() {
        return thread != null;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    StackTraceElement[] stack() {
        var bound = thread;
        return bound == null ? new StackTraceElement[0] : bound.getStackTrace();
    }

    void giveTurn() {
        turn = true;
        LockSupport.unpark(thread);
    }

    /** Parks until it is this actor's turn. */
    void awaitTurn() {
        while (!turn) {
            LockSupport.park(this);
            noticeInterrupt();
        }
        turn = false;
    }

    /** Parks until it is this actor's turn, or until that much real time is over; tells whether it is its turn. */
    boolean awaitTurn(Duration realTime) {
        long deadline = System.nanoTime() + realTime.toNanos();
        while (!turn) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
            noticeInterrupt();
        }
        turn = false;
        return true;
    }

    private void noticeInterrupt() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
    }

    /** Runs the whole life of this actor in the calling thread. */
    void run(Runnable releaseThread) {
        awaitTurn();
        Throwable uncaught = null;
        try {
            if (!incarnation.crashed()) {
                body.run();
            }
        } catch (Crashed e) {
            uncaught = incarnation.crashed() ? null : e;
        } catch (Throwable e) {
            uncaught = e;
        }
        // an interrupt of this actor must not meet the next one that borrows the thread
        var unused = Thread.interrupted();
        releaseThread.run();
        kernel.end(this, uncaught);
    }

    @Override
    public String toString() {
        return name;
    }
}
