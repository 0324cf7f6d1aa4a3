package io.operatorlib;

/**
 * Carries out the acts of one family. It checks an act's preconditions once more just before the effect, for the world
 * may have moved on since the plan was made, and is safe to run twice with the same act: after a crash, or where a
 * reply was lost, it will be.
 */
@FunctionalInterface
public interface Performer<A extends Act, S, T> {
    /**
     * Performs, blocking until the effect is known to have happened.
     *
     * @param seen the observation that the act was planned from
     * @param permission to be asked between the last look at the preconditions and the effect
     * @throws ActRefused if a precondition does not hold any more
     * @throws Exception if it failed, or if it is not known whether it did: the plan ends here, and the next
     *     observation tells
     */
    void perform(A act, Observed<S, T> seen, Permission permission) throws Exception;
}
