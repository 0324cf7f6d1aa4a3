package io.operatorlib.crd;

/** Thrown when a definition cannot be put in place: the operator cannot work until what the message says is mended. */
public final class CrdException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CrdException(String message) {
        super(message);
    }

    public CrdException(String message, Throwable cause) {
        super(message, cause);
    }
}
