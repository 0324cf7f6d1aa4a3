package io.operatorlib.etcd;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster said of itself: its member list, read by quorum, and how each member is.
 *
 * @param clusterId the cluster's own ID
 * @param leader the leading member's ID, by the highest term that was seen; 0 while there is none
 * @param members voters and learners, in the order of their peer URLs
 */
public record Membership(long clusterId, long leader, List<Member> members) {

    public Membership {
        members = members.stream()
                .sorted(Comparator.comparing(Member::peerUrl).thenComparing(Member::id))
                .toList();
    }

    /**
     * A line of the member list, and what the member itself said.
     *
     * @param name as the list has it; empty for a member that was added and never started
     * @param started whether it has ever joined and told the cluster where its clients find it
     * @param learner whether it has no vote yet
     */
    public record Member(long id, String name, String peerUrl, boolean started, boolean learner, Health health) {

        public boolean serving() {
            return health instanceof Serving;
        }

        /** What it complains of; empty where it is content or silent. */
        public Optional<String> complaint() {
            return health instanceof Serving serving && !serving.errors().isEmpty()
                    ? Optional.of(String.join("; ", serving.errors()))
                    : Optional.empty();
        }
    }

    /** How a member is. */
    public sealed interface Health {}

    /**
     * It answered just now: a voter a read by quorum, a learner that it has caught up with the leader.
     *
     * @param version of the etcd that it runs, for example {@code 3.6.16}
     * @param errors what it complains of, such as alarms
     */
    public record Serving(String version, List<String> errors) implements Health {
        public Serving {
            errors = List.copyOf(errors);
        }
    }

    /** It did not answer. That does not say that it is dead, still less that its data is lost. */
    public record Silent(String why) implements Health {}

    /**
     * Tells whether a learner has as much of the leader's log as etcd asks of one that is to be promoted: nine tenths.
     *
     * @see <a href="https://etcd.io/docs/v3.6/learning/design-learner/">etcd's learner design</a>
     */
    public static boolean caughtUp(long learnersIndex, long leadersIndex) {
        return learnersIndex >= 0.9 * leadersIndex;
    }

    public List<Member> voters() {
        return members.stream().filter(member -> !member.learner()).toList();
    }

    public Optional<Member> member(long id) {
        return members.stream().filter(member -> member.id() == id).findFirst();
    }

    public Optional<Member> member(String peerUrl) {
        return members.stream()
                .filter(member -> member.peerUrl().equals(peerUrl))
                .findFirst();
    }

    /** The IDs in the member list, ascending as etcd prints them: unsigned. */
    public List<Long> ids() {
        return members.stream().map(Member::id).sorted(Long::compareUnsigned).toList();
    }
}
