package io.operatorlib.internal.engine;

import io.operatorlib.Fact;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.queue.Timetable;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known outside Kubernetes about each resource, and when to ask again: state only, no waiting.
 *
 * <p><b>Flow.</b> Each fact is {@code due → in flight → shown}, and due again after its interval. An act on the resource
 * makes it unknown; an observation in flight at that moment is not shown, whatever it brings; the next begins when the
 * act has ended, at once. One that takes longer than its deadline is unknown too, and what it brings later is ignored.
 *
 * <p><b>Guarantees.</b> A fact that is known was observed by an observation that began after the last act's end. One
 * observation of a fact is in flight at a time, overdue ones apart.
 *
 * <p><b>Limits.</b> {@link #PARALLEL} in flight at a time, and {@link #STUCK} that do not end though they are overdue;
 * beyond that nothing is observed any more and {@link #stuck()} says so.
 */
final class FactTable {
    /** Observations wait for others most of their time; this many keep hundreds of resources fresh. */
    static final int PARALLEL = 8;

    /** Each holds a thread for good. */
    static final int STUCK = 32;

    static final Fact<?> NOT_YET = Fact.asking("not observed yet");
    static final Fact<?> ACTED = Fact.asking("not observed since the last act");

    private final Map<Slot, Entry> entries = new HashMap<>();
    private final Timetable<Slot> due = new Timetable<>();
    private final Set<Flight> inFlight = new LinkedHashSet<>();
    private int stuck;

    /** One fact of one resource. */
    record Slot(ResourceKey key, Class<?> type) {}

    /** One observation on its way. */
    static final class Flight {
        private final Slot slot;
        private final long acts;
        private final long deadline;
        private boolean overdue;
        private volatile Scheduler.@Nullable Task task;

        private Flight(Slot slot, long acts, long deadline) {
            this.slot = slot;
            this.acts = acts;
            this.deadline = deadline;
        }

        Slot slot() {
            return slot;
        }

        void carriedBy(Scheduler.Task thread) {
            task = thread;
        }

        void interrupt() {
            Scheduler.Task thread = task;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /**
     * An observation that takes too long.
     *
     * @param changed whether the reconciler is to hear that nothing is known
     */
    record Late(Flight flight, boolean changed) {}

    private static final class Entry {
        private final Duration deadline;
        private Fact<?> shown = NOT_YET;
        private Fact<?> before = NOT_YET; // what was shown before the last act
        private boolean failed; // whether the last act did
        private boolean acting;
        private long acts;
        private long ended;
        private @Nullable Flight flight;

        private Entry(Duration deadline) {
            this.deadline = deadline;
        }
    }

    /** Begins to observe a fact, unless it is observed already. */
    synchronized void track(Slot slot, Duration deadline, long now) {
        if (entries.putIfAbsent(slot, new Entry(deadline)) == null) {
            due.put(slot, now);
        }
    }

    /** Drops a fact of a resource that is gone. */
    synchronized void forget(Slot slot) {
        entries.remove(slot);
        due.remove(slot);
    }

    synchronized Fact<?> shown(Slot slot) {
        var entry = entries.get(slot);
        return entry == null ? NOT_YET : entry.shown;
    }

    /** Makes a fact unknown because of an act that begins: what is seen meanwhile is neither before it nor after it. */
    synchronized void actBegins(Slot slot) {
        var entry = entries.get(slot);
        if (entry != null) {
            entry.acting = true;
            entry.acts++;
            if (!entry.shown.equals(ACTED)) {
                entry.before = entry.shown;
            }
            entry.shown = ACTED;
            due.remove(slot);
        }
    }

    /**
     * Makes a fact due because an act has ended.
     *
     * @param failed whether the act did, so that it is tried again after a back-off: to know the same as before is then
     *     no reason to try earlier
     */
    synchronized void actEnds(Slot slot, boolean failed, long now) {
        var entry = entries.get(slot);
        if (entry != null) {
            entry.acting = false;
            entry.failed = failed;
            dueUnlessInFlight(entry, slot, now);
        }
    }

    private void dueUnlessInFlight(Entry entry, Slot slot, long at) {
        if (entry.flight == null && !entry.acting) {
            due.put(slot, at);
        }
    }

    /** Sets the time until the next observation, counted from the end of the last one. */
    synchronized void pace(Slot slot, Duration interval, long now) {
        var entry = entries.get(slot);
        if (entry == null || entry.shown.equals(NOT_YET) || entry.shown.equals(ACTED)) {
            return; // on its way, or due at once
        }
        long next = entry.ended + interval.toNanos();
        dueUnlessInFlight(entry, slot, next - now < 0 ? now : next);
    }

    /** Begins the next observation that is due, if there is room for it. */
    synchronized Optional<Flight> begin(long now) {
        if (inFlight.size() >= PARALLEL || stuck >= STUCK) {
            return Optional.empty();
        }
        return due.poll(now).map(slot -> {
            var entry = Objects.requireNonNull(entries.get(slot), "a fact that is due is tracked");
            var flight = new Flight(slot, entry.acts, now + entry.deadline.toNanos());
            entry.flight = flight;
            inFlight.add(flight);
            return flight;
        });
    }

    /** What the reconciler is to hear of an observation. */
    enum News {
        NONE,
        /** The same is known again as before an act that failed. */
        SAME_AFTER_FAILURE,
        /** Something else is known than before. */
        CHANGED
    }

    /** Takes in what an observation brought. */
    synchronized News end(Flight flight, Fact<?> fact, Duration interval, long now) {
        if (flight.overdue) {
            stuck--;
            return News.NONE;
        }
        inFlight.remove(flight);
        var entry = entries.get(flight.slot);
        if (entry == null || entry.flight != flight) {
            return News.NONE; // the resource is gone, or another one bears its name
        }
        entry.flight = null;
        entry.ended = now;
        if (entry.acts != flight.acts) {
            dueUnlessInFlight(entry, flight.slot, now);
            return News.NONE;
        }
        dueUnlessInFlight(entry, flight.slot, now + interval.toNanos());
        return show(entry, fact);
    }

    /** Gives up the observations that take too long, and tells which. */
    synchronized List<Late> giveUp(Duration interval, long now) {
        var late = new ArrayList<Late>();
        for (Flight flight : List.copyOf(inFlight)) {
            if (flight.deadline - now <= 0) {
                inFlight.remove(flight);
                flight.overdue = true;
                stuck++;
                boolean changed = false;
                var entry = entries.get(flight.slot);
                if (entry != null && entry.flight == flight) {
                    entry.flight = null;
                    entry.ended = now;
                    dueUnlessInFlight(entry, flight.slot, now + interval.toNanos());
                    changed = show(entry, Fact.unknown("no answer within " + entry.deadline.toMillis() + " ms"))
                            != News.NONE;
                }
                late.add(new Late(flight, changed));
            }
        }
        return late;
    }

    private static News show(Entry entry, Fact<?> fact) {
        boolean same = fact.equals(entry.shown);
        boolean sameAgain = entry.failed && entry.shown.equals(ACTED) && fact.equals(entry.before);
        entry.shown = fact;
        if (same) {
            return News.NONE;
        }
        return sameAgain ? News.SAME_AFTER_FAILURE : News.CHANGED;
    }

    /** How long nothing is to be done, in nanoseconds; never more than the given time. */
    synchronized long idleFor(long now, long atMost) {
        long idle = atMost;
        if (inFlight.size() < PARALLEL && stuck < STUCK) {
            idle = Math.min(idle, due.left(now).orElse(atMost));
        }
        for (Flight flight : inFlight) {
            idle = Math.min(idle, flight.deadline - now);
        }
        return Math.max(0, idle);
    }

    /** The observations on their way. */
    synchronized List<Flight> inFlight() {
        return List.copyOf(inFlight);
    }

    /** Tells whether so many observations hang that no more are made. */
    synchronized boolean stuck() {
        return stuck >= STUCK;
    }
}
