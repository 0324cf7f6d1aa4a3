package io.operatorlib.internal.engine;

/** Thrown where a name is taken by an object of somebody else. */
final class TakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TakenException(String what) {
        super(what);
    }
}
