package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.operatorlib.internal.queue.Priority;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The metrics of one controller, under the names and with the labels that controller-runtime gave them, so that
 * dashboards made for it serve; those that only this engine has begin with {@code operatorlib}.
 *
 * <p><b>Limits.</b> No label has a value that users make up, but for reasons of failures, of which {@link #MOST_REASONS}
 * are told apart.
 */
final class LoopMetrics implements QueueMetrics {
    /** Kubernetes has some twenty, an operator's own acts some more. */
    static final int MOST_REASONS = 50;

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final MeterRegistry meters;
    private final Tags controller;
    private final Tags queue;
    private final List<Gauge> gauges = new ArrayList<>();
    private final Set<String> reasons = new HashSet<>();
    private final Map<Result, Counter> results = new EnumMap<>(Result.class);
    private final Counter adds;
    private final Counter retries;
    private final Counter errors;
    private final Counter terminal;
    private final Counter panics;
    private final Counter timeouts;
    private final Counter forgotten;
    private final Timer waited;
    private final Timer worked;
    private final Timer reconciled;

    private enum Result {
        SUCCESS,
        ERROR,
        REQUEUE,
        REQUEUE_AFTER
    }

    LoopMetrics(MeterRegistry meters, String name, int workers) {
        this.meters = meters;
        this.controller = Tags.of("controller", name);
        this.queue = Tags.of("name", name, "controller", name);
        for (Result result : Result.values()) {
            var tags = controller.and("result", result.name().toLowerCase(Locale.ROOT));
            results.put(result, meters.counter("controller.runtime.reconcile", tags));
        }
        this.errors = meters.counter("controller.runtime.reconcile.errors", controller);
        this.terminal = meters.counter("controller.runtime.terminal.reconcile.errors", controller);
        this.panics = meters.counter("controller.runtime.reconcile.panics", controller);
        this.timeouts = meters.counter("controller.runtime.reconcile.timeouts", controller);
        this.reconciled = timer("controller.runtime.reconcile.time", controller);
        gauge("controller.runtime.max.concurrent.reconciles", controller, () -> workers);
        this.adds = meters.counter("workqueue.adds", queue);
        this.retries = meters.counter("workqueue.retries", queue);
        this.waited = timer("workqueue.queue.duration", queue);
        this.worked = timer("workqueue.work.duration", queue);
        this.forgotten = meters.counter("operatorlib.objects.forgotten", controller);
    }

    /** Shows the present state of these. */
    void follow(WorkQueue<?> keys, Workers workers, Scheduler scheduler) {
        for (Priority priority : Priority.values()) {
            gauge(
                    "workqueue.depth",
                    queue.and("priority", String.valueOf(priority.number())),
                    () -> keys.depth(priority));
        }
        gauge("workqueue.unfinished.work.seconds", queue, () -> {
            long now = scheduler.nanoTime();
            return seconds(workers.turns().stream()
                    .mapToLong(turn -> now - turn.began())
                    .sum());
        });
        gauge("workqueue.longest.running.processor.seconds", queue, () -> {
            long now = scheduler.nanoTime();
            return seconds(workers.turns().stream()
                    .mapToLong(turn -> now - turn.began())
                    .max()
                    .orElse(0));
        });
        gauge(
                "controller.runtime.active.workers",
                controller,
                () -> workers.turns().size());
        gauge("operatorlib.workers.hanging", controller, workers::abandoned);
    }

    /** Shows how many of the objects that are watched cannot be read. */
    void unreadable(Supplier<Number> objects) {
        gauge("operatorlib.objects.unreadable", controller, objects);
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private void gauge(String name, Tags tags, Supplier<Number> value) {
        gauges.add(Gauge.builder(name, value).tags(tags).register(meters));
    }

    /** Takes away what shows the present state; the counters go on with the next loop of that name. */
    synchronized void close() {
        gauges.forEach(meters::remove);
    }

    @Override
    public void added() {
        adds.increment();
    }

    @Override
    public void retried() {
        retries.increment();
    }

    @Override
    public void taken(long waitedNanos) {
        waited.record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    void timedOut() {
        timeouts.increment();
    }

    void forgotten() {
        forgotten.increment();
    }

    /** Counts a reconcile that has ended. */
    void ended(Verdict verdict, long nanos, Outcomes outcomes) {
        worked.record(nanos, TimeUnit.NANOSECONDS);
        reconciled.record(nanos, TimeUnit.NANOSECONDS);
        Objects.requireNonNull(results.get(result(verdict))).increment();
        if (verdict instanceof Verdict.Failed failed) {
            failed(failed.failure(), outcomes);
        }
    }

    private void failed(Failure failure, Outcomes outcomes) {
        errors.increment();
        if (failure.terminal()) {
            terminal.increment();
        }
        if (failure.step().equals(KeyReconciler.PLAN) && !failure.reason().equals(Failure.DEADLINE)) {
            panics.increment();
        }
        synchronized (this) {
            if (reasons.size() < MOST_REASONS && reasons.add(failure.reason())) {
                gauge(
                        "operatorlib.resources.failing",
                        controller.and("reason", failure.reason()),
                        () -> outcomes.failing(failure.reason()));
            }
        }
    }

    private static Result result(Verdict verdict) {
        if (verdict instanceof Verdict.Failed) {
            return Result.ERROR;
        }
        if (verdict instanceof Verdict.OutOfDate || verdict instanceof Verdict.Waiting) {
            return Result.REQUEUE;
        }
        boolean timed =
                verdict instanceof Verdict.Done done && done.lookAgainAfter().isPresent();
        return timed ? Result.REQUEUE_AFTER : Result.SUCCESS;
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(BUCKETS).register(meters);
    }
}
