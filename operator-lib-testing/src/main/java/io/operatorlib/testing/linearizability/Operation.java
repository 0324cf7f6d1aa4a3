package io.operatorlib.testing.linearizability;

/**
 * One thing that a client did to one register, and when. Times are of one clock for all clients, in whatever unit.
 *
 * @param client who did it, for the report
 * @param key the register
 * @param called before the request was sent
 * @param returned after its answer came; {@link #NEVER} where none came
 */
public record Operation(String client, String key, Action action, long called, long returned) {
    /**
     * When an operation returns of which nobody knows what became: it may take effect at any time after its call, or
     * never. A {@link Action.Swapped} that never returns is one that may have found something else, too.
     */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returned < called) {
            throw new IllegalArgumentException("it returned, at " + returned + ", before it was called: " + called);
        }
    }

    boolean answered() {
        return returned != NEVER;
    }
}
