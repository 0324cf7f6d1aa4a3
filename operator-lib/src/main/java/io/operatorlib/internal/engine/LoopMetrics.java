package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.operatorlib.internal.queue.Priority;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The metrics of one controller, under the names that controller-runtime gave them. */
final class LoopMetrics implements QueueMetrics {
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
    private final String controller;
    private final List<Gauge> gauges = new ArrayList<>();
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

    LoopMetrics(MeterRegistry meters, String controller, int workers) {
        this.meters = meters;
        this.controller = controller;
        this.adds = counter("workqueue.adds", "name");
        this.retries = counter("workqueue.retries", "name");
        this.errors = counter("controller.runtime.reconcile.errors", "controller");
        this.terminal = counter("controller.runtime.terminal.reconcile.errors", "controller");
        this.panics = counter("controller.runtime.reconcile.panics", "controller");
        this.timeouts = counter("controller.runtime.reconcile.timeouts", "controller");
        this.forgotten = counter("operatorlib.objects.forgotten", "controller");
        this.waited = timer("workqueue.queue.duration", "name");
        this.worked = timer("workqueue.work.duration", "name");
        this.reconciled = timer("controller.runtime.reconcile.time", "controller");
        gauge("controller.runtime.max.concurrent.reconciles", () -> workers);
    }

    void follow(WorkQueue<?> queue, Workers workers) {
        gauge("controller.runtime.active.workers", () -> workers.turns().size());
        gauge("operatorlib.workers.hanging", workers::abandoned);
        for (Priority priority : Priority.values()) {
            gauges.add(Gauge.builder("workqueue.depth", () -> queue.depth(priority))
                    .tag("name", controller)
                    .tag("controller", controller)
                    .tag("priority", String.valueOf(priority.number()))
                    .register(meters));
        }
    }

    private void gauge(String name, Supplier<Number> value) {
        gauges.add(Gauge.builder(name, value).tag("controller", controller).register(meters));
    }

    /** Takes away what shows the present state; the counters go on with the next loop of that name. */
    void close() {
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

    void ended(Verdict verdict, long nanos) {
        worked.record(nanos, TimeUnit.NANOSECONDS);
        reconciled.record(nanos, TimeUnit.NANOSECONDS);
        if (verdict instanceof Verdict.Failed failed) {
            errors.increment();
            if (failed.failure().terminal()) {
                terminal.increment();
            }
            if (failed.failure().step().equals(KeyReconciler.PLAN)
                    && !failed.failure().reason().equals(Failure.DEADLINE)) {
                panics.increment();
            }
        }
        meters.counter("controller.runtime.reconcile", "controller", controller, "result", result(verdict))
                .increment();
    }

    private static String result(Verdict verdict) {
        if (verdict instanceof Verdict.Failed) {
            return "error";
        }
        if (verdict instanceof Verdict.OutOfDate || verdict instanceof Verdict.Waiting) {
            return "requeue";
        }
        boolean timed =
                verdict instanceof Verdict.Done done && done.lookAgainAfter().isPresent();
        return timed ? "requeue_after" : "success";
    }

    private Counter counter(String name, String tag) {
        return Counter.builder(name).tag(tag, controller).register(meters);
    }

    private Timer timer(String name, String tag) {
        return Timer.builder(name)
                .tag(tag, controller)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }
}
