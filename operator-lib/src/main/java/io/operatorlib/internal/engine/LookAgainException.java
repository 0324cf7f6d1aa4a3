package io.operatorlib.internal.engine;

/** Thrown where the world is not as it was observed: nothing has failed, but the plan is out of date. */
final class LookAgainException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LookAgainException(String what) {
        super(what);
    }
}
