package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1OwnerReference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything a reconciler may look at: one resource, the objects that it owns, facts from outside Kubernetes, and what
 * became of the last plan. A snapshot: no child in it is older than our own last successful write of it.
 */
public final class Observed<S, T> {
    private final Kind<S, T> kind;
    private final Resource<S, T> resource;
    private final Map<Class<?>, List<?>> owned;
    private final Map<Class<?>, List<?>> watched;
    private final Map<Class<?>, Fact<?>> facts;
    private final Outcome lastOutcome;
    private final Instant now;
    private final long nonce;

    private Observed(Builder<S, T> builder) {
        this.kind = builder.kind;
        this.resource = builder.resource;
        this.owned = Map.copyOf(builder.owned);
        this.watched = Map.copyOf(builder.watched);
        this.facts = Map.copyOf(builder.facts);
        this.lastOutcome = builder.lastOutcome;
        this.now = builder.now;
        this.nonce = builder.nonce;
    }

    /** Begins an observation; for tests of reconcilers, and for the engine. */
    public static <S, T> Builder<S, T> of(Kind<S, T> kind, Resource<S, T> resource) {
        return new Builder<>(kind, resource);
    }

    public Kind<S, T> kind() {
        return kind;
    }

    public Resource<S, T> resource() {
        return resource;
    }

    public Meta meta() {
        return resource.meta();
    }

    public S spec() {
        return resource.spec();
    }

    /**
     * The status as it stands, for showing what changed. Nothing is to be decided from it: anybody may have written
     * it, and it may be older than the world.
     */
    public Optional<T> status() {
        return Optional.ofNullable(resource.status());
    }

    /** Tells whether the resource is being deleted. */
    public boolean deleting() {
        return meta().deleting();
    }

    /**
     * The objects of a type that this resource owns, by UID, in the order of their names.
     *
     * @param type the class as which they are seen
     * @throws IllegalArgumentException if the controller was not told that it {@code owns} the type
     */
    @SuppressWarnings("unchecked") // the builder's methods keep the key and the elements of one type
    public <V> List<V> owned(Class<V> type) {
        var objects = owned.get(type);
        if (objects == null) {
            throw new IllegalArgumentException(
                    "the controller of " + kind + " does not own " + type.getSimpleName() + ": add .owns(...)");
        }
        return (List<V>) objects;
    }

    /** The owned object of a type and name. */
    public <C extends KubernetesObject> Optional<C> owned(Class<C> type, String name) {
        return owned(type).stream()
                .filter(object -> name.equals(object.getMetadata().getName()))
                .findFirst();
    }

    /**
     * The objects of a type that concern this resource without being owned by it, in the order of their namespaces and
     * names.
     *
     * @param type the class as which they are seen
     * @throws IllegalArgumentException if the controller was not told that it {@code watches} the type
     */
    @SuppressWarnings("unchecked") // the builder's methods keep the key and the elements of one type
    public <V> List<V> watched(Class<V> type) {
        var objects = watched.get(type);
        if (objects == null) {
            throw new IllegalArgumentException(
                    "the controller of " + kind + " does not watch " + type.getSimpleName() + ": add .watches(...)");
        }
        return (List<V>) objects;
    }

    /**
     * What was observed outside.
     *
     * @throws IllegalArgumentException if the controller was not told to {@code observe} the type
     */
    @SuppressWarnings("unchecked") // the builder's methods keep the key and the fact of one type
    public <F> Fact<F> fact(Class<F> type) {
        var fact = facts.get(type);
        if (fact == null) {
            throw new IllegalArgumentException(
                    "the controller of " + kind + " does not observe " + type.getSimpleName() + ": add .observe(...)");
        }
        return (Fact<F>) fact;
    }

    public Outcome lastOutcome() {
        return lastOutcome;
    }

    /** The time of this observation. */
    public Instant now() {
        return now;
    }

    /** A random number drawn for this observation: what a new name or a password is made from. */
    public long nonce() {
        return nonce;
    }

    /** Metadata for an object named after this resource, {@code <name>-<suffix>}, and owned by it. */
    public V1ObjectMeta childMeta(String suffix) {
        return ownedMeta(meta().name() + "-" + suffix);
    }

    /** Metadata for an object with that name, in this resource's namespace, owned by it. */
    public V1ObjectMeta ownedMeta(String name) {
        return new V1ObjectMeta().namespace(meta().namespace()).name(name).addOwnerReferencesItem(ownerReference());
    }

    /** The reference that makes an object ours. */
    public V1OwnerReference ownerReference() {
        return new V1OwnerReference()
                .apiVersion(kind.apiVersion())
                .kind(kind.kind())
                .name(meta().name())
                .uid(meta().uid())
                .controller(true)
                .blockOwnerDeletion(true);
    }

    /** Builds an observation. */
    public static final class Builder<S, T> {
        private final Kind<S, T> kind;
        private final Resource<S, T> resource;
        private final Map<Class<?>, List<?>> owned = new LinkedHashMap<>();
        private final Map<Class<?>, List<?>> watched = new LinkedHashMap<>();
        private final Map<Class<?>, Fact<?>> facts = new LinkedHashMap<>();
        private Outcome lastOutcome = new Outcome.None();
        private Instant now = Instant.EPOCH;
        private long nonce;

        private Builder(Kind<S, T> kind, Resource<S, T> resource) {
            this.kind = kind;
            this.resource = resource;
        }

        public <V> Builder<S, T> owned(Class<V> type, List<V> objects) {
            owned.put(type, List.copyOf(objects));
            return this;
        }

        public <V> Builder<S, T> watched(Class<V> type, List<V> objects) {
            watched.put(type, List.copyOf(objects));
            return this;
        }

        public <F> Builder<S, T> fact(Class<F> type, @Nullable Fact<F> fact) {
            facts.put(type, fact == null ? Fact.<F>asking("not observed yet") : fact);
            return this;
        }

        public Builder<S, T> lastOutcome(Outcome outcome) {
            lastOutcome = outcome;
            return this;
        }

        public Builder<S, T> now(Instant time) {
            now = time;
            return this;
        }

        public Builder<S, T> nonce(long random) {
            nonce = random;
            return this;
        }

        public Observed<S, T> build() {
            return new Observed<>(this);
        }
    }
}
