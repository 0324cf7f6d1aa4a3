package io.operatorlib.internal.queue;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are to be worked on: by {@link Priority}, and then first come first served.
 *
 * <p><b>Flow.</b> {@code add → READY → take → RUNNING → done → forgotten}; a key that is added while it runs becomes
 * {@code RUNNING_AGAIN} and is ready again upon {@code done}. A delayed add turns into an add when its time has come.
 *
 * <p><b>Guarantees.</b> No two takers hold the same key at the same time. Each add is followed by a take that begins
 * after it; adds before that take are served by it together. Of several delays of one key the earliest counts. Nothing
 * is dropped but by {@link #shutDown}. No key waits for ever: see {@link ReadyKeys}.
 *
 * <p><b>Limits.</b> One entry for each key, whatever the number of adds: the memory is bounded by the number of live
 * objects. No rate limit is shared between keys, so a thousand failing objects do not wait for each other.
 *
 * @param <K> the keys, with {@code equals} by value
 */
public final class WorkQueue<K> {
    /** How long a taker waits where no delay is pending; it is woken by an add, so the number hardly matters. */
    private static final Duration IDLE_WAIT = Duration.ofHours(1);

    /** A longer delay is cut to this, so that times can be compared by difference; nobody waits for it. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);

    /** A conflict or a lost reply is over with the second try; what fails once more may wait for what has changed. */
    private static final int PASSING_FAILURES = 2;

    private final Scheduler scheduler;
    private final Backoff backoff;
    private final QueueMetrics metrics;

    private final Map<K, State> states = new HashMap<>();
    private final ReadyKeys<K> ready = new ReadyKeys<>();
    private final Timetable<K> delayed = new Timetable<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Takers takers = new Takers();
    private boolean shutDown;

    private enum State {
        READY,
        RUNNING,
        RUNNING_AGAIN,
        /** Added lazily while it ran: runs again unless a retry is pending by then. */
        RUNNING_PERHAPS_AGAIN
    }

    /** Where a key is. */
    public sealed interface Place {
        /** It waits for a taker. */
        record Ready() implements Place {}

        /**
         * Somebody works on it.
         *
         * @param again whether it was added since
         */
        record Running(boolean again) implements Place {}

        /** Its time has not come yet. */
        record Delayed(Duration left, int failures) implements Place {}

        /** The queue does not know it. */
        record Nowhere() implements Place {}
    }

    public WorkQueue(Scheduler scheduler, Backoff backoff, QueueMetrics metrics) {
        this.scheduler = scheduler;
        this.backoff = backoff;
        this.metrics = metrics;
    }

    /** Adds a key because of a change, to be taken as soon as a taker is free. */
    public void add(K key) {
        add(key, Priority.NORMAL);
    }

    public void add(K key, Priority priority) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called;
        synchronized (this) {
            addNow(key, now, State.RUNNING_AGAIN, priority);
            called = called(now);
        }
        called.ifPresent(Scheduler.Gate::open);
    }

    /**
     * Adds a key unless its retry is pending: for changes that are no reason to try a failing key sooner, and to which
     * others are preferred.
     */
    public void addUnlessFailing(K key) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called;
        synchronized (this) {
            // one who runs may settle the key, pending retry and all: what is pending by then decides
            if (!running(key) && retryPending(key)) {
                return;
            }
            addNow(key, now, State.RUNNING_PERHAPS_AGAIN, Priority.LOW);
            called = called(now);
        }
        called.ifPresent(Scheduler.Gate::open);
    }

    /** Adds a key when the time has passed; of several delays of a key the earliest counts. */
    public void addAfter(K key, Duration delay) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called;
        synchronized (this) {
            if (shutDown) {
                return;
            }
            if (delay.isZero() || delay.isNegative()) {
                addNow(key, now, State.RUNNING_AGAIN, Priority.NORMAL);
            } else {
                delayed.putIfEarlier(key, now + nanos(delay));
            }
            called = called(now);
        }
        called.ifPresent(Scheduler.Gate::open);
    }

    /** Counts a failure of the key, and adds it after its back-off. */
    public void retry(K key) {
        retry(key, Duration.ZERO);
    }

    /**
     * Counts a failure of the key, and adds it after its back-off, or after the given time where that is longer; in
     * place of any other delay of it.
     */
    public void retry(K key, Duration atLeast) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called;
        synchronized (this) {
            if (shutDown) {
                return;
            }
            int count = failures.merge(key, 1, (old, one) -> old == Integer.MAX_VALUE ? old : old + one);
            delayed.put(key, now + Math.max(nanos(backoff.delay(count)), nanos(atLeast)));
            called = called(now);
        }
        metrics.retried();
        called.ifPresent(Scheduler.Gate::open);
    }

    /** Forgets the key's failures and delays: all is well with it, and who knows that says when to look again. */
    public synchronized void settle(K key) {
        failures.remove(key);
        delayed.remove(key);
    }

    /**
     * Waits for a key. Whoever took one calls {@link #done} afterwards, whatever happened.
     *
     * @return empty once the queue has been shut down
     */
    public Optional<K> take() throws InterruptedException {
        while (true) {
            var gate = scheduler.gate();
            long ticket = gate.ticket();
            long now = scheduler.nanoTime();
            Optional<ReadyKeys.Ready<K>> taken;
            Optional<Scheduler.Gate> next = Optional.empty();
            long wait = 0;
            synchronized (this) {
                if (shutDown) {
                    return Optional.empty();
                }
                admitDue(now);
                taken = ready.poll(now);
                if (taken.isPresent()) {
                    states.put(taken.get().key(), State.RUNNING);
                    next = called(now);
                } else {
                    wait = delayed.left(now).orElse(IDLE_WAIT.toNanos());
                    takers.add(gate, now + wait);
                }
            }
            if (taken.isPresent()) {
                next.ifPresent(Scheduler.Gate::open);
                metrics.taken(now - taken.get().since());
                return Optional.of(taken.get().key());
            }
            await(gate, ticket, Duration.ofNanos(wait));
        }
    }

    private void await(Scheduler.Gate gate, long ticket, Duration wait) throws InterruptedException {
        try {
            gate.await(ticket, wait);
        } catch (InterruptedException e) {
            standIn(gate);
            throw e;
        }
        synchronized (this) {
            takers.remove(gate);
        }
    }

    // he may have been called, and does not come
    private void standIn(Scheduler.Gate gate) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called;
        synchronized (this) {
            takers.remove(gate);
            called = called(now);
        }
        called.ifPresent(Scheduler.Gate::open);
    }

    /** Whose gate is to be opened: one taker's where a key is ready, or will be before anybody looks. */
    private Optional<Scheduler.Gate> called(long now) {
        if (!ready.isEmpty()) {
            return takers.call();
        }
        var left = delayed.left(now);
        return left.isPresent() && !takers.anyBy(now + left.getAsLong()) ? takers.call() : Optional.empty();
    }

    private void admitDue(long now) {
        for (var due = delayed.poll(now); due.isPresent(); due = delayed.poll(now)) {
            boolean hopeless = failures.getOrDefault(due.get(), 0) > PASSING_FAILURES;
            addNow(due.get(), now, State.RUNNING_AGAIN, hopeless ? Priority.LOW : Priority.NORMAL);
        }
    }

    /** Gives a taken key back. */
    public void done(K key) {
        long now = scheduler.nanoTime();
        Optional<Scheduler.Gate> called = Optional.empty();
        synchronized (this) {
            @Nullable State state = states.remove(key);
            boolean lazily = state == State.RUNNING_PERHAPS_AGAIN && !retryPending(key);
            if (state == State.RUNNING_AGAIN || lazily) {
                addNow(key, now, State.RUNNING_AGAIN, lazily ? Priority.LOW : Priority.NORMAL);
                called = called(now);
            }
        }
        called.ifPresent(Scheduler.Gate::open);
    }

    /** Lets every taker return empty-handed, now and later; adds are ignored from now on. */
    public void shutDown() {
        List<Scheduler.Gate> all;
        synchronized (this) {
            shutDown = true;
            ready.clear();
            delayed.clear();
            all = takers.callAll();
        }
        all.forEach(Scheduler.Gate::open);
    }

    /** How many keys are ready to be taken. */
    public synchronized int depth(Priority priority) {
        return ready.size(priority);
    }

    /** Where a key is now. */
    public Place place(K key) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            @Nullable State state = states.get(key);
            if (state == State.READY) {
                return new Place.Ready();
            }
            if (state != null) {
                return new Place.Running(state != State.RUNNING);
            }
            var left = delayed.left(key, now);
            return left.isPresent()
                    ? new Place.Delayed(Duration.ofNanos(Math.max(0, left.getAsLong())), failures.getOrDefault(key, 0))
                    : new Place.Nowhere();
        }
    }

    private boolean running(K key) {
        @Nullable State state = states.get(key);
        return state != null && state != State.READY;
    }

    private boolean retryPending(K key) {
        return failures.containsKey(key) && delayed.contains(key);
    }

    private void addNow(K key, long now, State whereRunning, Priority priority) {
        if (shutDown) {
            return;
        }
        metrics.added();
        @Nullable State state = states.get(key);
        if (state == null || state == State.READY) {
            states.put(key, State.READY);
            ready.put(key, priority, now);
        } else if (state != State.RUNNING_AGAIN) {
            states.put(key, whereRunning);
        }
    }

    private static long nanos(Duration delay) {
        return (delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY).toNanos();
    }
}
