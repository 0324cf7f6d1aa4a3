package io.operatorlib.internal.engine;

import io.operatorlib.internal.cache.ChangeHandler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KindRef;
import java.util.List;

/** An operator's caches, as an {@link Imperative} reconciler is given them. */
record CacheLookup(Caches caches, Codec codec) implements Lookup {
    @Override
    public List<Informer> informers(KindRef kind) {
        return caches.find(kind).map(KindCache::informers).orElse(List.of());
    }

    @Override
    public void follow(KindRef kind, ChangeHandler handler) {
        caches.follow(kind, handler);
    }
}
