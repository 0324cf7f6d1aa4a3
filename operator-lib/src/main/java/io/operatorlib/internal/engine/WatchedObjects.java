package io.operatorlib.internal.engine;

import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Controller;
import io.operatorlib.Resource;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.cache.StoredObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one type that a controller watches, and which resources they concern.
 *
 * <p><b>Guarantees.</b> One that cannot be read is named in the log, and harms nobody but those whom it concerned when
 * it could last be read: for them it is not absent, they fail and name it. Whom it concerns where nobody could ever read
 * it, nobody knows.
 */
final class WatchedObjects<S, T, C extends KubernetesObject, V> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedObjects.class);

    private final Controller.Watched<S, T, C, V> watched;
    private final ObjectReader reader;
    private final Caches caches;
    private final Supplier<List<Resource<S, T>>> resources;
    // by a mapper: all; else: those that cannot be read
    private final Concerned concerned = new Concerned();
    private final Set<ResourceKey> unreadable = new HashSet<>();

    /**
     * Prepares.
     *
     * @param resources all that can be read
     */
    WatchedObjects(
            Controller.Watched<S, T, C, V> watched,
            ObjectReader reader,
            Caches caches,
            Supplier<List<Resource<S, T>>> resources) {
        this.watched = watched;
        this.reader = reader;
        this.caches = caches;
        this.resources = resources;
    }

    Class<V> seenAs() {
        return watched.selection().seenAs();
    }

    View view() {
        return View.of(watched.selection());
    }

    /** What a cache is to keep of each. */
    Projection projection() {
        return reader.projection(watched.selection());
    }

    /** How many there are that cannot be read. */
    int unreadable() {
        synchronized (unreadable) {
            return unreadable.size();
        }
    }

    /**
     * The objects that concern a resource, in the order of their keys.
     *
     * @throws UndecodableException if one of them cannot be read
     */
    List<V> of(Resource<S, T> resource) {
        KindCache cache = caches.of(view());
        List<V> known = concerned.of(resource.key()).stream()
                .flatMap(key -> cache.get(key).stream())
                .map(stored -> reader.object(watched.selection(), stored))
                .toList();
        return watched.relation() instanceof Controller.Relation.Mapper
                ? known
                : cache.all().stream()
                        .flatMap(stored -> readable(stored).stream())
                        .filter(object -> concerns(resource, object))
                        .toList();
    }

    /** The resources that an object concerns or concerned, by what it was before a change and is after it. */
    Set<ResourceKey> changed(Change change) {
        ResourceKey key = change.key();
        Optional<V> after;
        try {
            after = Optional.ofNullable(change.after()).map(stored -> reader.object(watched.selection(), stored));
            note(key, false);
        } catch (UndecodableException e) {
            LOG.error("a watched object is left out problem=\"{}\"", e.getMessage());
            note(key, true);
            return whoKnewIt(change);
        }
        if (watched.relation() instanceof Controller.Relation.Mapper<S, T, V> mapper) {
            return concerned.changed(key, after.map(mapper.keys()).orElse(Set.of()));
        }
        var told = new TreeSet<>(tested(change.before(), after));
        told.addAll(concerned.changed(key, Set.of()));
        return told;
    }

    /** The resources that an object concerned when it could last be read. */
    private Set<ResourceKey> whoKnewIt(Change change) {
        var known = new TreeSet<>(concerned.last(change.key()));
        if (watched.relation() instanceof Controller.Relation.Concerns) {
            known.addAll(tested(change.before(), Optional.empty()));
        }
        return concerned.changed(change.key(), known);
    }

    private void note(ResourceKey object, boolean broken) {
        synchronized (unreadable) {
            if (broken) {
                unreadable.add(object);
            } else {
                unreadable.remove(object);
            }
        }
    }

    private Set<ResourceKey> tested(@Nullable StoredObject before, Optional<V> after) {
        var states = Stream.concat(readable(before).stream(), after.stream()).toList();
        var keys = new TreeSet<ResourceKey>();
        for (Resource<S, T> resource : states.isEmpty() ? List.<Resource<S, T>>of() : resources.get()) {
            if (states.stream().anyMatch(state -> concerns(resource, state))) {
                keys.add(resource.key());
            }
        }
        return keys;
    }

    private boolean concerns(Resource<S, T> resource, V object) {
        return watched.relation() instanceof Controller.Relation.Concerns<S, T, V> concerns
                && concerns.test().test(resource, object);
    }

    private Optional<V> readable(@Nullable StoredObject stored) {
        try {
            return Optional.ofNullable(stored).map(object -> reader.object(watched.selection(), object));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }
}
