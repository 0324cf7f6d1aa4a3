package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.Store;
import io.operatorlib.internal.cache.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The objects of a view, from all the namespaces that the operator looks at: one informer for each. */
final class KindCache {
    private final View view;
    private final List<Informer> informers;

    KindCache(View view, List<Informer> informers) {
        this.view = view;
        this.informers = List.copyOf(informers);
    }

    View view() {
        return view;
    }

    List<Informer> informers() {
        return informers;
    }

    boolean synced() {
        return informers.stream().allMatch(Informer::synced);
    }

    Optional<StoredObject> get(ResourceKey key) {
        return informers.stream()
                .filter(informer -> covers(informer, key))
                .flatMap(informer -> informer.store().get(key).stream())
                .findFirst();
    }

    List<StoredObject> ownedBy(String uid) {
        return sorted(informers.stream().flatMap(informer -> informer.store().ownedBy(uid).stream()));
    }

    List<StoredObject> all() {
        return sorted(informers.stream().flatMap(informer -> informer.store().all().stream()));
    }

    /** Tells whether an object of that name would be seen here. */
    boolean covers(ResourceKey key) {
        return informers.stream().anyMatch(informer -> covers(informer, key));
    }

    /** Tells whether a write is seen here, by {@link Store#reflects}. */
    boolean reflects(ResourceKey key, String version, long repliedAt) {
        return informers.stream()
                .filter(informer -> covers(informer, key))
                .allMatch(informer -> informer.store().reflects(version, repliedAt));
    }

    private boolean covers(Informer informer, ResourceKey key) {
        String namespace = informer.query().namespace();
        return namespace.isEmpty() || !view.kind().namespaced() || namespace.equals(key.namespace());
    }

    private static List<StoredObject> sorted(Stream<StoredObject> objects) {
        var list = new ArrayList<>(objects.toList());
        list.sort((a, b) -> a.key().compareTo(b.key()));
        return list;
    }
}
