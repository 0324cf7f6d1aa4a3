package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Controller;
import io.operatorlib.Fact;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Outcome;
import io.operatorlib.Resource;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Shows reconcilers and fact sources what the caches hold. Every object is decoded anew for each observation, so that
 * what an author does to it harms nobody else.
 */
final class Observer<S, T> {
    private final Controller<S, T> controller;
    private final Codec codec;
    private final Caches caches;
    private final Scheduler scheduler;

    Observer(Controller<S, T> controller, Codec codec, Caches caches, Scheduler scheduler) {
        this.controller = controller;
        this.codec = codec;
        this.caches = caches;
        this.scheduler = scheduler;
    }

    /** What is known of one fact of a resource. */
    @FunctionalInterface
    interface Facts {
        Fact<?> of(ResourceKey key, Class<?> type);
    }

    /**
     * Observes a resource.
     *
     * @return empty where there is no such resource
     * @throws UndecodableException if it, or an object that concerns it, cannot be decoded: a child that cannot be
     *     read is not a child that is not there
     */
    Optional<Snapshot<S, T>> observe(ResourceKey key, Outcome lastOutcome, Facts facts) {
        return caches.of(primary()).get(key).map(stored -> snapshot(stored, lastOutcome, facts));
    }

    KindRef primary() {
        return KindRef.of(controller.kind());
    }

    private Snapshot<S, T> snapshot(StoredObject stored, Outcome lastOutcome, Facts facts) {
        JsonObject object = stored.json();
        Kind<S, T> kind = controller.kind();
        Resource<S, T> resource = decode(stored, object);
        var builder = Observed.of(kind, resource)
                .lastOutcome(lastOutcome)
                .now(scheduler.now())
                .nonce(scheduler.random().nextLong());
        controller.owned().forEach(type -> addOwned(builder, type, stored.uid()));
        controller.watched().forEach(watched -> addWatched(builder, watched, resource));
        controller
                .observations()
                .forEach(observed -> addFact(builder, observed.type(), facts.of(stored.key(), observed.type())));
        return new Snapshot<>(object, builder.build());
    }

    private <C extends KubernetesObject> void addOwned(Observed.Builder<S, T> builder, Class<C> type, String uid) {
        builder.owned(
                type,
                caches.of(BuiltInKinds.of(type)).ownedBy(uid).stream()
                        .map(child -> decode(type, child))
                        .toList());
    }

    private <C extends KubernetesObject> void addWatched(
            Observed.Builder<S, T> builder, Controller.Watched<S, T, C> watched, Resource<S, T> resource) {
        Predicate<C> concerns = concerning(watched.relation(), resource);
        var objects = new ArrayList<C>();
        for (StoredObject stored : caches.of(BuiltInKinds.of(watched.type())).all()) {
            C object = decode(watched.type(), stored);
            if (concerns.test(object)) {
                objects.add(object);
            }
        }
        builder.watched(watched.type(), objects);
    }

    private static <S, T, C extends KubernetesObject> Predicate<C> concerning(
            Controller.Relation<S, T, C> relation, Resource<S, T> resource) {
        if (relation instanceof Controller.Relation.Mapper<S, T, C> mapper) {
            return object -> mapper.keys().apply(object).contains(resource.key());
        }
        return object ->
                ((Controller.Relation.Concerns<S, T, C>) relation).test().test(resource, object);
    }

    /** The resources that a watched object concerns. */
    <C extends KubernetesObject> Set<ResourceKey> concerned(Controller.Watched<S, T, C> watched, StoredObject stored) {
        C object = decode(watched.type(), stored);
        if (watched.relation() instanceof Controller.Relation.Mapper<S, T, C> mapper) {
            return new TreeSet<>(mapper.keys().apply(object));
        }
        var keys = new TreeSet<ResourceKey>();
        for (StoredObject primary : caches.of(primary()).all()) {
            resource(primary)
                    .filter(resource -> concerning(watched.relation(), resource).test(object))
                    .ifPresent(resource -> keys.add(resource.key()));
        }
        return keys;
    }

    // one that cannot be decoded is reported by its own reconcile
    private Optional<Resource<S, T>> resource(StoredObject primary) {
        try {
            return Optional.of(decode(primary, primary.json()));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }

    private Resource<S, T> decode(StoredObject primary, JsonObject object) {
        try {
            return codec.resource(controller.kind(), object);
        } catch (CodecException e) {
            throw new UndecodableException(controller.kind().kind() + " " + primary.key(), e);
        }
    }

    @SuppressWarnings("unchecked") // the controller's methods keep the class and the source of one type
    private static <S, T, F> void addFact(Observed.Builder<S, T> builder, Class<F> type, Fact<?> fact) {
        builder.fact(type, (Fact<F>) fact);
    }

    private <C extends KubernetesObject> C decode(Class<C> type, StoredObject stored) {
        JsonObject json = stored.json();
        // nobody decides on managed fields, and they are often half of the object
        Json.object(json, "metadata").remove("managedFields");
        try {
            return codec.decode(type, json);
        } catch (CodecException e) {
            throw new UndecodableException(BuiltInKinds.of(type).kind() + " " + stored.key(), e);
        }
    }
}
