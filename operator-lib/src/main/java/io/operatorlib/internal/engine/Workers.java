package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.queue.WorkQueue;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The threads that take keys from the queue and have them reconciled.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  take ─▶ {@link Turn} ─▶ done, take the next
 *             ├─ overdue: interrupted; when it ends, a new thread takes its place
 *             └─ abandoned: a new thread takes its place now; when it ends, its key comes back
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A key is held until its turn has really ended, also by an abandoned worker: it is never reconciled twice at once.
 *   <li>A worker that was interrupted or died takes no other key, so that an interrupt that comes late meets nobody.
 *   <li>As many workers as wished take keys, as long as no more than {@link #MOST_ABANDONED} hang.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>{@link #MOST_ABANDONED} threads that hang; whoever is abandoned beyond that is not replaced, and
 * {@link #healthy()} says so. Deadlines are kept by {@link #check}, which somebody has to call.
 */
final class Workers {
    /** Each holds a thread and its memory for good; so many are no accident of single resources any more. */
    static final int MOST_ABANDONED = 16;

    private final Scheduler scheduler;
    private final String name;
    private final WorkQueue<ResourceKey> queue;
    private final Function<ResourceKey, Turn> begin;
    private final Body body;
    private final Consumer<Turn> late;
    private final Set<Worker> workers = new LinkedHashSet<>();
    private int started;
    private boolean stopping;

    /** What is done with a key, its way back into the queue included. */
    @FunctionalInterface
    interface Body {
        void run(Turn turn) throws InterruptedException;
    }

    private static final class Worker {
        private Scheduler.@Nullable Task task;
        private @Nullable Turn turn;
        private boolean replaced;
    }

    /**
     * Prepares.
     *
     * @param late told when a turn has become overdue, and when it is abandoned; it returns soon
     */
    Workers(
            Scheduler scheduler,
            String name,
            WorkQueue<ResourceKey> queue,
            Function<ResourceKey, Turn> begin,
            Body body,
            Consumer<Turn> late) {
        this.scheduler = scheduler;
        this.name = name;
        this.queue = queue;
        this.begin = begin;
        this.body = body;
        this.late = late;
    }

    void start(int number) {
        for (int i = 0; i < number; i++) {
            startOne();
        }
    }

    /** Begins to stop: nobody is replaced any more. */
    synchronized void stop() {
        stopping = true;
    }

    private void startOne() {
        var worker = new Worker();
        String thread;
        synchronized (this) {
            if (stopping) {
                return;
            }
            workers.add(worker);
            thread = "reconcile-" + name + "-" + started++;
        }
        var task = scheduler.fork(thread, () -> work(worker));
        synchronized (this) {
            worker.task = task;
        }
    }

    private void work(Worker me) {
        try {
            var key = queue.take();
            while (key.isPresent() && serve(me, key.get())) {
                key = queue.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            boolean replace;
            synchronized (this) {
                workers.remove(me);
                replace = !me.replaced;
            }
            if (replace) {
                startOne();
            }
        }
    }

    /** Serves a key, and tells whether this worker may serve another. */
    private boolean serve(Worker me, ResourceKey key) throws InterruptedException {
        Turn turn = begin.apply(key);
        synchronized (this) {
            me.turn = turn;
        }
        boolean backInQueue = false;
        try {
            body.run(turn);
            backInQueue = true;
        } finally {
            boolean inTime = turn.end();
            synchronized (this) {
                if (inTime) {
                    me.turn = null;
                }
            }
            if (!backInQueue) {
                queue.retry(key);
            }
            queue.done(key);
        }
        return turn.state() == Turn.State.ENDED;
    }

    /** Interrupts who takes too long, and replaces who does not end even so. */
    void check() {
        long now = scheduler.nanoTime();
        for (Worker worker : workers()) {
            Turn turn = turn(worker);
            if (turn == null || !turn.check(now)) {
                continue;
            }
            late.accept(turn);
            if (turn.state() == Turn.State.OVERDUE) {
                interrupt(worker);
            } else if (turn.state() == Turn.State.ABANDONED && replaceable(worker)) {
                startOne();
            }
        }
    }

    private synchronized boolean replaceable(Worker worker) {
        worker.replaced = workers.contains(worker) && abandoned() <= MOST_ABANDONED;
        return worker.replaced;
    }

    /** How long until {@link #check} has something to do, if no further turn begins. */
    Duration untilCheck(Duration atMost) {
        long now = scheduler.nanoTime();
        long left = turns().stream().mapToLong(turn -> turn.left(now)).min().orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(0, Math.min(left, atMost.toNanos())));
    }

    private synchronized List<Worker> workers() {
        return new ArrayList<>(workers);
    }

    private synchronized @Nullable Turn turn(Worker worker) {
        return worker.turn;
    }

    /** The turns under way. */
    synchronized List<Turn> turns() {
        var turns = new ArrayList<Turn>();
        for (Worker worker : workers) {
            Turn turn = worker.turn;
            if (turn != null) {
                turns.add(turn);
            }
        }
        return turns;
    }

    /** How many hang. */
    long abandoned() {
        return turns().stream()
                .filter(turn -> turn.state() == Turn.State.ABANDONED)
                .count();
    }

    boolean healthy() {
        return abandoned() < MOST_ABANDONED;
    }

    /** The threads that are to end: those that hang have shown that they do not. */
    synchronized List<Scheduler.Task> tasks() {
        var tasks = new ArrayList<Scheduler.Task>();
        for (Worker worker : workers) {
            Turn turn = worker.turn;
            Scheduler.Task task = worker.task;
            if (task != null && (turn == null || turn.state() != Turn.State.ABANDONED)) {
                tasks.add(task);
            }
        }
        return tasks;
    }

    private void interrupt(Worker worker) {
        Scheduler.Task task;
        synchronized (this) {
            task = worker.task;
        }
        if (task != null) {
            task.interrupt();
        }
    }
}
