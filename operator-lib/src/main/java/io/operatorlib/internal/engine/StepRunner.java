package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Permission;
import io.operatorlib.Step;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import java.util.Optional;

/**
 * Carries out one step for one resource, unless it would change nothing.
 *
 * <p><b>Guarantees.</b> An object that names the resource as its owner is created only while the resource is there and
 * nobody has deleted it; otherwise the step is passed over. An object that is there and belongs to somebody else is not
 * taken over. Deletes and patches reach only the object that was observed, by its UID.
 */
final class StepRunner<S, T> {
    private final Controller<S, T> controller;
    private final Codec codec;
    private final Caches caches;
    private final Writer writer;

    StepRunner(Controller<S, T> controller, Codec codec, Caches caches, Writer writer) {
        this.controller = controller;
        this.codec = codec;
        this.caches = caches;
        this.writer = writer;
    }

    /** Says what a step is about, in a few stable words. */
    static String describe(Step step) {
        if (step instanceof Step.Create create) {
            return "Create " + named(create.object());
        }
        if (step instanceof Step.Apply apply) {
            return "Apply " + named(apply.object());
        }
        if (step instanceof Step.Patch patch) {
            return "Patch " + named(patch.target());
        }
        if (step instanceof Step.Delete delete) {
            return "Delete " + named(delete.target());
        }
        return "Perform " + ((Step.Perform) step).act();
    }

    private static String named(KubernetesObject object) {
        return BuiltInKinds.of(object.getClass()).kind() + " "
                + object.getMetadata().getName();
    }

    private static String named(Step.Target target) {
        return BuiltInKinds.of(target.type()).kind() + " " + target.key().name();
    }

    /**
     * Carries a step out, and tells whether it had an effect.
     *
     * @throws LookAgainException if the world is not as it was observed
     * @throws Exception if it failed
     */
    boolean run(Turn turn, Step step, Snapshot<S, T> from) throws Exception {
        if (step instanceof Step.Create create) {
            return create(turn, desired(create.object(), from), from);
        }
        if (step instanceof Step.Apply apply) {
            return apply(turn, desired(apply.object(), from), from);
        }
        if (step instanceof Step.Patch patch) {
            return patch(turn, patch);
        }
        if (step instanceof Step.Delete delete) {
            return delete(turn, delete);
        }
        return perform(turn, ((Step.Perform) step).act(), from);
    }

    private record Desired(Target target, JsonObject object) {}

    private Desired desired(KubernetesObject object, Snapshot<S, T> from) {
        KindRef kind = BuiltInKinds.of(object.getClass());
        JsonObject json = codec.encodeObject(object);
        json.addProperty("apiVersion", kind.apiVersion());
        json.addProperty("kind", kind.kind());
        JsonObject meta = Json.object(json, "metadata");
        if (kind.namespaced() && Json.text(meta, "namespace").isEmpty()) {
            meta.addProperty("namespace", from.meta().namespace());
        }
        return new Desired(new Target(kind, Json.key(json)), json);
    }

    private boolean create(Turn turn, Desired desired, Snapshot<S, T> from) {
        if (ours(desired.object(), from) && !alive(turn, from)) {
            return false;
        }
        try {
            writer.create(turn, desired.target(), desired.object());
        } catch (ApiException e) {
            if (e.alreadyExists() && madeUnseen(desired.target(), from)) {
                writer.unknown(turn, desired.target());
                throw new LookAgainException(e.status());
            }
            throw e;
        }
        return true;
    }

    /** Tells whether an earlier incarnation, or a request that was taken for lost, made an object since we looked. */
    private boolean madeUnseen(Target target, Snapshot<S, T> from) {
        boolean seen = caches.views(target.kind()).stream()
                .anyMatch(cache -> cache.get(target.key()).isPresent());
        return !seen
                && writer.client()
                        .find(target.kind(), target.key())
                        .filter(object -> ours(object, from))
                        .isPresent();
    }

    private boolean apply(Turn turn, Desired desired, Snapshot<S, T> from) {
        Target target = desired.target();
        Optional<JsonObject> live = live(target);
        if (live.isEmpty()) {
            if (ours(desired.object(), from) && !alive(turn, from)) {
                return false;
            }
        } else {
            JsonObject there = live.get();
            if (AppliedAlready.test(there, desired.object(), writer.manager())
                    || writer.settled().test(target, Settled.Part.APPLIED, desired.object(), there)) {
                return false;
            }
            if (ours(desired.object(), from) && !ours(there, from) && !appliedByUs(there)) {
                throw new TakenException(target + " is there already and does not belong to this resource");
            }
        }
        writer.apply(turn, target, desired.object());
        return true;
    }

    private boolean patch(Turn turn, Step.Patch step) {
        Target target = target(step.target());
        JsonObject patch = codec.encodePatch(step.patch());
        Optional<JsonObject> live = live(target);
        if (live.isPresent()) {
            JsonObject there = live.get();
            if (!Json.uid(there).equals(step.target().uid())) {
                throw new LookAgainException(target + " is another object by now");
            }
            if (Json.equal(Json.merged(there, patch), there)
                    || writer.settled().test(target, Settled.Part.PATCHED, guarded(patch, step), there)) {
                return false;
            }
        }
        try {
            writer.mergePatch(turn, target, guarded(patch, step));
        } catch (ApiException e) {
            if (e.conflict() || e.notFound()) {
                throw new LookAgainException(e.status());
            }
            throw e;
        }
        return true;
    }

    private static JsonObject guarded(JsonObject patch, Step.Patch step) {
        JsonObject meta = Json.with(
                Json.object(patch, "metadata"),
                "uid",
                new JsonPrimitive(step.target().uid()));
        return Json.with(patch, "metadata", meta);
    }

    private boolean delete(Turn turn, Step.Delete step) {
        Target target = target(step.target());
        String uid = step.target().uid();
        Optional<StoredObject> cached = caches.find(target.kind()).flatMap(cache -> cache.get(target.key()));
        if (cached.isPresent()
                && cached.get().uid().equals(uid)
                && goingAsSoon(cached.get().json(), step)) {
            return false;
        }
        var options = DeleteOptions.DEFAULT
                .uid(uid)
                .resourceVersion(step.resourceVersion())
                .grace(step.grace());
        try {
            writer.delete(turn, target, options, uid);
        } catch (ApiException e) {
            if (!e.conflict()) {
                throw e;
            }
            if (step.resourceVersion() != null) {
                throw new LookAgainException(e.status());
            }
            // another object bears the name: the one that was meant is gone
            writer.gone(turn, target, uid);
        }
        return true;
    }

    private static boolean goingAsSoon(JsonObject live, Step.Delete step) {
        if (Json.text(live, "metadata", "deletionTimestamp").isEmpty()) {
            return false;
        }
        long current = Json.number(0, live, "metadata", "deletionGracePeriodSeconds");
        return step.grace() == null || step.grace().toSeconds() >= current;
    }

    private boolean perform(Turn turn, Act act, Snapshot<S, T> from) throws Exception {
        for (Controller.Performance<?, S, T> performance : controller.performers()) {
            if (performance.family().isInstance(act)) {
                turn.allow(performance.deadline());
                try {
                    perform(performance, act, from, turn::permit);
                } finally {
                    turn.allowAgain();
                }
                return true;
            }
        }
        throw new IllegalStateException("nobody performs " + act.getClass().getSimpleName() + ": add .performs(...)");
    }

    private static <A extends Act, S, T> void perform(
            Controller.Performance<A, S, T> performance, Act act, Snapshot<S, T> from, Permission permission)
            throws Exception {
        performance.performer().perform(performance.family().cast(act), from.seen(), permission);
    }

    private static Target target(Step.Target target) {
        return new Target(BuiltInKinds.of(target.type()), target.key());
    }

    /** The object as it stands: from the cache where its kind is followed as a whole, else from the API. */
    private Optional<JsonObject> live(Target target) {
        return caches.find(target.kind())
                .filter(cache -> cache.covers(target.key()))
                .map(cache -> cache.get(target.key()).map(StoredObject::json))
                .orElseGet(() -> writer.client().find(target.kind(), target.key()));
    }

    private static boolean ours(JsonObject object, Snapshot<?, ?> from) {
        return Json.objects(object, "metadata", "ownerReferences").stream()
                .anyMatch(owner -> Json.text(owner, "uid").equals(from.meta().uid()));
    }

    // someone took the owner reference away: it is put back
    private boolean appliedByUs(JsonObject live) {
        return Json.objects(live, "metadata", "managedFields").stream()
                .anyMatch(entry -> Json.text(entry, "manager").equals(writer.manager())
                        && Json.text(entry, "operation").equals("Apply"));
    }

    /**
     * Tells whether the resource is still there and nobody has deleted it. Where its children were all made before, one
     * that is missing may have been collected with it, so then the API is asked, and not the cache.
     *
     * @throws LookAgainException if the cache is behind
     */
    private boolean alive(Turn turn, Snapshot<S, T> from) {
        var owner = new Target(KindRef.of(controller.kind()), from.key());
        boolean shown = caches.of(owner.kind())
                .get(from.key())
                .filter(object -> object.uid().equals(from.meta().uid()) && !object.deleting())
                .isPresent();
        if (shown && settled(from) && !lives(owner, from)) {
            writer.gone(turn, owner, from.meta().uid());
            throw new LookAgainException(owner + " is gone or going by now");
        }
        return shown;
    }

    private static boolean settled(Snapshot<?, ?> from) {
        return StatusDocument.observedGeneration(from.object()) == from.meta().generation();
    }

    private boolean lives(Target owner, Snapshot<S, T> from) {
        return writer.find(owner, from.meta().uid())
                .filter(object ->
                        Json.text(object, "metadata", "deletionTimestamp").isEmpty())
                .isPresent();
    }
}
