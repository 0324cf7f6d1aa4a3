package io.operatorlib.extended;

import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.engine.Imperative;
import io.operatorlib.internal.engine.Lookup;
import java.util.Collection;
import java.util.List;

/** Calls a client-java-extended reconciler for a key, and says what it answered. */
final class CallsReconciler implements Imperative<Object, Void> {
    private final Reconciler reconciler;
    private final List<FollowedInformer<?>> informers;

    CallsReconciler(Reconciler reconciler, Collection<FollowedInformer<?>> informers) {
        this.reconciler = reconciler;
        this.informers = List.copyOf(informers);
    }

    @Override
    public void attach(Lookup lookup) {
        informers.forEach(informer -> informer.attach(lookup));
    }

    @Override
    public Answer run(ResourceKey key) {
        Result result = reconciler.reconcile(
                key.namespace().isEmpty() ? new Request(key.name()) : new Request(key.namespace(), key.name()));
        if (result == null) {
            throw new IllegalStateException("the reconciler returned null");
        }
        if (!result.isRequeue()) {
            return new Answer.Done();
        }
        return result.getRequeueAfter() == null ? new Answer.Again() : new Answer.Later(result.getRequeueAfter());
    }
}
