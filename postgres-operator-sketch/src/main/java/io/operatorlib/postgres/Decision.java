package io.operatorlib.postgres;

import com.google.common.base.CaseFormat;

/** What the planner says: at most one move, and why. */
record Decision(Move move, Reason reason, String message) {

    /** One thing to be done. */
    sealed interface Move {}

    /** Nothing now. */
    record Nothing() implements Move {}

    /** Tells the instances something else. */
    record Tell(Designation designation) implements Move {}

    /** Gives an instance a pod, and a volume where it is to have one. */
    record Create(String instance) implements Move {}

    /** Takes an instance that is no member its pod and its volume. */
    record Delete(String instance) implements Move {}

    /** Why; a condition shows it, so the words stay as they are. */
    enum Reason {
        BOOTSTRAPPING,
        PRIMARY_STARTING,
        PRIMARY_LOST,
        SWITCHING_OVER,
        STANDBY_SILENT,
        REPLICAS_LAG,
        DATA_LOST,
        ASKING,
        // from here on a primary writes, as far as was seen
        ALL_SERVING,
        ADDING_INSTANCE,
        REMOVING_INSTANCE,
        REPLICA_NOT_STREAMING,
        SETTING_PARAMETERS,
        RESTARTING_INSTANCE,
        PAUSED;

        /** Tells whether nothing is awaited. */
        boolean settled() {
            return this == ALL_SERVING || this == PAUSED;
        }

        /** As a condition has it. */
        String word() {
            return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.UPPER_CAMEL, name());
        }
    }

    static Decision hold(Reason reason, String message) {
        return new Decision(new Nothing(), reason, message);
    }

    static Decision tell(Designation designation, Reason reason, String message) {
        return new Decision(new Tell(designation), reason, message);
    }

    /** Tells whether the cluster has a primary that writes, as far as was seen. */
    boolean serving() {
        return reason.compareTo(Reason.ALL_SERVING) >= 0;
    }
}
