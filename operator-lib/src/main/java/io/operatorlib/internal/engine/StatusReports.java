package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Outcome;
import io.operatorlib.Plan;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.util.List;
import java.util.Optional;

/** Tells in the resource's status how it went, and what it means if that cannot be told. */
final class StatusReports<S, T> {
    private static final String STATUS = "Status";

    private final StatusWriter<S, T> writer;
    private final Scheduler scheduler;

    StatusReports(StatusWriter<S, T> writer, Scheduler scheduler) {
        this.writer = writer;
        this.scheduler = scheduler;
    }

    /**
     * Tells what a plan reports, and what became of it.
     *
     * @param effects gets one more where something had to be written
     * @return why it could not be told; empty where it is told
     */
    Optional<Verdict> afterPlan(Turn turn, Snapshot<S, T> from, Plan<T> plan, Outcome outcome, List<String> effects) {
        turn.doing(STATUS);
        try {
            if (writer.write(turn, from, plan, outcome, scheduler.now())) {
                effects.add(STATUS);
            }
            return Optional.empty();
        } catch (ApiException e) {
            return Optional.of(
                    e.conflict() ? new Verdict.OutOfDate(e.status()) : new Verdict.Failed(Failure.of(STATUS, e)));
        } catch (LookAgainException e) {
            return Optional.of(new Verdict.OutOfDate(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            return Optional.of(new Verdict.Failed(Failure.of(STATUS, e)));
        }
    }

    /**
     * Tells why there is no plan.
     *
     * @param object the resource; where it is gone there is nobody to tell
     * @param effects gets one more where something had to be written
     * @return whether it is told
     */
    boolean withoutPlan(Turn turn, Optional<JsonObject> object, Outcome.Failed outcome, List<String> effects) {
        try {
            if (object.isPresent() && writer.writeWithoutPlan(turn, object.get(), outcome, scheduler.now())) {
                effects.add(STATUS);
            }
            return true;
        } catch (ApiException | KubeApi.NoReplyException | LookAgainException e) {
            return false; // the failure itself is told by the log
        }
    }
}
