package io.operatorlib.testing;

/**
 * The end of a simulated program: what every call through the doors of a crashed {@link Incarnation} throws, so that
 * its threads unwind. Nobody catches it but the simulation.
 */
public final class Crashed extends Error {
    private static final long serialVersionUID = 1;

    Crashed(String who) {
        super(who + " has crashed", null, false, false);
    }
}
