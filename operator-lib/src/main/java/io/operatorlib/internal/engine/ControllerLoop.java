package io.operatorlib.internal.engine;

import io.operatorlib.Controller;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.WorkQueue;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.spi.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs one controller: its queue, its workers, its facts.
 *
 * <p><b>Flow.</b> {@link Triggers} and changed facts add keys → a worker takes one → {@link KeyReconciler} → the verdict
 * says when the key comes back: done → on the next event, or after the plan's time; failed or out of date → after its
 * back-off, or the time that the server asked for; failed for good → on the next event, or after
 * {@link Failure#UPON_CHANGE}; waiting for our own writes → on their event, or after {@link #FALLBACK}; gone → never.
 *
 * <p><b>Guarantees.</b> No key is reconciled twice at the same time. A reconcile that throws, or takes longer than its
 * {@link Turn} allows, is a failed one; it harms no other key. No live object is forgotten: {@link Watchdog} sees to it.
 *
 * <p><b>Limits.</b> As many reconciles at a time as the controller has workers, and those that hang: see
 * {@link Workers}.
 */
final class ControllerLoop<S, T> {
    /** An event about our write wakes the key; this is for the case that none comes, as after a re-list. */
    private static final Duration FALLBACK = Duration.ofSeconds(1);

    /** One that reconciles once looks so often whether the facts are known: a person waits for it. */
    private static final Duration ASK = Duration.ofMillis(100);

    private final Controller<S, T> controller;
    private final String name;
    private final Scheduler scheduler;
    private final Fence leadership;
    private final Tracing tracing;
    private final WorkQueue<ResourceKey> queue;
    private final LoopMetrics metrics;
    private final Outcomes outcomes = new Outcomes();
    private final Causes causes = new Causes();
    private final Explanations explanations = new Explanations();
    private final OwnWrites ownWrites;
    private final FactLoop<S, T> facts;
    private final KeyReconciler<S, T> reconciler;
    private final Triggers<S, T> triggers;
    private final ResourceGauges<S, T> gauges;
    private final Caches caches;
    private final Workers workers;
    private final Watchdog watchdog;
    private final Overseer overseer;
    private final HangReporter hangs;
    private final LoopLog log;
    private final List<Scheduler.Task> tasks = new ArrayList<>();
    private volatile boolean cut;

    ControllerLoop(Controller<S, T> controller, LoopParts shared) {
        this.controller = controller;
        this.name = controller.kind().kind().toLowerCase(Locale.ROOT);
        this.log = new LoopLog(name);
        this.scheduler = shared.scheduler();
        this.leadership = shared.fence();
        this.tracing = shared.tracing();
        this.metrics = new LoopMetrics(shared.meters(), name, controller.workers());
        this.queue = new WorkQueue<>(scheduler, Backoff.RECONCILE, metrics);
        this.caches = shared.caches();
        this.ownWrites = new OwnWrites(caches);
        var writer = new Writer(shared.client(), scheduler, ownWrites, shared.settled(), shared.operator());
        var observer = new Observer<>(controller, shared.codec(), caches, scheduler);
        this.facts = new FactLoop<>(
                controller,
                scheduler,
                observer,
                outcomes,
                key -> {
                    causes.note(key, "a fact has changed");
                    queue.add(key);
                },
                queue::addUnlessFailing);
        this.gauges = new ResourceGauges<>(controller.gauges(), shared.meters());
        this.reconciler = new KeyReconciler<>(
                controller,
                observer,
                facts,
                gauges,
                outcomes,
                ownWrites,
                writer,
                new PlanExecutor<>(
                        controller, new StepRunner<>(controller, shared.codec(), caches, writer), writer, facts),
                new StatusReports<>(new StatusWriter<>(controller.kind(), shared.codec(), writer), scheduler),
                shared.events(),
                caches,
                scheduler);
        this.workers = new Workers(scheduler, name, queue, this::turn, this::reconcile, this::late);
        this.watchdog = new Watchdog(
                () -> caches.of(observer.primary()).all(),
                key -> !(queue.place(key) instanceof WorkQueue.Place.Nowhere));
        this.hangs = new HangReporter(scheduler, "report-" + name, this::reportHang);
        this.overseer = new Overseer(scheduler, workers, hangs, Overseer.shortestDeadline(controller), this::look);
        metrics.follow(queue, workers, scheduler);
        metrics.unreadable(observer::unreadable);
        this.triggers = new Triggers<>(controller, observer, ownWrites, queue, facts, causes);
        triggers.follow(caches);
        if (controller.reconciler() instanceof Imperative<S, T> imperative) {
            imperative.attach(new CacheLookup(caches, shared.codec()));
        }
    }

    /** Begins to reconcile. Once, and only when the caches are synced. */
    void start() {
        triggers.begin(caches);
        facts.start("facts-" + name).ifPresent(tasks::add);
        tasks.add(scheduler.fork("overseer-" + name, overseer::run));
        workers.start(controller.workers());
    }

    /** Instead of {@link #start}: has each resource reconciled once by the caller, as soon as its facts are known. */
    void once() throws InterruptedException {
        var resources = caches.of(KindRef.of(controller.kind()));
        var keys = resources.all().stream().map(StoredObject::key).toList();
        keys.forEach(facts::track);
        facts.start("facts-" + name).ifPresent(tasks::add);
        for (ResourceKey key : keys) {
            while (facts.asking(key) && resources.get(key).isPresent()) {
                scheduler.sleep(ASK);
            }
            log.reconciled(key, attempt(turn(key, Tracing.Trace.NONE)), Duration.ZERO);
        }
    }

    /** Begins to stop: no further key is taken. */
    void stop() {
        overseer.stop();
        workers.stop();
        queue.shutDown();
        facts.stop();
    }

    /** Ends all effects of reconciles still at work, whatever they do, and takes its metrics away. */
    void close() {
        cut = true;
        metrics.close();
        gauges.close();
    }

    /** The threads that are to end after a stop. */
    List<Scheduler.Task> tasks() {
        var all = new ArrayList<>(tasks);
        all.addAll(workers.tasks());
        all.addAll(hangs.tasks());
        return all;
    }

    /** Tells whether no thread hangs. */
    boolean ended() {
        return workers.abandoned() == 0;
    }

    boolean healthy() {
        return workers.healthy() && watchdog.lost() == 0 && !facts.stuck();
    }

    /** What is known of a resource, for people; empty where this loop does not look after it. */
    Optional<String> explain(String plural, ResourceKey key) {
        if (!plural.equals(controller.kind().plural())) {
            return Optional.empty();
        }
        var now = new Explanations.Now(queue.place(key), outcomes.of(key), facts.shown(key), ownWrites.none(key));
        return explanations.explain(controller.kind().kind(), key, now);
    }

    /** What keeps it from being healthy, for people. */
    List<String> problems() {
        var problems = new ArrayList<String>();
        for (Turn turn : workers.turns()) {
            if (turn.state() == Turn.State.ABANDONED) {
                problems.add("the reconcile of " + name + " " + turn.key() + " hangs at " + turn.doing());
            }
        }
        if (watchdog.lost() > 0) {
            problems.add(watchdog.lost() + " of " + name + " were forgotten, and are queued again");
        }
        if (facts.stuck()) {
            problems.add("too many observations for " + name + " hang");
        }
        return problems;
    }

    private Turn turn(ResourceKey key) {
        return turn(key, GuardedTrace.begin(tracing, name, key));
    }

    private Turn turn(ResourceKey key, Tracing.Trace trace) {
        return new Turn(
                key, () -> cut ? Duration.ZERO : leadership.remaining(), controller.deadline(), scheduler, trace);
    }

    private void reconcile(Turn turn) throws InterruptedException {
        var because = causes.take(turn.key());
        KeyReconciler.Result result = attempt(turn);
        if (!turn.end()) {
            result = reconciler.tookTooLong(turn, result);
        }
        long nanos = scheduler.nanoTime() - turn.began();
        metrics.ended(result.verdict(), nanos, outcomes);
        Duration took = Duration.ofNanos(nanos);
        log.reconciled(turn.key(), result, took);
        turn.traced(result.verdict());
        explanations.reconciled(turn.key(), new Explanations.Reconciled(scheduler.now(), took, because, result));
        comeBack(turn.key(), result);
        if (result.verdict() instanceof Verdict.Waiting) {
            because.forEach(cause -> causes.note(turn.key(), cause));
        }
    }

    private KeyReconciler.Result attempt(Turn turn) throws InterruptedException {
        try {
            return reconciler.reconcile(turn);
        } catch (InterruptedException e) {
            if (turn.end()) {
                throw e; // the operator stops
            }
            return KeyReconciler.Result.of(new Verdict.Failed(turn.overdue()));
        } catch (RuntimeException e) {
            log.engineFailed(turn.key(), e);
            return KeyReconciler.Result.of(new Verdict.Failed(Failure.of("Reconcile", e)));
        }
    }

    private void comeBack(ResourceKey key, KeyReconciler.Result result) {
        if (result.verdict() instanceof Verdict.Failed failed) {
            causes.note(key, "it had failed");
            queue.retry(key, failed.failure().atLeast());
        } else if (result.verdict() instanceof Verdict.OutOfDate) {
            causes.note(key, "what it was planned upon had changed");
            queue.retry(key);
        } else if (result.verdict() instanceof Verdict.Waiting) {
            queue.addAfter(key, FALLBACK);
        } else if (result.verdict() instanceof Verdict.Done done) {
            result.seen().ifPresent(watchdog::done);
            queue.settle(key);
            done.lookAgainAfter().ifPresent(time -> {
                causes.note(key, "its last plan asked for it");
                queue.addAfter(key, time);
            });
        } else {
            watchdog.forget(key);
            queue.settle(key);
        }
    }

    /** Told when a reconcile takes too long. */
    private void late(Turn turn) {
        if (turn.state() == Turn.State.OVERDUE) {
            metrics.timedOut();
            log.overdue(turn);
        } else {
            hangs.add(turn);
            log.hangs(turn, workers.abandoned());
        }
    }

    private boolean reportHang(Turn turn) {
        return reconciler.report(turn, turn(turn.key(), Tracing.Trace.NONE));
    }

    /** Looks for objects that were forgotten, and brings them back. */
    private void look() {
        for (ResourceKey key : watchdog.look()) {
            metrics.forgotten();
            log.forgotten(key);
            queue.add(key);
        }
    }
}
