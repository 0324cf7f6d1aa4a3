package io.operatorlib.testing;

import org.jspecify.annotations.Nullable;

/** Thrown in the test's thread when a simulated run broke a rule; the message says which, when, and how to replay it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    SimulationFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
