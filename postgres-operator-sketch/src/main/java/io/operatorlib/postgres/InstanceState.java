package io.operatorlib.postgres;

// region state
/**
 * How an instance stands, as it says itself.
 *
 * @param data its data as it is, or as it was when PostgreSQL ran last
 * @param leaseFree whether nobody had the right to write when this was asked, which was before the data was looked at
 * @param term the greatest term of the Lease that it has seen
 * @param revision of the designation that it knows
 * @param epoch under which its data was last written to as a primary's; 0 for never
 * @param fit whether it could be the primary, if it is to be; where not, the problem says why
 * @param problem what went wrong last; empty for nothing
 */
public record InstanceState(
        String name,
        Role role,
        Data data,
        boolean leaseFree,
        long term,
        long revision,
        long epoch,
        boolean fit,
        String problem) {
    // endregion

    /** What an instance is at the moment. */
    public enum Role {
        /** It does not say. */
        SILENT,
        /** It has no data. */
        EMPTY,
        /** It has a replica's data, and PostgreSQL does not run, or not yet. */
        STOPPED,
        /** It has the data of one that was a primary, and PostgreSQL does not run, or not yet. */
        FORMER,
        REPLICA,
        PRIMARY
    }

    /**
     * What PostgreSQL says of itself.
     *
     * @param recovering whether it is a replica
     * @param system the identifier of the data; empty where that is not known
     * @param received how far the log is there, in bytes
     * @param told how far the primary had written when it was last heard of
     * @param streaming whether it receives from the primary now
     * @param pendingRestart whether a parameter waits for a restart
     * @param synchronous for whom its commits wait
     */
    public record Data(
            boolean recovering,
            String system,
            int timeline,
            long received,
            long told,
            boolean streaming,
            boolean pendingRestart,
            String synchronous) {

        /** Nothing is known. */
        public static final Data NONE = new Data(false, "", 0, 0, 0, false, false, "");

        /** What stays true when PostgreSQL has stopped. */
        public Data stopped() {
            return new Data(false, system, timeline, received, 0, false, false, "");
        }
    }

    /** One that does not answer. */
    static final InstanceState SILENT =
            new InstanceState("", Role.SILENT, Data.NONE, false, 0, -1, 0, false, "it does not answer");

    boolean replica() {
        return role == Role.REPLICA;
    }

    boolean primary() {
        return role == Role.PRIMARY;
    }

    /** Tells whether it is of use: to clients, or to those who want a copy. */
    boolean serves() {
        return primary() || data.streaming();
    }
}
