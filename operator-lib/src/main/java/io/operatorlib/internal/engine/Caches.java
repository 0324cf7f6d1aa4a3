package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.operatorlib.internal.cache.ChangeHandler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.Projection;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.Scheduler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The caches of all that an operator looks at; a view that several controllers look at is followed once. Everybody says
 * what he is to be told of before the start.
 */
final class Caches {
    private final KubeClient client;
    private final Scheduler scheduler;
    private final List<String> namespaces;
    private final MeterRegistry meters;
    private final Map<View, Followers> followers = new LinkedHashMap<>();
    private volatile Map<View, KindCache> byView = Map.of();

    private record Followers(Projection projection, List<ChangeHandler> handlers) {}

    Caches(KubeClient client, Scheduler scheduler, List<String> namespaces, MeterRegistry meters) {
        this.client = client;
        this.scheduler = scheduler;
        this.namespaces = List.copyOf(namespaces);
        this.meters = meters;
    }

    /** Follows all objects of a kind, whole. */
    void follow(KindRef kind, ChangeHandler handler) {
        follow(View.whole(kind), Projection.whole(), handler);
    }

    void follow(View view, Projection projection, ChangeHandler handler) {
        followers
                .computeIfAbsent(view, any -> new Followers(projection, new ArrayList<>()))
                .handlers()
                .add(handler);
    }

    /** Begins to follow. Once, and after all have said what they follow. */
    void start() {
        var caches = new LinkedHashMap<View, KindCache>();
        followers.forEach((view, told) -> caches.put(view, new KindCache(view, informers(view, told))));
        byView = Collections.unmodifiableMap(caches);
        informers().forEach(Informer::start);
    }

    private List<Informer> informers(View view, Followers told) {
        Collection<String> scopes = namespaces.isEmpty() || !view.kind().namespaced() ? List.of("") : namespaces;
        return scopes.stream()
                .map(scope -> {
                    var informer =
                            new Informer(client, scheduler, view.query(scope), told.projection(), told.handlers());
                    measure(view, scope, informer);
                    return informer;
                })
                .toList();
    }

    private void measure(View view, String scope, Informer informer) {
        var tags = Tags.of(
                "kind", view.name(), "namespace", scope, "kept", view.seenAs().getSimpleName());
        var store = informer.store();
        Gauge.builder("operatorlib.cache.objects", store::size).tags(tags).register(meters);
        Gauge.builder("operatorlib.cache.broken", store::broken).tags(tags).register(meters);
        Gauge.builder("operatorlib.cache.size", store::bytes)
                .baseUnit("bytes")
                .tags(tags)
                .register(meters);
        FunctionCounter.builder("operatorlib.cache.lists", informer, Informer::lists)
                .tags(tags)
                .register(meters);
    }

    /**
     * The cache of all objects of a kind, whole.
     *
     * @throws IllegalArgumentException if nobody follows them
     */
    KindCache of(KindRef kind) {
        return of(View.whole(kind));
    }

    /**
     * The cache of a view.
     *
     * @throws IllegalArgumentException if nobody follows it
     */
    KindCache of(View view) {
        return Optional.ofNullable(byView.get(view))
                .orElseThrow(() -> new IllegalArgumentException("nobody follows " + view));
    }

    /** The cache of all objects of a kind, whole; empty where nobody follows them. */
    Optional<KindCache> find(KindRef kind) {
        return Optional.ofNullable(byView.get(View.whole(kind)));
    }

    /** All caches that objects of a kind may be in. */
    List<KindCache> views(KindRef kind) {
        return byView.values().stream()
                .filter(cache -> cache.view().kind().equals(kind))
                .toList();
    }

    boolean synced() {
        return byView.values().stream().allMatch(KindCache::synced);
    }

    /** How many views are followed. */
    int kinds() {
        return byView.size();
    }

    List<Informer> informers() {
        return byView.values().stream()
                .flatMap(cache -> cache.informers().stream())
                .toList();
    }

    void stop() {
        informers().forEach(Informer::stop);
    }
}
