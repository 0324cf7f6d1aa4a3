package io.operatorlib;

/**
 * Makes a plan from what is observed: a pure function. It reads nothing but its argument, has no effect, and may be
 * called at any time, as often as one likes, by several threads for different resources.
 */
@FunctionalInterface
public interface Reconciler<S, T> {
    /**
     * Plans.
     *
     * @return never null; an exception is a failed attempt, which is repeated with back-off
     */
    Plan<T> reconcile(Observed<S, T> seen);
}
