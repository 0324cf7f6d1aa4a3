package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one resource, and what is to be said of it: an immutable value. The engine carries the
 * steps out in order, stops at the first that fails, and then writes the status if it changed.
 *
 * @param status what to report; null leaves the status' own fields out and reports the conditions only. A plan with
 *     neither reports nothing: the status stays as it stands
 * @param steps in order
 * @param conditions one of each type
 * @param notes what a person must know, as Kubernetes Events
 * @param finalizers those that the resource is to have: stored before the first step, and removed, when the resource
 *     is being deleted and the plan no longer names them, after the last
 * @param requeueAfter when to look again though nothing was seen to change
 */
public record Plan<T>(
        @Nullable T status,
        List<Step> steps,
        List<Condition> conditions,
        List<Note> notes,
        List<String> finalizers,
        Optional<Duration> requeueAfter) {

    public Plan {
        steps = List.copyOf(steps);
        conditions = List.copyOf(conditions);
        notes = List.copyOf(notes);
        finalizers = List.copyOf(finalizers);
    }

    /**
     * A Kubernetes Event to be.
     *
     * @param warning whether its type is Warning rather than Normal
     * @param reason one word in CamelCase
     */
    public record Note(boolean warning, String reason, String message) {}

    public static <T> Plan<T> of(T status) {
        return new Plan<>(status, List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    /** A plan for a kind without a status of its own. */
    public static <T> Plan<T> withoutStatus() {
        return new Plan<>(null, List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    /**
     * Creates an object that must not exist yet.
     *
     * @throws IllegalArgumentException if the object was read from the API rather than built
     */
    public Plan<T> create(KubernetesObject object) {
        return then(new Step.Create(built(object)));
    }

    /**
     * Applies an object: it will have the fields given here, and lose those that an earlier apply gave it and this one
     * does not.
     *
     * @throws IllegalArgumentException if the object was read from the API rather than built: what an older model
     *     left out of it would be erased
     */
    public Plan<T> apply(KubernetesObject object) {
        return then(new Step.Apply(built(object)));
    }

    /** Merge-patches an observed object; a null value removes. */
    public Plan<T> patch(KubernetesObject observed, Map<String, ?> patch) {
        return then(new Step.Patch(target(observed), patch));
    }

    /** Gives an observed object a label, or takes it away where the value is null; nothing where it is so already. */
    public Plan<T> label(KubernetesObject observed, String name, @Nullable String value) {
        var labels = observed.getMetadata().getLabels();
        if (Objects.equals(labels == null ? null : labels.get(name), value)) {
            return this;
        }
        var label = new HashMap<String, Object>();
        label.put(name, value);
        return patch(observed, Map.of("metadata", Map.of("labels", label)));
    }

    /** Deletes an observed object, if it is still the same one. */
    public Plan<T> delete(KubernetesObject observed) {
        return then(new Step.Delete(target(observed), null, null));
    }

    /** Deletes an observed object, if it is still the same one and has not been changed since. */
    public Plan<T> deleteUnchanged(KubernetesObject observed) {
        return then(new Step.Delete(
                target(observed), Objects.requireNonNull(observed.getMetadata()).getResourceVersion(), null));
    }

    /** Deletes an observed object, with a grace period of its own. */
    public Plan<T> delete(KubernetesObject observed, Duration grace) {
        return then(new Step.Delete(target(observed), null, grace));
    }

    public Plan<T> act(Act act) {
        return then(new Step.Perform(act));
    }

    public Plan<T> then(Step step) {
        return new Plan<>(status, plus(steps, step), conditions, notes, finalizers, requeueAfter);
    }

    public Plan<T> condition(Condition condition) {
        var others = new ArrayList<>(conditions);
        others.removeIf(other -> other.type().equals(condition.type()));
        return new Plan<>(status, steps, plus(others, condition), notes, finalizers, requeueAfter);
    }

    /** Tells people something, once: the same words about the same resource make one Event. */
    public Plan<T> note(String reason, String message) {
        return note(new Note(false, reason, message));
    }

    /** Warns people of something, once: the same words about the same resource make one Event. */
    public Plan<T> warn(String reason, String message) {
        return note(new Note(true, reason, message));
    }

    private Plan<T> note(Note note) {
        return new Plan<>(status, steps, conditions, plus(notes, note), finalizers, requeueAfter);
    }

    /** Keeps a finalizer on the resource; left out of the plan of a resource that is being deleted, it goes. */
    public Plan<T> finalizer(String name) {
        return new Plan<>(status, steps, conditions, notes, plus(finalizers, name), requeueAfter);
    }

    public Plan<T> requeueAfter(Duration time) {
        return new Plan<>(status, steps, conditions, notes, finalizers, Optional.of(time));
    }

    private static <E> List<E> plus(List<E> list, E more) {
        var all = new ArrayList<>(list);
        all.add(more);
        return all;
    }

    private static KubernetesObject built(KubernetesObject object) {
        var meta = object.getMetadata();
        if (meta == null || meta.getName() == null) {
            throw new IllegalArgumentException("an object to create or apply needs metadata.name: " + object);
        }
        if (meta.getUid() != null || meta.getResourceVersion() != null) {
            throw new IllegalArgumentException("only a newly built object can be created or applied, not one that was"
                    + " read from the API: build " + meta.getName() + " anew, or use patch");
        }
        return object;
    }

    private static Step.Target target(KubernetesObject observed) {
        var meta = Objects.requireNonNull(observed.getMetadata(), "metadata");
        if (meta.getUid() == null) {
            throw new IllegalArgumentException(
                    "only an observed object can be patched or deleted; " + meta.getName() + " has no UID");
        }
        String namespace = meta.getNamespace() == null ? "" : meta.getNamespace();
        return new Step.Target(observed.getClass(), new ResourceKey(namespace, meta.getName()), meta.getUid());
    }
}
