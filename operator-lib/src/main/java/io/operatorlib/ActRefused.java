package io.operatorlib;

/**
 * Thrown by a {@link Performer} that does not carry an act out, because a precondition does not hold any more or the
 * outside refused. The reason and the message stand in {@link Outcome.Failed} and in the {@code Reconciled} condition.
 */
public final class ActRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * A refusal.
     *
     * @param reason one word in CamelCase, stable: programs may switch on it
     * @param message for people
     */
    public ActRefused(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ActRefused(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
