package io.operatorlib.extended;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.informer.cache.Caches;
import io.kubernetes.client.informer.cache.Indexer;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.CodecException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A read-only look at an operator's cache, as client-java's listers want it. An index is computed when it is asked for:
 * its cost grows with the number of objects, that of the namespace index apart.
 */
final class FollowedIndexer<K extends KubernetesObject> implements Indexer<K> {
    private final Supplier<List<Informer>> informers;
    private final Function<StoredObject, K> decode;
    private final Map<String, Function<K, List<String>>> indexers = new ConcurrentHashMap<>();

    FollowedIndexer(Supplier<List<Informer>> informers, Function<StoredObject, K> decode) {
        this.informers = informers;
        this.decode = decode;
        indexers.put(Caches.NAMESPACE_INDEX, Caches::metaNamespaceIndexFunc);
    }

    private Stream<StoredObject> stored() {
        return informers.get().stream().flatMap(informer -> informer.store().all().stream());
    }

    private static String name(ResourceKey key) {
        return key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
    }

    @Override
    public List<K> list() {
        return readable(stored());
    }

    // one that cannot be read stops nobody who reads others: its own reconcile, or its watch, names it
    private List<K> readable(Stream<StoredObject> objects) {
        return objects.flatMap(object -> readable(object).stream()).toList();
    }

    private Optional<K> readable(StoredObject object) {
        try {
            return Optional.of(decode.apply(object));
        } catch (CodecException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> listKeys() {
        return stored().map(object -> name(object.key())).toList();
    }

    @Override
    public @Nullable K getByKey(String key) {
        int slash = key.indexOf('/');
        var wanted = new ResourceKey(slash < 0 ? "" : key.substring(0, slash), key.substring(slash + 1));
        return informers.get().stream()
                .flatMap(informer -> informer.store().get(wanted).stream())
                .findFirst()
                .map(decode)
                .orElse(null);
    }

    @Override
    public @Nullable Object get(K object) {
        return getByKey(Caches.metaNamespaceKeyFunc(object));
    }

    @Override
    public List<K> byIndex(String indexName, String indexKey) {
        if (indexName.equals(Caches.NAMESPACE_INDEX)) {
            return readable(stored().filter(object -> object.key().namespace().equals(indexKey)));
        }
        var index = function(indexName);
        return list().stream()
                .filter(object -> index.apply(object).contains(indexKey))
                .toList();
    }

    @Override
    public List<K> index(String indexName, K object) {
        var index = function(indexName);
        List<String> keys = index.apply(object);
        return list().stream()
                .filter(other -> index.apply(other).stream().anyMatch(keys::contains))
                .toList();
    }

    @Override
    public List<String> indexKeys(String indexName, String indexKey) {
        return byIndex(indexName, indexKey).stream()
                .map(Caches::metaNamespaceKeyFunc)
                .toList();
    }

    private Function<K, List<String>> function(String indexName) {
        var index = indexers.get(indexName);
        if (index == null) {
            throw new IllegalArgumentException("there is no index " + indexName);
        }
        return index;
    }

    @Override
    public Map<String, Function<K, List<String>>> getIndexers() {
        return Map.copyOf(indexers);
    }

    @Override
    public void addIndexers(Map<String, Function<K, List<String>>> more) {
        indexers.putAll(more);
    }

    @Override
    public void add(K object) {
        throw readOnly();
    }

    @Override
    public void update(K object) {
        throw readOnly();
    }

    @Override
    public void delete(K object) {
        throw readOnly();
    }

    @Override
    public void replace(List<K> objects, String version) {
        throw readOnly();
    }

    /** Does nothing: nothing is ever out of step. */
    @Override
    public void resync() {}

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("the operator fills its caches");
    }
}
