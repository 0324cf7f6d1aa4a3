package io.operatorlib.etcd;

/** Thrown when etcd refuses a request or does not answer it; the {@link #reason()} says what to do next. */
public final class EtcdException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** Why etcd did not do what it was asked for. */
    public enum Reason {
        /** No member could serve a read by quorum: nothing is known, and nothing can be changed. */
        NO_QUORUM("NoQuorum"),
        /** Peers have not been connected for long enough, or too few are: ask again later. */
        UNHEALTHY("EtcdUnhealthy"),
        /** The learner has not caught up: ask again later. */
        NOT_IN_SYNC("LearnerNotInSync"),
        /** There is a learner already: observe again. */
        TOO_MANY_LEARNERS("TooManyLearners"),
        /** There is no such member: observe again. */
        NOT_FOUND("MemberNotFound"),
        /** There is such a member already, or it has its vote already: observe again. */
        ALREADY("AlreadyMember"),
        /** Not the leader was asked: observe again. */
        NOT_LEADER("NotLeader"),
        /** No answer came: the change may or may not have been made. Observe again. */
        NO_ANSWER("NoAnswer"),
        /** Something else; the message says what. */
        REFUSED("EtcdRefused");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** One word, stable: it stands in conditions. */
        public String code() {
            return code;
        }
    }

    public EtcdException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public EtcdException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
