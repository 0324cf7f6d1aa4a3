package io.operatorlib.testing.chaos;

/** Thrown in the test's thread when an operator did not come out whole; the message says how, under what, and how to see it again. */
public final class ChaosFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    ChaosFailure(String message) {
        super(message);
    }
}
