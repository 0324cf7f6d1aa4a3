package io.operatorlib.etcd;

/** One thing that the planner wants done. */
public sealed interface Move {

    /** Makes a pod, behind a gate, that may become a learner. */
    record CreateCandidate() implements Move {}

    /** Adds a candidate to the cluster. */
    record AddLearner(Member member) implements Move {}

    /** Lets a listed member's pod run for the first time. */
    record OpenGate(Member member) implements Move {}

    /** Gives a learner its vote. */
    record Promote(Member member) implements Move {}

    /** Hands leadership on. */
    record MoveLeader(Member from, Member to) implements Move {}

    /** Takes a member out of the cluster. */
    record Remove(Member member) implements Move {}

    /** Deletes a pod that is no member. */
    record DeletePod(Member member) implements Move {}

    /** Gives a member that has its data on a volume a pod again. */
    record RestorePod(Member member) implements Move {}

    /** Deletes or retires a volume that is no member's. */
    record ReleaseVolume(Member member) implements Move {}

    /** Deletes all pods, and keeps all volumes. */
    record Hibernate() implements Move {}
}
