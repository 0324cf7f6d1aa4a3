package io.operatorlib.etcd;

/** What the planner says: at most one move. */
public sealed interface Decision {

    record Do(Move move) implements Decision {}

    /** Nothing can be done now, and something is expected to change by itself. */
    record Wait(Reason reason, String message) implements Decision {}

    /** Nothing can be done until somebody does something. */
    record Blocked(Reason reason, String message) implements Decision {}

    /** All is as wished. */
    record Settled() implements Decision {}
}
