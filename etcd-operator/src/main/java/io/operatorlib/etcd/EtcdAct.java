package io.operatorlib.etcd;

import io.operatorlib.Act;
import java.util.List;

/**
 * A change of a cluster's membership. Each carries what it was decided on: the cluster and the IDs of the whole member
 * list. It is performed only if a list read afresh says the same and the rules still allow it; and where the list says
 * that it has been done already, it is a success.
 */
public sealed interface EtcdAct extends Act {
    long clusterId();

    /** The IDs of all members at the time of the decision. */
    List<Long> expected();

    /**
     * Adds a member without a vote.
     *
     * @param name of the pod that is to be the member
     */
    record AddLearner(long clusterId, List<Long> expected, String name, String peerUrl) implements EtcdAct {
        public AddLearner {
            expected = List.copyOf(expected);
        }

        @Override
        public String toString() {
            return "AddLearner[" + name + "]";
        }
    }

    /** Gives a learner its vote. */
    record Promote(long clusterId, List<Long> expected, long id, String name) implements EtcdAct {
        public Promote {
            expected = List.copyOf(expected);
        }

        @Override
        public String toString() {
            return "Promote[" + name + " " + Long.toHexString(id) + "]";
        }
    }

    /**
     * Removes a member.
     *
     * @param lost whether its data is lost, or it never started: it is then removed though it does not answer
     */
    record Remove(long clusterId, List<Long> expected, long id, String name, boolean lost) implements EtcdAct {
        public Remove {
            expected = List.copyOf(expected);
        }

        @Override
        public String toString() {
            return "Remove[" + name + " " + Long.toHexString(id) + (lost ? " lost" : "") + "]";
        }
    }

    /** Hands leadership on, so that the member that leads can go. */
    record MoveLeader(long clusterId, List<Long> expected, long from, long to, String name) implements EtcdAct {
        public MoveLeader {
            expected = List.copyOf(expected);
        }

        @Override
        public String toString() {
            return "MoveLeader[to " + name + " " + Long.toHexString(to) + "]";
        }
    }
}
