package io.operatorlib.internal.queue;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys are to be worked on, first come first served.
 *
 * <p><b>Flow.</b> {@code add → READY → take → RUNNING → done → forgotten}; a key that is added while it runs becomes
 * {@code RUNNING_AGAIN} and is ready again upon {@code done}. A delayed add turns into an add when its time has come.
 *
 * <p><b>Guarantees.</b> No two takers hold the same key at the same time. Each add is followed by a take that begins
 * after it; adds before that take are served by it together. Of several delays of one key the earliest counts. Nothing
 * is dropped but by {@link #shutDown}.
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

    private final Scheduler scheduler;
    private final Backoff backoff;
    private final QueueMetrics metrics;
    private final Scheduler.Gate changed;

    private final Map<K, State> states = new HashMap<>();
    private final Map<K, Long> readySince = new HashMap<>();
    private final ArrayDeque<K> ready = new ArrayDeque<>();
    private final Timetable<K> delayed = new Timetable<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private boolean shutDown;

    private enum State {
        READY,
        RUNNING,
        RUNNING_AGAIN,
        /** Added lazily while it ran: runs again unless a retry is pending by then. */
        RUNNING_PERHAPS_AGAIN
    }

    public WorkQueue(Scheduler scheduler, Backoff backoff, QueueMetrics metrics) {
        this.scheduler = scheduler;
        this.backoff = backoff;
        this.metrics = metrics;
        this.changed = scheduler.gate();
    }

    /** Adds a key, to be taken as soon as a taker is free. */
    public void add(K key) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            addNow(key, now, State.RUNNING_AGAIN);
        }
        changed.open();
    }

    /** Adds a key unless its retry is pending: for changes that are no reason to try a failing key sooner. */
    public void addUnlessFailing(K key) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            if (retryPending(key)) {
                return;
            }
            addNow(key, now, State.RUNNING_PERHAPS_AGAIN);
        }
        changed.open();
    }

    /** Adds a key when the time has passed; of several delays of a key the earliest counts. */
    public void addAfter(K key, Duration delay) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            delay(key, now, delay);
        }
        changed.open();
    }

    /** Counts a failure of the key, and adds it after its back-off. */
    public void retry(K key) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            int count = failures.merge(key, 1, (old, one) -> old == Integer.MAX_VALUE ? old : old + one);
            delay(key, now, backoff.delay(count));
        }
        metrics.retried();
        changed.open();
    }

    /** Forgets the key's failures: its next one counts as the first. */
    public synchronized void forget(K key) {
        failures.remove(key);
    }

    /**
     * Waits for a key. Whoever took one calls {@link #done} afterwards, whatever happened.
     *
     * @return empty once the queue has been shut down
     */
    public Optional<K> take() throws InterruptedException {
        while (true) {
            long ticket = changed.ticket();
            long now = scheduler.nanoTime();
            Duration wait;
            synchronized (this) {
                if (shutDown) {
                    return Optional.empty();
                }
                for (var due = delayed.poll(now); due.isPresent(); due = delayed.poll(now)) {
                    addNow(due.get(), now, State.RUNNING_AGAIN);
                }
                K key = ready.poll();
                if (key != null) {
                    states.put(key, State.RUNNING);
                    Long since = readySince.remove(key);
                    metrics.taken(since == null ? 0 : now - since);
                    return Optional.of(key);
                }
                var left = delayed.left(now);
                wait = left.isPresent() ? Duration.ofNanos(left.getAsLong()) : IDLE_WAIT;
            }
            changed.await(ticket, wait);
        }
    }

    /** Gives a taken key back. */
    public void done(K key) {
        long now = scheduler.nanoTime();
        synchronized (this) {
            State state = states.remove(key);
            boolean again =
                    state == State.RUNNING_AGAIN || (state == State.RUNNING_PERHAPS_AGAIN && !retryPending(key));
            if (again) {
                addNow(key, now, State.RUNNING_AGAIN);
            }
        }
        changed.open();
    }

    /** Lets every taker return empty-handed, now and later; adds are ignored from now on. */
    public void shutDown() {
        synchronized (this) {
            shutDown = true;
            ready.clear();
            delayed.clear();
        }
        changed.open();
    }

    /** How many keys are ready to be taken. */
    public synchronized int depth() {
        return ready.size();
    }

    private boolean retryPending(K key) {
        return failures.containsKey(key) && delayed.contains(key);
    }

    private void addNow(K key, long now, State whereRunning) {
        if (shutDown) {
            return;
        }
        metrics.added();
        State state = states.get(key);
        if (state == null) {
            states.put(key, State.READY);
            readySince.put(key, now);
            ready.add(key);
        } else if (state == State.RUNNING || (state == State.RUNNING_PERHAPS_AGAIN && whereRunning != state)) {
            states.put(key, whereRunning);
        }
    }

    private void delay(K key, long now, Duration delay) {
        if (shutDown) {
            return;
        }
        if (delay.isZero() || delay.isNegative()) {
            addNow(key, now, State.RUNNING_AGAIN);
            return;
        }
        long nanos = (delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY).toNanos();
        delayed.putIfEarlier(key, now + nanos);
    }
}
