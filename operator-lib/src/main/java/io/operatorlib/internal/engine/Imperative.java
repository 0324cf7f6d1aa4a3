package io.operatorlib.internal.engine;

import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Reconciler;
import io.operatorlib.ResourceKey;
import java.time.Duration;

/** A reconciler that observes and acts by itself: it is called with a key, whether its object is there or gone. */
public interface Imperative<S, T> extends Reconciler<S, T> {
    /** Is given the caches, before the operator starts. */
    void attach(Lookup lookup);

    /** Does its work for a key. What it throws is a failed attempt. */
    Answer run(ResourceKey key);

    @Override
    default Plan<T> reconcile(Observed<S, T> seen) {
        throw new IllegalStateException("it plans nothing");
    }

    /** When it is to be called again. */
    sealed interface Answer {
        /** At the next change. */
        record Done() implements Answer {}

        /** After its back-off. */
        record Again() implements Answer {}

        /** After that time. */
        record Later(Duration time) implements Answer {}
    }
}
