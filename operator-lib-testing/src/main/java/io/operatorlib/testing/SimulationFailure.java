package io.operatorlib.testing;

import org.jspecify.annotations.Nullable;

/** Thrown in the test's thread when a simulated run broke a rule; the message says which, when, and how to replay it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    private final String oracle;

    SimulationFailure(String message, @Nullable Throwable cause) {
        this("the simulation goes on", message, cause);
    }

    /** @param oracle what should have been, in a few words */
    SimulationFailure(String oracle, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.oracle = oracle;
    }

    /** What should have been, in a few words. */
    public String oracle() {
        return oracle;
    }
}
