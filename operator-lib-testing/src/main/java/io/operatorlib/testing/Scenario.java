package io.operatorlib.testing;

/**
 * A story that is told again and again: it builds the world in the simulation it is given, lets things happen, and
 * throws if they do not end as they should. It keeps nothing from one time to the next, so several may run at once.
 */
@FunctionalInterface
public interface Scenario {
    void play(Sim sim) throws Exception;
}
