package io.operatorlib.internal.engine;

import io.operatorlib.internal.cache.ChangeHandler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The caches of all kinds that an operator looks at; a kind that several controllers look at is followed once. Everybody
 * says what he is to be told of before the start.
 */
final class Caches {
    private final KubeClient client;
    private final Scheduler scheduler;
    private final List<String> namespaces;
    private final Map<KindRef, List<ChangeHandler>> handlers = new LinkedHashMap<>();
    private volatile Map<KindRef, KindCache> byKind = Map.of();

    Caches(KubeClient client, Scheduler scheduler, List<String> namespaces) {
        this.client = client;
        this.scheduler = scheduler;
        this.namespaces = List.copyOf(namespaces);
    }

    void follow(KindRef kind, ChangeHandler handler) {
        handlers.computeIfAbsent(kind, any -> new ArrayList<>()).add(handler);
    }

    /** Begins to follow. Once, and after all have said what they follow. */
    void start() {
        var caches = new LinkedHashMap<KindRef, KindCache>();
        handlers.forEach((kind, told) -> {
            Collection<String> scopes = namespaces.isEmpty() || !kind.namespaced() ? List.of("") : namespaces;
            var informers = scopes.stream()
                    .map(scope ->
                            new Informer(client, scheduler, ListQuery.all(kind).in(scope), told))
                    .toList();
            caches.put(kind, new KindCache(kind, informers));
        });
        byKind = Collections.unmodifiableMap(caches);
        informers().forEach(Informer::start);
    }

    /**
     * The cache of a kind.
     *
     * @throws IllegalArgumentException if nobody follows the kind
     */
    KindCache of(KindRef kind) {
        return find(kind).orElseThrow(() -> new IllegalArgumentException("nobody follows " + kind));
    }

    /** The cache of a kind; empty where nobody follows it. */
    Optional<KindCache> find(KindRef kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    boolean synced() {
        return byKind.values().stream().allMatch(KindCache::synced);
    }

    /** How many kinds are followed. */
    int kinds() {
        return byKind.size();
    }

    List<Informer> informers() {
        return byKind.values().stream()
                .flatMap(cache -> cache.informers().stream())
                .toList();
    }

    void stop() {
        informers().forEach(Informer::stop);
    }
}
