package io.operatorlib.testing.apiproxy;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.CrashPoint;
import io.operatorlib.testing.apiserver.Call;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What happens to certain requests that pass through a proxy, until it is ended. Safe for use by many threads. */
public final class Rule {
    /** Instead of a number of events: when the request arrives. */
    static final int AT_ARRIVAL = -1;

    /** What happens. */
    sealed interface Deed {
        /** The request, or the watch that it opens, meets a fault. */
        record Meet(ApiFault fault) implements Deed {}

        /** Its sender is killed. */
        record Crash(CrashPoint.Moment moment, Runnable kill) implements Deed {}

        /** Something is done before its reply leaves. */
        record Then(Consumer<Call> hook) implements Deed {}

        /** Whether it is for requests that were accepted, and those alone count. */
        default boolean afterwards() {
            return this instanceof Then || (this instanceof Crash crash && crash.moment() == CrashPoint.Moment.AFTER);
        }
    }

    private final Predicate<Call> which;
    private final int first;
    private final int last;
    private final int events;
    private final Deed deed;
    private int fitting;
    private int met;
    private boolean ended;

    Rule(Predicate<Call> which, int first, int last, int events, Deed deed) {
        this.which = which;
        this.first = first;
        this.last = last;
        this.events = events;
        this.deed = deed;
    }

    Deed deed() {
        return deed;
    }

    boolean afterArrival() {
        return events != AT_ARRIVAL;
    }

    /** Counts a request; tells whether it is one of those that are meant. */
    boolean counts(Call call) {
        if (!which.test(call)) {
            return false;
        }
        synchronized (this) {
            fitting++;
            boolean meant = !ended && first <= fitting && fitting <= last;
            met += meant ? 1 : 0;
            return meant;
        }
    }

    /**
     * Tells whether it holds for a watch that is open.
     *
     * @param counted whether the watch was one of those that are meant when it was opened
     * @param passed how many events have passed
     */
    boolean holds(Call call, boolean counted, int passed) {
        return !ended() && passed >= events && (counted || (last == Integer.MAX_VALUE && which.test(call)));
    }

    synchronized boolean ended() {
        return ended;
    }

    /** From now on it happens no more; what is held back goes on. */
    public synchronized void end() {
        ended = true;
    }

    /** To how many requests it has happened, those included that are waiting for as many events as were said. */
    public synchronized int met() {
        return met;
    }
}
