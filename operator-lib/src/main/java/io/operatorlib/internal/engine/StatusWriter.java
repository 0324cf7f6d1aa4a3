package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Outcome;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import java.time.Instant;

/** Writes a resource's status, in one request, where it is to change. */
final class StatusWriter<S, T> {
    private static final int UNPROCESSABLE = 422;

    private final Kind<S, T> kind;
    private final Codec codec;
    private final Writer writer;

    StatusWriter(Kind<S, T> kind, Codec codec, Writer writer) {
        this.kind = kind;
        this.codec = codec;
        this.writer = writer;
    }

    /** Writes what a plan reports, and tells whether it had to. */
    boolean write(Turn turn, Snapshot<S, T> from, Plan<T> plan, Outcome outcome, Instant now) {
        boolean silent = plan.status() == null && plan.conditions().isEmpty();
        if (!StatusDocument.open(kind)) {
            return !silent && write(turn, from.object(), closed(from, plan, now));
        }
        JsonObject live = live(from.object());
        long generation = from.meta().generation();
        var reconciled = StatusDocument.reconciled(outcome);
        if (silent) {
            boolean nothing = plan.steps().isEmpty() && !(outcome instanceof Outcome.Failed);
            return !nothing
                    && write(turn, from.object(), StatusDocument.withoutPlan(reconciled, live, generation, now));
        }
        var conditions = StatusDocument.with(plan.conditions(), reconciled);
        return write(turn, from.object(), StatusDocument.of(fields(plan), conditions, live, generation, now));
    }

    // Kubernetes' own kinds: what the plan says
    private JsonObject closed(Snapshot<S, T> from, Plan<T> plan, Instant now) {
        return StatusDocument.withConditions(fields(plan), plan.conditions(), live(from.object()), now);
    }

    private JsonObject fields(Plan<T> plan) {
        return plan.status() == null ? new JsonObject() : codec.encodeObject(plan.status());
    }

    private static JsonObject live(JsonObject object) {
        return Json.object(object, "status");
    }

    /** Notes on a resource for which there is no plan why that is so, and tells whether it had to. */
    boolean writeWithoutPlan(Turn turn, JsonObject object, Outcome.Failed outcome, Instant now) {
        if (!StatusDocument.open(kind)) {
            return false;
        }
        long generation = Json.number(0, object, "metadata", "generation");
        return write(
                turn,
                object,
                StatusDocument.withoutPlan(StatusDocument.reconciled(outcome), live(object), generation, now));
    }

    private boolean write(Turn turn, JsonObject object, JsonObject status) {
        ResourceKey key = Json.key(object);
        var target = new Target(KindRef.of(kind), key);
        if (Json.equal(status, live(object)) || writer.settled().test(target, Settled.Part.STATUS, status, object)) {
            return false;
        }
        var uid = Json.uid(object);
        try {
            writer.status(turn, target, uid, status);
        } catch (ApiException e) {
            // where another resource bears the name, the UID is not the one that the patch tests for
            if (e.notFound()
                    || (e.code() == UNPROCESSABLE && writer.find(target, uid).isEmpty())) {
                // the cache is behind: what is made for a resource that is gone is collected, and would be made again
                writer.gone(turn, target, uid);
                throw new LookAgainException(key + " is gone: " + e.getMessage());
            }
            throw e;
        }
        return true;
    }
}
