package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Controller;
import io.operatorlib.Outcome;
import io.operatorlib.Plan;
import io.operatorlib.Reconciler;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reconciles one key, once.
 *
 * <p><b>Flow.</b> Are our own writes in the caches? → observe → the reconciler's plan → its steps → the status → Events.
 *
 * <p><b>Guarantees.</b> Nothing is decided on a state older than our own writes. Whatever the reconciler does, it harms
 * only its own key. The status tells how it went, also where there was no plan.
 */
final class KeyReconciler<S, T> {
    private final Reconciler<S, T> reconciler;
    private final Observer<S, T> observer;
    private final FactLoop<S, T> facts;
    private final Outcomes outcomes;
    private final OwnWrites ownWrites;
    private final Writer writer;
    private final PlanExecutor<S, T> executor;
    private final StatusWriter<S, T> statusWriter;
    private final EventRecorder events;
    private final Caches caches;
    private final Scheduler scheduler;

    KeyReconciler(
            Controller<S, T> controller,
            Observer<S, T> observer,
            FactLoop<S, T> facts,
            Outcomes outcomes,
            OwnWrites ownWrites,
            Writer writer,
            PlanExecutor<S, T> executor,
            StatusWriter<S, T> statusWriter,
            EventRecorder events,
            Caches caches,
            Scheduler scheduler) {
        this.reconciler =
                Objects.requireNonNull(controller.reconciler(), "an operator takes no controller without one");
        this.observer = observer;
        this.facts = facts;
        this.outcomes = outcomes;
        this.ownWrites = ownWrites;
        this.writer = writer;
        this.executor = executor;
        this.statusWriter = statusWriter;
        this.events = events;
        this.caches = caches;
        this.scheduler = scheduler;
    }

    /**
     * What came of it.
     *
     * @param effects what was done, as it prints
     */
    record Turn(Verdict verdict, List<String> effects) {}

    Turn reconcile(ResourceKey key) throws InterruptedException {
        try {
            ownWrites.resolve(key, writer.client(), scheduler.nanoTime());
        } catch (ApiException | KubeApi.NoReplyException e) {
            return new Turn(new Verdict.Failed(Failure.of("Look up own writes", e)), List.of());
        }
        if (!ownWrites.seen(key)) {
            return new Turn(new Verdict.Waiting(), List.of());
        }
        Optional<Snapshot<S, T>> snapshot;
        try {
            snapshot = observer.observe(key, outcomes.of(key), facts::shown);
        } catch (UndecodableException e) {
            return withoutPlan(key, Failure.of("Observe", e));
        }
        if (snapshot.isEmpty()) {
            forget(key);
            return new Turn(new Verdict.Gone(), List.of());
        }
        facts.pace(snapshot.get().seen());
        return reconcile(snapshot.get());
    }

    private Turn reconcile(Snapshot<S, T> from) throws InterruptedException {
        @Nullable Plan<T> plan;
        try {
            plan = reconciler.reconcile(from.seen());
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            return withoutPlan(from.key(), Failure.of("Plan", e));
        }
        if (plan == null) {
            return withoutPlan(from.key(), new Failure("Plan", "NoPlan", "the reconciler returned null"));
        }
        return execute(from, plan);
    }

    private Turn execute(Snapshot<S, T> from, Plan<T> plan) throws InterruptedException {
        var result = executor.execute(from, plan);
        var effects = new ArrayList<>(result.effects());
        Instant now = scheduler.now();
        Optional<Failure> failure = result.failure();
        Outcome outcome = failure.<Outcome>map(why -> outcomes.failed(from.key(), why, now))
                .orElseGet(() -> result.outOfDate() ? outcomes.of(from.key()) : outcomes.done(from.key()));
        if (result.outOfDate()) {
            return new Turn(
                    new Verdict.OutOfDate(
                            String.valueOf(result.ended().orElseThrow().getMessage())),
                    effects);
        }
        Optional<Verdict> status = result.released() ? Optional.empty() : status(from, plan, outcome, now, effects);
        plan.notes().forEach(note -> events.tell(from.seen().kind(), from.meta(), note, now));
        Verdict verdict = failure.<Verdict>map(Verdict.Failed::new)
                .or(() -> status)
                .orElseGet(() -> new Verdict.Done(plan.requeueAfter()));
        return new Turn(verdict, effects);
    }

    private Optional<Verdict> status(
            Snapshot<S, T> from, Plan<T> plan, Outcome outcome, Instant now, List<String> effects) {
        try {
            if (statusWriter.write(from, plan, outcome, now)) {
                effects.add("Status");
            }
            return Optional.empty();
        } catch (ApiException e) {
            return Optional.of(
                    e.conflict() || e.notFound()
                            ? new Verdict.OutOfDate(e.status())
                            : new Verdict.Failed(Failure.of("Status", e)));
        } catch (RuntimeException e) {
            return Optional.of(new Verdict.Failed(Failure.of("Status", e)));
        }
    }

    private Turn withoutPlan(ResourceKey key, Failure failure) {
        var effects = new ArrayList<String>();
        var outcome = outcomes.failed(key, failure, scheduler.now());
        Optional<JsonObject> object = caches.of(observer.primary()).get(key).map(StoredObject::json);
        try {
            if (object.isPresent() && statusWriter.writeWithoutPlan(object.get(), outcome, scheduler.now())) {
                effects.add("Status");
            }
        } catch (ApiException | KubeApi.NoReplyException e) {
            // the failure before this one is told by the log, and the status tried again with it
            return new Turn(new Verdict.Failed(failure), effects);
        }
        return new Turn(new Verdict.Failed(failure), effects);
    }

    private void forget(ResourceKey key) {
        outcomes.forget(key);
        ownWrites.forget(key);
        facts.forget(key);
    }
}
