package io.operatorlib;

/**
 * Asks something outside Kubernetes about one resource. It runs in the background, never in the reconciler; it may
 * block, and is interrupted where it takes longer than its deadline.
 */
@FunctionalInterface
public interface FactSource<S, T, F> {
    /**
     * Observes.
     *
     * @param seen the resource and its children as they stand when the observation begins, with the facts known so far
     * @return what was observed, with an {@code equals} by value: only a changed fact causes a reconcile
     * @throws Exception if it could not be observed: the fact is {@link Fact.Unknown} with the exception's message
     */
    F observe(Observed<S, T> seen) throws Exception;
}
