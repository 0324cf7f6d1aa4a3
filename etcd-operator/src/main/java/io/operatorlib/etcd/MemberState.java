package io.operatorlib.etcd;

/**
 * All that the planner needs to know of one member: its place in the member list, and what there is of it in
 * Kubernetes.
 *
 * <p><b>Data is lost</b> where a listed member's pod is gone or has failed and it kept its data in the pod; where its
 * volume is gone; where it never joined and its pod is gone; and where its pod has been terminating, silent, for longer
 * than the declared time, as on a node that is gone. To be silent, or on an unreachable node, is not to be lost.
 */
public enum MemberState {
    /** A voter that answered a read by quorum. */
    VOTER_SERVING,
    /** A voter whose pod is there, with its data, and that does not answer. */
    VOTER_SILENT,
    /** A voter whose pod is there and that has not joined yet. */
    VOTER_UNSTARTED,
    /** A voter whose pod waits for its gate to be opened. */
    VOTER_GATED,
    /** A voter that answers while its pod is terminating. */
    VOTER_LEAVING,
    /** A voter that does not answer any more while its pod is terminating. */
    VOTER_STOPPING,
    /** A voter without a pod that could run, whose data is on its volume. */
    VOTER_PODLESS,
    /** A voter whose data is lost. */
    VOTER_LOST,
    /** A voter that somebody else added. */
    VOTER_FOREIGN,

    /** A learner whose pod waits for its gate to be opened. */
    LEARNER_GATED,
    /** A learner whose pod is there and that does not answer, or not yet. */
    LEARNER_STARTING,
    /** A learner that answers. */
    LEARNER_SERVING,
    /** A learner whose pod is terminating. */
    LEARNER_LEAVING,
    /** A learner that had joined, without a pod that could run, whose data is on its volume. */
    LEARNER_PODLESS,
    /** A learner that never joined and never can: its first start was rendered for another member list. */
    LEARNER_STALE,
    /** A learner whose data is lost. */
    LEARNER_LOST,
    /** A learner that somebody else added. */
    LEARNER_FOREIGN,

    /** A pod behind its gate that is to be added: its first start is rendered for today's member list and itself. */
    CANDIDATE,
    /** A pod behind its gate whose first start was rendered for another member list. */
    CANDIDATE_STALE,
    /** A pod whose member has been removed. */
    UNLISTED_RUNNING,
    /** A terminating pod that is no member. */
    UNLISTED_LEAVING,
    /** A volume that is no member's and has no pod. */
    UNLISTED_VOLUME;

    /** Tells whether it counts for the quorum. */
    public boolean voter() {
        return compareTo(VOTER_FOREIGN) <= 0;
    }

    public boolean learner() {
        return compareTo(VOTER_FOREIGN) > 0 && compareTo(LEARNER_FOREIGN) <= 0;
    }

    /** Tells whether it is in the member list. */
    public boolean listed() {
        return voter() || learner();
    }

    public boolean foreign() {
        return this == VOTER_FOREIGN || this == LEARNER_FOREIGN;
    }
}
