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
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows reconcilers and fact sources what the caches hold. */
final class Observer<S, T> {
    private final Controller<S, T> controller;
    private final ObjectReader reader;
    private final Caches caches;
    private final Scheduler scheduler;
    private final List<WatchedObjects<S, T, ?, ?>> watched = new ArrayList<>();

    Observer(Controller<S, T> controller, Codec codec, Caches caches, Scheduler scheduler) {
        this.controller = controller;
        this.reader = new ObjectReader(codec);
        this.caches = caches;
        this.scheduler = scheduler;
        controller.watched().forEach(each -> watched.add(watching(each)));
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
        return caches.of(primary()).get(key).map(stored -> reader.codec().meta(stored.json()));
    }

    KindRef primary() {
        return KindRef.of(controller.kind());
    }

    private Snapshot<S, T> snapshot(StoredObject stored, Outcome lastOutcome, Facts facts) {
        JsonObject object = stored.json();
        Kind<S, T> kind = controller.kind();
        Resource<S, T> resource = reader.resource(kind, stored, object);
        var builder = Observed.of(kind, resource)
                .lastOutcome(lastOutcome)
                .now(scheduler.now())
                .nonce(scheduler.random().nextLong());
        controller.owned().forEach(selection -> addOwned(builder, selection, stored.uid()));
        watched.forEach(objects -> addWatched(builder, objects, resource));
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
                        .map(child -> reader.object(selection, child))
                        .toList());
    }

    private static <S, T, C extends KubernetesObject, V> void addWatched(
            Observed.Builder<S, T> builder, WatchedObjects<S, T, C, V> objects, Resource<S, T> resource) {
        builder.watched(objects.seenAs(), objects.of(resource));
    }

    /** The objects of each type that is watched. */
    List<WatchedObjects<S, T, ?, ?>> watched() {
        return watched;
    }

    /** How many of the objects that are watched cannot be read. */
    int unreadable() {
        return watched.stream().mapToInt(WatchedObjects::unreadable).sum();
    }

    private <C extends KubernetesObject, V> WatchedObjects<S, T, C, V> watching(Controller.Watched<S, T, C, V> each) {
        return new WatchedObjects<>(each, reader, caches, this::resources);
    }

    private List<Resource<S, T>> resources() {
        return caches.of(primary()).all().stream()
                .flatMap(stored -> readable(stored).stream())
                .toList();
    }

    // one that cannot be read is reported by its own reconcile
    private Optional<Resource<S, T>> readable(StoredObject stored) {
        try {
            return Optional.of(reader.resource(controller.kind(), stored, stored.json()));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked") // the controller's methods keep the class and the source of one type
    private static <S, T, F> void addFact(Observed.Builder<S, T> builder, Class<F> type, Fact<?> fact) {
        builder.fact(type, (Fact<F>) fact);
    }

    /** What a cache is to keep of the selected objects. */
    Projection projection(Selection<?, ?> selection) {
        return reader.projection(selection);
    }
}
