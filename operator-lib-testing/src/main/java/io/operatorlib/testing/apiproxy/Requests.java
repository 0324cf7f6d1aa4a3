package io.operatorlib.testing.apiproxy;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.CrashPoint;
import io.operatorlib.testing.apiproxy.Rule.Deed;
import io.operatorlib.testing.apiserver.Call;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Requests that pass through a proxy, to which something is to happen: all that fit, or the n-th of them. */
public final class Requests {
    private final Rules rules;
    private final Predicate<Call> which;
    private final int first;
    private final int last;
    private final int events;

    Requests(Rules rules, Predicate<Call> which) {
        this(rules, which, 1, Integer.MAX_VALUE, Rule.AT_ARRIVAL);
    }

    private Requests(Rules rules, Predicate<Call> which, int first, int last, int events) {
        this.rules = rules;
        this.which = which;
        this.first = first;
        this.last = last;
        this.events = events;
    }

    /** Only the n-th of them from now on, from 1. For what happens after a write, only those count that were accepted. */
    public Requests nth(int n) {
        return new Requests(rules, which, n, n, events);
    }

    /** Only the first so many from now on. */
    public Requests first(int n) {
        return new Requests(rules, which, 1, n, events);
    }

    /**
     * Not when they arrive, but when so many events of the watch have passed, bookmarks not counted. A refusal is then the
     * {@code ERROR} event that ends the watch.
     */
    public Requests afterEvents(int n) {
        return new Requests(rules, which, first, last, n);
    }

    /**
     * They meet this fault.
     *
     * @throws IllegalArgumentException for a fault that a real server cannot be given
     */
    public Rule meet(ApiFault fault) {
        if (fault instanceof ApiFault.OldView) {
            throw new IllegalArgumentException("a real API server cannot be taken back in time: " + fault);
        }
        return add(new Deed.Meet(fault));
    }

    /**
     * Whoever sent them is killed before they reach the API server; there is no reply.
     *
     * @param kill ends the sender, before it returns
     */
    public Rule crashBefore(Runnable kill) {
        return add(new Deed.Crash(CrashPoint.Moment.BEFORE, kill));
    }

    /**
     * Whoever sent them is killed when the API server has accepted them; there is no reply.
     *
     * @param kill ends the sender, before it returns
     */
    public Rule crashAfter(Runnable kill) {
        return add(new Deed.Crash(CrashPoint.Moment.AFTER, kill));
    }

    /** Something is done when the API server has accepted them, before any of the reply leaves. */
    public Rule then(Consumer<Call> hook) {
        return add(new Deed.Then(hook));
    }

    private Rule add(Deed deed) {
        if (events != Rule.AT_ARRIVAL && !(deed instanceof Deed.Meet)) {
            throw new IllegalArgumentException("in the middle of a watch there are faults to be met, and nothing else");
        }
        return rules.add(new Rule(which, first, last, events, deed));
    }
}
