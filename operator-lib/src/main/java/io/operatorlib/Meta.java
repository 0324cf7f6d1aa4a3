package io.operatorlib;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of an object's metadata that reconcilers use. Read-only: the engine writes metadata by patches of its own.
 *
 * @param generation counts the changes of the spec
 * @param deletionTimestamp when the object's time to end runs out; null while nobody has deleted it
 */
public record Meta(
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        long generation,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Owner> owners,
        List<String> finalizers,
        @Nullable Instant creationTimestamp,
        @Nullable Instant deletionTimestamp) {

    public Meta {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        owners = List.copyOf(owners);
        finalizers = List.copyOf(finalizers);
    }

    /**
     * An owner reference.
     *
     * @param controller whether this owner is the managing controller
     */
    public record Owner(String apiVersion, String kind, String name, String uid, boolean controller) {}

    public ResourceKey key() {
        return new ResourceKey(namespace, name);
    }

    /** Tells whether the object has been deleted and waits for its finalizers or its grace period. */
    public boolean deleting() {
        return deletionTimestamp != null;
    }

    public Optional<Owner> controllingOwner() {
        return owners.stream().filter(Owner::controller).findFirst();
    }
}
