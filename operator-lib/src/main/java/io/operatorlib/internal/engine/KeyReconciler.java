package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Controller;
import io.operatorlib.Meta;
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
    /** What fails where the reconciler itself does. */
    static final String PLAN = "Plan";

    private final Reconciler<S, T> reconciler;
    private final Observer<S, T> observer;
    private final FactLoop<S, T> facts;
    private final ResourceGauges<S, T> gauges;
    private final Outcomes outcomes;
    private final OwnWrites ownWrites;
    private final Writer writer;
    private final PlanExecutor<S, T> executor;
    private final StatusReports<S, T> statuses;
    private final EventRecorder events;
    private final Caches caches;
    private final Scheduler scheduler;

    KeyReconciler(
            Controller<S, T> controller,
            Observer<S, T> observer,
            FactLoop<S, T> facts,
            ResourceGauges<S, T> gauges,
            Outcomes outcomes,
            OwnWrites ownWrites,
            Writer writer,
            PlanExecutor<S, T> executor,
            StatusReports<S, T> statuses,
            EventRecorder events,
            Caches caches,
            Scheduler scheduler) {
        this.reconciler =
                Objects.requireNonNull(controller.reconciler(), "an operator takes no controller without one");
        this.observer = observer;
        this.facts = facts;
        this.gauges = gauges;
        this.outcomes = outcomes;
        this.ownWrites = ownWrites;
        this.writer = writer;
        this.executor = executor;
        this.statuses = statuses;
        this.events = events;
        this.caches = caches;
        this.scheduler = scheduler;
    }

    /**
     * What came of it.
     *
     * @param seen the resource as it was observed; empty where it was not
     * @param planned the plan's steps, as they print
     * @param effects what was done, as it prints
     */
    record Result(Verdict verdict, Optional<Meta> seen, List<String> planned, List<String> effects) {
        static Result of(Verdict verdict) {
            return new Result(verdict, Optional.empty(), List.of(), List.of());
        }
    }

    Result reconcile(Turn turn) throws InterruptedException {
        ResourceKey key = turn.key();
        if (reconciler instanceof Imperative<S, T> imperative) {
            return ImperativeRun.of(imperative, observer.meta(key), turn, scheduler);
        }
        turn.doing("Look up own writes");
        try {
            ownWrites.resolve(key, writer.client(), scheduler.nanoTime());
        } catch (ApiException | KubeApi.NoReplyException e) {
            return Result.of(new Verdict.Failed(Failure.of(turn.doing(), e)));
        }
        if (!ownWrites.seen(key)) {
            return Result.of(new Verdict.Waiting());
        }
        turn.doing("Observe");
        Optional<Snapshot<S, T>> snapshot;
        try {
            snapshot = observer.observe(key, outcomes.of(key), facts::shown);
        } catch (UndecodableException e) {
            return withoutPlan(turn, Failure.of(turn.doing(), e));
        }
        if (snapshot.isEmpty()) {
            forget(key);
            return Result.of(new Verdict.Gone());
        }
        facts.pace(snapshot.get().seen());
        gauges.show(snapshot.get().seen().resource());
        return reconcile(turn, snapshot.get());
    }

    private Result reconcile(Turn turn, Snapshot<S, T> from) throws InterruptedException {
        if (from.seen().lastOutcome() instanceof Outcome.Failed failed
                && failed.reason().equals(Failure.DEADLINE)) {
            var effects = new ArrayList<String>();
            // where it cannot be told now, the plan is made all the same, and its outcome told
            if (statuses.withoutPlan(turn, Optional.of(from.object()), failed, effects) && !effects.isEmpty()) {
                return new Result(new Verdict.Waiting(), Optional.empty(), List.of(), effects);
            }
        }
        turn.doing(PLAN);
        @Nullable Plan<T> plan;
        try {
            plan = reconciler.reconcile(from.seen());
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            scheduler.caught("the reconciler of " + from.seen().kind().kind() + " " + turn.key(), e);
            return withoutPlan(turn, Failure.of(PLAN, e));
        }
        if (plan == null) {
            return withoutPlan(turn, new Failure(PLAN, "NoPlan", "the reconciler returned null"));
        }
        return execute(turn, from, plan);
    }

    private Result execute(Turn turn, Snapshot<S, T> from, Plan<T> plan) throws InterruptedException {
        var result = executor.execute(turn, from, plan);
        var planned = plan.steps().stream().map(StepRunner::describe).toList();
        var effects = new ArrayList<>(result.effects());
        Instant now = scheduler.now();
        if (result.outOfDate()) {
            var why = String.valueOf(result.ended().orElseThrow().getMessage());
            return new Result(new Verdict.OutOfDate(why), Optional.of(from.meta()), planned, effects);
        }
        result.ended().ifPresent(why -> scheduler.caught(result.at().orElse(PLAN) + " for " + turn.key(), why));
        Optional<Failure> failure = result.failure();
        Outcome outcome = failure.<Outcome>map(why -> outcomes.failed(from.key(), why, now))
                .orElseGet(() -> outcomes.done(from.key()));
        Optional<Verdict> status =
                result.released() ? Optional.empty() : statuses.afterPlan(turn, from, plan, outcome, effects);
        if (turn.mayWrite()) {
            events.tell(from.seen().kind(), from.meta(), plan.notes(), now);
        }
        Verdict verdict = failure.<Verdict>map(why -> new Verdict.Failed(status.isPresent() ? why.soon() : why))
                .or(() -> status)
                .orElseGet(() -> new Verdict.Done(plan.requeueAfter()));
        return new Result(verdict, Optional.of(from.meta()), planned, effects);
    }

    private Result withoutPlan(Turn turn, Failure failure) {
        var effects = new ArrayList<String>();
        var outcome = outcomes.failed(turn.key(), failure, scheduler.now());
        boolean told = statuses.withoutPlan(turn, object(turn.key()), outcome, effects);
        return new Result(new Verdict.Failed(told ? failure : failure.soon()), Optional.empty(), List.of(), effects);
    }

    private Optional<JsonObject> object(ResourceKey key) {
        return caches.of(observer.primary()).get(key).map(StoredObject::json);
    }

    /** Notes that a reconcile took too long; the resource's status tells it before the next one begins. */
    Result tookTooLong(Turn turn, Result result) {
        Failure failure = turn.overdue();
        outcomes.failed(turn.key(), failure, scheduler.now());
        return new Result(new Verdict.Failed(failure), result.seen(), result.planned(), result.effects());
    }

    /**
     * Tells in the status of a resource that its reconcile hangs. The one that hangs has no effects any more, so the
     * two do not meet.
     *
     * @param reporting a turn of the reporter's own
     * @return whether it is told
     */
    boolean report(Turn hanging, Turn reporting) {
        Failure why = hanging.overdue();
        var outcome = new Outcome.Failed(why.step(), why.reason(), why.message(), scheduler.now(), 1);
        return statuses.withoutPlan(reporting, object(hanging.key()), outcome, new ArrayList<>());
    }

    private void forget(ResourceKey key) {
        outcomes.forget(key);
        ownWrites.forget(key);
        events.forget(observer.primary(), key);
        facts.forget(key);
        gauges.forget(key);
    }
}
