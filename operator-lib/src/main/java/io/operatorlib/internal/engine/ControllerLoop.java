package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.operatorlib.Controller;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.WorkQueue;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one controller: its queue, its workers, its facts.
 *
 * <p><b>Flow.</b> {@link Triggers} and changed facts add keys → a worker takes one → {@link KeyReconciler} → the verdict
 * says when the key comes back: done → on the next event, or after the plan's time; failed or out of date → after its
 * back-off; waiting for our own writes → on their event, or after {@link #FALLBACK}; gone → never.
 *
 * <p><b>Guarantees.</b> No key is reconciled twice at the same time. A reconcile that throws is a failed one; it harms
 * no other key and no worker.
 *
 * <p><b>Limits.</b> As many reconciles at a time as the controller has workers. One that hangs holds its worker.
 */
final class ControllerLoop<S, T> {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerLoop.class);

    /** An event about our write wakes the key; this is for the case that none comes, as after a re-list. */
    private static final Duration FALLBACK = Duration.ofSeconds(1);

    private final Controller<S, T> controller;
    private final String name;
    private final Scheduler scheduler;
    private final WorkQueue<ResourceKey> queue;
    private final LoopMetrics metrics;
    private final FactLoop<S, T> facts;
    private final KeyReconciler<S, T> reconciler;
    private final Triggers<S, T> triggers;
    private final Caches caches;
    private final List<Scheduler.Task> tasks = new ArrayList<>();
    private final AtomicInteger died = new AtomicInteger();
    private volatile boolean stopping;

    /** What all the loops of an operator share. */
    record Shared(
            String operator,
            Scheduler scheduler,
            KubeClient client,
            Codec codec,
            Caches caches,
            Settled settled,
            EventRecorder events,
            Fence fence,
            MeterRegistry meters) {}

    ControllerLoop(Controller<S, T> controller, Shared shared) {
        this.controller = controller;
        this.name = controller.kind().kind().toLowerCase(Locale.ROOT);
        this.scheduler = shared.scheduler();
        this.metrics = new LoopMetrics(shared.meters(), name, controller.workers());
        this.queue = new WorkQueue<>(scheduler, Backoff.RECONCILE, metrics);
        metrics.depth(queue);
        this.caches = shared.caches();
        var outcomes = new Outcomes();
        var ownWrites = new OwnWrites(caches);
        var writer = new Writer(shared.client(), scheduler, ownWrites, shared.settled(), shared.operator());
        var observer = new Observer<>(controller, shared.codec(), caches, scheduler);
        this.facts = new FactLoop<>(controller, scheduler, observer, outcomes, queue::add, queue::addUnlessFailing);
        this.reconciler = new KeyReconciler<>(
                controller,
                observer,
                facts,
                outcomes,
                ownWrites,
                writer,
                new PlanExecutor<>(
                        controller,
                        new StepRunner<>(controller, shared.codec(), caches, writer),
                        writer,
                        shared.fence(),
                        facts),
                new StatusWriter<>(controller.kind(), shared.codec(), writer),
                shared.events(),
                caches,
                scheduler);
        this.triggers = new Triggers<>(controller, observer, ownWrites, queue, facts);
        triggers.follow(caches);
    }

    /** Begins to reconcile. Once, and only when the caches are synced. */
    void start() {
        triggers.begin(caches);
        facts.start("facts-" + name).ifPresent(tasks::add);
        for (int i = 0; i < controller.workers(); i++) {
            tasks.add(scheduler.fork("reconcile-" + name + "-" + i, this::work));
        }
    }

    /** Begins to stop: no further key is taken. */
    void stop() {
        stopping = true;
        queue.shutDown();
        facts.stop();
    }

    /** Takes its metrics away: another loop may come after this one. */
    void close() {
        metrics.close();
    }

    List<Scheduler.Task> tasks() {
        return List.copyOf(tasks);
    }

    boolean healthy() {
        return died.get() == 0 && !facts.stuck();
    }

    private void work() {
        boolean ended = false;
        try {
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                try {
                    reconcile(key.get());
                } finally {
                    queue.done(key.get());
                }
            }
            ended = true;
        } catch (InterruptedException e) {
            ended = stopping;
            Thread.currentThread().interrupt();
        } finally {
            if (!ended) {
                died.incrementAndGet();
            }
        }
    }

    private void reconcile(ResourceKey key) throws InterruptedException {
        long began = scheduler.nanoTime();
        metrics.began();
        KeyReconciler.Turn turn;
        try {
            turn = reconciler.reconcile(key);
        } catch (RuntimeException e) {
            LOG.error("the engine failed controller={} object={}", name, key, e);
            turn = new KeyReconciler.Turn(new Verdict.Failed(Failure.of("Reconcile", e)), List.of());
        }
        long nanos = scheduler.nanoTime() - began;
        metrics.ended(turn.verdict(), nanos);
        log(key, turn, Duration.ofNanos(nanos));
        comeBack(key, turn.verdict());
    }

    private void comeBack(ResourceKey key, Verdict verdict) {
        if (verdict instanceof Verdict.Failed || verdict instanceof Verdict.OutOfDate) {
            queue.retry(key);
        } else if (verdict instanceof Verdict.Waiting) {
            queue.addAfter(key, FALLBACK);
        } else {
            queue.settle(key);
            if (verdict instanceof Verdict.Done done) {
                done.lookAgainAfter().ifPresent(time -> queue.addAfter(key, time));
            }
        }
    }

    private void log(ResourceKey key, KeyReconciler.Turn turn, Duration took) {
        if (turn.verdict() instanceof Verdict.Failed failed) {
            LOG.warn(
                    "reconciled controller={} object={} outcome=failed step=\"{}\" reason={} message=\"{}\" effects={} ms={}",
                    name,
                    key,
                    failed.failure().step(),
                    failed.failure().reason(),
                    failed.failure().message(),
                    turn.effects(),
                    took.toMillis());
            return;
        }
        String outcome = turn.verdict().getClass().getSimpleName();
        if (turn.effects().isEmpty()) {
            LOG.debug("reconciled controller={} object={} outcome={} ms={}", name, key, outcome, took.toMillis());
        } else {
            LOG.info(
                    "reconciled controller={} object={} outcome={} effects={} ms={}",
                    name,
                    key,
                    outcome,
                    turn.effects(),
                    took.toMillis());
        }
    }
}
