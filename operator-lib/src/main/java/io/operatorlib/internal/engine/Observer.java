package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Controller;
import io.operatorlib.Fact;
import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Outcome;
import io.operatorlib.Resource;
import io.operatorlib.ResourceKey;
import io.operatorlib.Selection;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.Scheduler;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Shows reconcilers and fact sources what the caches hold. Every object is decoded anew for each observation, so that
 * what an author does to it harms nobody else.
 */
final class Observer<S, T> {
    private final Controller<S, T> controller;
    private final Codec codec;
    private final Caches caches;
    private final Scheduler scheduler;
    private final List<Concerned> mapped; // one for each type that is watched

    Observer(Controller<S, T> controller, Codec codec, Caches caches, Scheduler scheduler) {
        this.controller = controller;
        this.codec = codec;
        this.caches = caches;
        this.scheduler = scheduler;
        this.mapped =
                controller.watched().stream().map(watched -> new Concerned()).toList();
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

    /** The metadata of a resource; empty where there is no such resource. */
    Optional<Meta> meta(ResourceKey key) {
        return caches.of(primary()).get(key).map(stored -> codec.meta(stored.json()));
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
        controller.owned().forEach(selection -> addOwned(builder, selection, stored.uid()));
        controller.watched().forEach(watched -> addWatched(builder, watched, resource));
        controller
                .observations()
                .forEach(observed -> addFact(builder, observed.type(), facts.of(stored.key(), observed.type())));
        return new Snapshot<>(object, builder.build());
    }

    private <C extends KubernetesObject, V> void addOwned(
            Observed.Builder<S, T> builder, Selection<C, V> selection, String uid) {
        builder.owned(
                selection.seenAs(),
                caches.of(View.of(selection)).ownedBy(uid).stream()
                        .map(child -> decode(selection, child))
                        .toList());
    }

    private <C extends KubernetesObject, V> void addWatched(
            Observed.Builder<S, T> builder, Controller.Watched<S, T, C, V> watched, Resource<S, T> resource) {
        KindCache cache = caches.of(View.of(watched.selection()));
        List<V> objects;
        if (watched.relation() instanceof Controller.Relation.Concerns<S, T, V> concerns) {
            objects = cache.all().stream()
                    .flatMap(stored -> readable(watched.selection(), stored).stream())
                    .filter(object -> concerns.test().test(resource, object))
                    .toList();
        } else {
            objects = mapped(watched).of(resource.key()).stream()
                    .flatMap(key -> cache.get(key).stream())
                    .map(stored -> decode(watched.selection(), stored))
                    .toList();
        }
        builder.watched(watched.selection().seenAs(), objects);
    }

    private Concerned mapped(Controller.Watched<S, T, ?, ?> watched) {
        return mapped.get(controller.watched().indexOf(watched));
    }

    /** The resources that a watched object concerns or concerned, by what it was before a change and is after it. */
    <C extends KubernetesObject, V> Set<ResourceKey> concerned(Controller.Watched<S, T, C, V> watched, Change change) {
        if (watched.relation() instanceof Controller.Relation.Mapper<S, T, V> mapper) {
            StoredObject after = change.after();
            Set<ResourceKey> now = after == null ? Set.of() : mapper.keys().apply(decode(watched.selection(), after));
            return mapped(watched).changed(change.key(), now);
        }
        var concerns = (Controller.Relation.Concerns<S, T, V>) watched.relation();
        List<V> states = Stream.of(Optional.ofNullable(change.before()), Optional.ofNullable(change.after()))
                .flatMap(Optional::stream)
                .flatMap(stored -> readable(watched.selection(), stored).stream())
                .toList();
        var keys = new TreeSet<ResourceKey>();
        for (StoredObject primary : caches.of(primary()).all()) {
            resource(primary)
                    .filter(resource ->
                            states.stream().anyMatch(state -> concerns.test().test(resource, state)))
                    .ifPresent(resource -> keys.add(resource.key()));
        }
        return keys;
    }

    // whom one that cannot be read concerns, nobody knows; its cache has reported it
    private <C extends KubernetesObject, V> Optional<V> readable(Selection<C, V> selection, StoredObject stored) {
        try {
            return Optional.of(decode(selection, stored));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
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

    /** What a cache is to keep of the selected objects. */
    <C extends KubernetesObject, V> Projection projection(Selection<C, V> selection) {
        return selection.seenAs() == (Class<?>) selection.type()
                ? Projection.whole()
                : json -> codec.encode(selection.projection().apply(codec.decode(selection.type(), unmanaged(json))));
    }

    private <C extends KubernetesObject, V> V decode(Selection<C, V> selection, StoredObject stored) {
        try {
            return codec.decode(selection.seenAs(), unmanaged(stored.json()));
        } catch (CodecException e) {
            throw new UndecodableException(BuiltInKinds.of(selection.type()).kind() + " " + stored.key(), e);
        }
    }

    // nobody decides on managed fields, and they are often half of the object
    private static JsonObject unmanaged(JsonObject json) {
        Json.object(json, "metadata").remove("managedFields");
        return json;
    }
}
