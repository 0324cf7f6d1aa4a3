package io.operatorlib.etcd;

/** Why the operator waits, or cannot go on. Codes are stable: they stand in conditions, in Events and in the docs. */
public enum Reason {
    /** A member that was added has not joined yet. */
    LEARNER_STARTING("LearnerStarting"),
    /** A voter has not joined yet; no other is added meanwhile. */
    MEMBER_NOT_STARTED("MemberNotStarted"),
    /** A member's pod is terminating; it is waited for until it is gone or the declared time is over. */
    MEMBER_LEAVING("MemberLeaving"),
    /** A member does not answer. Its data is not lost, so it is waited for. */
    MEMBER_SILENT("MemberSilent"),
    /** A member serves, and says that something is wrong: an alarm, which keeps the cluster from taking writes. */
    MEMBER_COMPLAINS("MemberComplains"),
    /** A pod that is no member any more is terminating. */
    POD_LEAVING("PodLeaving"),
    /** A change would leave too few healthy voters, so it waits for more of them. */
    TOO_FEW_HEALTHY("TooFewHealthy"),
    /** It is not known who leads, or the member that leads is on its way out. */
    LEADER_UNSETTLED("LeaderUnsettled"),
    /** The seed members start, and have not agreed yet. */
    BOOTSTRAPPING("Bootstrapping"),
    /** etcd could not be asked by quorum; nothing is changed until it can. */
    ETCD_UNREACHABLE("EtcdUnreachable"),
    /** etcd is being asked, after a start or a change: there is nothing to say before it answers. */
    ASKING("Asking"),
    /** A pod cannot run, for a reason that its container gives. */
    POD_NOT_RUNNING("PodNotRunning"),
    /** Pods come back on the volumes of a hibernated cluster. */
    WAKING("Waking"),
    /** The wished size is 0: pods are gone, volumes are kept. */
    HIBERNATED("Hibernated"),
    /** The data of more members is lost than the cluster can do without. */
    QUORUM_LOST("QuorumLost"),
    /** The data of all members is lost. */
    DATA_LOST("DataLost"),
    /** The member list names a member that the operator did not make. */
    FOREIGN_MEMBER("ForeignMember"),
    /** Seed members were lost before the cluster is known to have formed. */
    BOOTSTRAP_BROKEN("BootstrapBroken"),
    /** The spec cannot be carried out. */
    SPEC_INVALID("SpecInvalid"),
    /** CoreOS's operator still runs, and would undo what this one does. */
    OLD_OPERATOR("OldOperatorRuns"),
    /** There are members that CoreOS's operator has made, and that this one cannot take over. */
    OLD_MEMBERS("OldMembers"),
    /** The operator was told to do nothing. */
    PAUSED("Paused"),
    /** A step is being carried out. */
    CHANGING("Changing"),
    /** All members serve. */
    ALL_SERVING("AllServing");

    private final String code;

    Reason(String code) {
        this.code = code;
    }

    /** As it stands in conditions. */
    public String code() {
        return code;
    }
}
