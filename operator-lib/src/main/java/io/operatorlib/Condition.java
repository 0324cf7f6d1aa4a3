package io.operatorlib;

/**
 * One observation in a resource's status, after Kubernetes' API conventions. The engine adds
 * {@code lastTransitionTime} and {@code observedGeneration}.
 *
 * @param type what is observed, in CamelCase; one condition of each type
 * @param reason why, one word in CamelCase, stable: programs may switch on it
 * @param message why, for people, with what to do
 */
public record Condition(String type, Status status, String reason, String message) {

    /** The type of the condition that says whether the resource does its work. */
    public static final String READY = "Ready";

    /** The type of the condition that the engine keeps on every resource: whether the last plan was carried out. */
    public static final String RECONCILED = "Reconciled";

    /** Whether the observation holds; {@code UNKNOWN} where it cannot be told. */
    public enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** As Kubernetes writes it. */
        public String text() {
            return text;
        }

        public static Status of(boolean holds) {
            return holds ? TRUE : FALSE;
        }
    }

    public static Condition of(String type, boolean holds, String reason, String message) {
        return new Condition(type, Status.of(holds), reason, message);
    }

    public static Condition unknown(String type, String reason, String message) {
        return new Condition(type, Status.UNKNOWN, reason, message);
    }

    /** The {@link #READY} condition. */
    public static Condition ready(boolean holds, String reason, String message) {
        return of(READY, holds, reason, message);
    }
}
