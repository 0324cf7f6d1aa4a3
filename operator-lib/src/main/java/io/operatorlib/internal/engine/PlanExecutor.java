package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Controller;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import io.operatorlib.Step;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.leader.LeadershipLostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out a plan.
 *
 * <p><b>Flow.</b> Finalizers that are missing → the steps in order → where the resource is being deleted, finalizers
 * that the plan no longer names. The first that fails ends it.
 *
 * <p><b>Guarantees.</b> A finalizer is stored before the first effect that it must undo, and goes after the last. The
 * turn is asked before every effect. Only finalizers that the controller has declared are ever touched.
 */
final class PlanExecutor<S, T> {
    private final Controller<S, T> controller;
    private final StepRunner<S, T> runner;
    private final Writer writer;
    private final Acts acts;

    PlanExecutor(Controller<S, T> controller, StepRunner<S, T> runner, Writer writer, Acts acts) {
        this.controller = controller;
        this.runner = runner;
        this.writer = writer;
        this.acts = acts;
    }

    /** Told of acts: what was observed outside before the end of an act is not known any more. */
    interface Acts {
        void begin(ResourceKey key);

        void end(ResourceKey key, boolean failed);
    }

    /**
     * What became of a plan.
     *
     * @param effects what was done, as it prints
     * @param ended why it ended before its end
     * @param released whether the resource may be gone: its last finalizer was removed
     */
    record Result(List<String> effects, Optional<Throwable> ended, Optional<String> at, boolean released) {
        /** The failure; empty where all went well, or where nothing failed but the plan was out of date. */
        Optional<Failure> failure() {
            return outOfDate() ? Optional.empty() : ended.map(why -> Failure.of(at.orElse("Plan"), why));
        }

        boolean outOfDate() {
            return ended.filter(why -> why instanceof LookAgainException || why instanceof LeadershipLostException)
                    .isPresent();
        }
    }

    Result execute(Turn turn, Snapshot<S, T> from, Plan<T> plan) throws InterruptedException {
        var effects = new ArrayList<String>();
        String at = "Finalizers";
        try {
            if (addFinalizers(turn, from, plan)) {
                effects.add(at);
            }
            for (Step step : plan.steps()) {
                at = StepRunner.describe(step);
                turn.doing(at);
                turn.checkMayWrite();
                if (run(turn, step, from)) {
                    effects.add(at);
                }
            }
            at = "Finalizers";
            Set<String> left = withoutOurs(from, plan);
            if (from.meta().deleting() && left.size() < from.meta().finalizers().size()) {
                writeFinalizers(turn, from, left);
                effects.add(at);
                return new Result(effects, Optional.empty(), Optional.empty(), left.isEmpty());
            }
            return new Result(effects, Optional.empty(), Optional.empty(), false);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return new Result(effects, Optional.of(e), Optional.of(at), false);
        }
    }

    private boolean run(Turn turn, Step step, Snapshot<S, T> from) throws Exception {
        if (!(step instanceof Step.Perform)) {
            return runner.run(turn, step, from);
        }
        acts.begin(from.key());
        boolean failed = true;
        try {
            boolean done = runner.run(turn, step, from);
            failed = false;
            return done;
        } finally {
            acts.end(from.key(), failed);
        }
    }

    private boolean addFinalizers(Turn turn, Snapshot<S, T> from, Plan<T> plan) {
        for (String name : plan.finalizers()) {
            if (!controller.finalizers().contains(name)) {
                throw new IllegalArgumentException("the controller of " + controller.kind()
                        + " does not declare the finalizer " + name + ": add .finalizer(...)");
            }
        }
        if (from.meta().deleting() || from.meta().finalizers().containsAll(plan.finalizers())) {
            return false;
        }
        var all = new LinkedHashSet<>(from.meta().finalizers());
        all.addAll(plan.finalizers());
        writeFinalizers(turn, from, all);
        return true;
    }

    private Set<String> withoutOurs(Snapshot<S, T> from, Plan<T> plan) {
        var left = new LinkedHashSet<>(from.meta().finalizers());
        left.removeIf(name ->
                controller.finalizers().contains(name) && !plan.finalizers().contains(name));
        return left;
    }

    private void writeFinalizers(Turn turn, Snapshot<S, T> from, Set<String> finalizers) {
        // a merge patch replaces the whole list, so it must be the list that was read
        var meta = new JsonObject();
        meta.addProperty("uid", from.meta().uid());
        meta.addProperty("resourceVersion", from.meta().resourceVersion());
        meta.add("finalizers", Json.array(finalizers));
        var patch = new JsonObject();
        patch.add("metadata", meta);
        try {
            writer.mergePatch(turn, new Target(KindRef.of(controller.kind()), from.key()), patch);
        } catch (ApiException e) {
            if (e.conflict() || e.notFound()) {
                throw new LookAgainException(e.status());
            }
            throw e;
        }
    }
}
