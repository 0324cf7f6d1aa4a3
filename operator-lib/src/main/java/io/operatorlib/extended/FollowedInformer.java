package io.operatorlib.extended;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.TransformFunc;
import io.kubernetes.client.informer.cache.Indexer;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.engine.Lookup;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.kube.KindRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operator's cache of a kind, as client-java's informers look. The operator runs and stops it. Objects are decoded
 * for each reader, so that nobody changes what others see.
 */
final class FollowedInformer<K extends KubernetesObject> implements SharedIndexInformer<K> {
    private final Class<K> type;
    private final KindRef kind;
    private final FollowedIndexer<K> indexer;
    private final List<ResourceEventHandler<K>> handlers = new ArrayList<>();
    private volatile @Nullable Lookup lookup;

    FollowedInformer(Class<K> type, KindRef kind) {
        this.type = type;
        this.kind = kind;
        this.indexer = new FollowedIndexer<>(this::informers, this::decode);
    }

    void attach(Lookup caches) {
        lookup = caches;
        handlers.forEach(handler -> caches.follow(kind, change -> tell(handler, change)));
    }

    List<Informer> informers() {
        Lookup attached = lookup;
        return attached == null ? List.of() : attached.informers(kind);
    }

    private K decode(StoredObject stored) {
        Lookup attached = lookup;
        if (attached == null) {
            throw new IllegalStateException("the operator of this informer has not started");
        }
        return attached.codec().decode(type, stored.json());
    }

    // one that cannot be read is as good as not there: what reads it is told of by name
    private Optional<K> readable(@Nullable StoredObject stored) {
        try {
            return Optional.ofNullable(stored).map(this::decode);
        } catch (CodecException e) {
            return Optional.empty();
        }
    }

    private void tell(ResourceEventHandler<K> handler, Change change) {
        Optional<K> before = readable(change.before());
        Optional<K> after = readable(change.after());
        if (before.isPresent() && after.isPresent()) {
            handler.onUpdate(before.get(), after.get());
        } else {
            after.ifPresent(handler::onAdd);
            before.ifPresent(object -> handler.onDelete(object, false));
        }
    }

    @Override
    public void addEventHandler(ResourceEventHandler<K> handler) {
        if (lookup != null) {
            throw new IllegalStateException("handlers are added before the operator starts");
        }
        handlers.add(handler);
    }

    /** Adds a handler; the period is not needed, for nothing is ever left untold. */
    @Override
    public void addEventHandlerWithResyncPeriod(ResourceEventHandler<K> handler, long resyncPeriodMillis) {
        addEventHandler(handler);
    }

    /** Does nothing: the operator runs it. */
    @Override
    public void run() {}

    /** Does nothing: the operator stops it. */
    @Override
    public void stop() {}

    @Override
    public boolean hasSynced() {
        List<Informer> all = informers();
        return !all.isEmpty() && all.stream().allMatch(Informer::synced);
    }

    @Override
    public String lastSyncResourceVersion() {
        return informers().stream()
                .map(informer -> informer.store().resourceVersion())
                .collect(Collectors.joining(","));
    }

    /**
     * Refuses.
     *
     * @throws UnsupportedOperationException always: to keep less of each object, move to a {@code Selection}
     */
    @Override
    public void setTransform(TransformFunc transform) {
        throw new UnsupportedOperationException("objects are kept whole; use io.operatorlib.Selection to keep less");
    }

    @Override
    public void addIndexers(Map<String, Function<K, List<String>>> indexers) {
        indexer.addIndexers(indexers);
    }

    @Override
    public Indexer<K> getIndexer() {
        return indexer;
    }
}
