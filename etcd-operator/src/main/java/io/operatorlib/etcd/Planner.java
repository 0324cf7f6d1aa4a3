package io.operatorlib.etcd;

import static io.operatorlib.etcd.MemberState.*;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides on every change of a cluster's membership: a pure function of the members as they are, the member list having
 * been read by quorum, and of the wished size.
 *
 * <p><b>Flow.</b> The first rule that has something to say decides: what is left of former members goes · members that
 * kept their data get their pods back · lost members are removed · the one learner is brought to its vote, or removed
 * where it is not wished for · shrinking, one voter at a time, the unhealthy first and the leader never · growing, one
 * learner at a time · at rest.
 *
 * <p><b>Guarantees.</b> At most one move. No move takes the quorum away, nor makes it hang on a member that has not
 * started. A member is only ever replaced by a new one, never given an empty directory; no pod or volume of a listed
 * member is deleted.
 *
 * <p><b>Limits.</b> It knows nothing of versions and of bootstrap, and must not be asked while etcd cannot be.
 */
public final class Planner {
    private static final Set<MemberState> UNHEALTHY =
            EnumSet.of(VOTER_SILENT, VOTER_UNSTARTED, VOTER_GATED, VOTER_STOPPING, VOTER_PODLESS);

    private final List<Member> members;
    private final int size;
    private final int voters;
    private final int healthy;
    private final int target;

    private Planner(List<Member> members, int size) {
        this.members = members;
        this.size = size;
        this.voters = countVoters(members);
        this.healthy = count(VOTER_SERVING);
        this.target = size == 0 ? voters : size;
    }

    /**
     * Decides.
     *
     * @param members all of them, in the order in which they were made
     * @param size how many voters are wished for; 0 to hibernate
     */
    public static Decision plan(List<Member> members, int size) {
        return new Planner(members, size).decide();
    }

    private Decision decide() {
        if (voters == 0) {
            return waitFor(Reason.ETCD_UNREACHABLE, "the member list names no voter: it is asked for again");
        }
        var tidy = first(UNLISTED_RUNNING, CANDIDATE_STALE);
        if (tidy != null) {
            return move(new Move.DeletePod(tidy));
        }
        var volume = first(UNLISTED_VOLUME);
        if (volume != null) {
            return move(new Move.ReleaseVolume(volume));
        }
        var podless = first(VOTER_PODLESS, LEARNER_PODLESS);
        if (podless != null) {
            return move(new Move.RestorePod(podless));
        }
        var gated = first(VOTER_GATED);
        if (gated != null) {
            return move(new Move.OpenGate(gated));
        }
        var foreign = first(VOTER_FOREIGN, LEARNER_FOREIGN);
        if (foreign != null) {
            return blocked(
                    Reason.FOREIGN_MEMBER,
                    "member " + foreign.name() + " was not made by this operator: remove it with etcdctl member remove "
                            + Long.toHexString(foreign.id()));
        }
        var lostLearner = first(LEARNER_LOST, LEARNER_STALE);
        if (lostLearner != null) {
            return agreed(new Move.Remove(lostLearner));
        }
        var lost = first(VOTER_LOST);
        if (lost != null) {
            return removeLost(lost);
        }
        var learner = first(LEARNER_GATED, LEARNER_STARTING, LEARNER_SERVING, LEARNER_LEAVING);
        if (learner != null) {
            return voters < target ? bringToVote(learner) : agreed(new Move.Remove(learner));
        }
        if (voters > target) {
            return shrink();
        }
        return voters < target ? grow() : rest();
    }

    private Decision removeLost(Member lost) {
        if (lost.leader()) {
            return waitFor(Reason.LEADER_UNSETTLED, lost.name() + " is lost and was leading: another is being elected");
        }
        if (voters == 1) {
            return blocked(Reason.DATA_LOST, "the data of the only member, " + lost.name() + ", is lost");
        }
        if (voters == 2) {
            return blocked(Reason.QUORUM_LOST, lost.name() + ", one of two members, is lost");
        }
        return Quorum.mayRemoveUnhealthy(voters, healthy) ? move(new Move.Remove(lost)) : tooFew("remove", lost);
    }

    private Decision bringToVote(Member learner) {
        return switch (learner.state()) {
            case LEARNER_GATED -> move(new Move.OpenGate(learner));
            case LEARNER_SERVING ->
                Quorum.mayPromote(voters, healthy) ? agreed(new Move.Promote(learner)) : tooFew("promote", learner);
            case LEARNER_LEAVING -> waitFor(Reason.MEMBER_LEAVING, "the pod of " + learner.name() + " is terminating");
            default -> waitFor(Reason.LEARNER_STARTING, learner.name() + " was added and has not joined yet");
        };
    }

    private Decision shrink() {
        var surplus = first(CANDIDATE);
        if (surplus != null) {
            return move(new Move.DeletePod(surplus));
        }
        var unhealthy = last(UNHEALTHY);
        var victim = unhealthy != null ? unhealthy : last(EnumSet.of(VOTER_LEAVING));
        if (victim == null) {
            return removeHealthy();
        }
        if (!Quorum.mayRemoveUnhealthy(voters, healthy)) {
            return tooFew("remove", victim);
        }
        if (!victim.leader()) {
            return move(new Move.Remove(victim));
        }
        var heir = first(VOTER_SERVING);
        return victim.state() == VOTER_LEAVING && heir != null
                ? move(new Move.MoveLeader(victim, heir))
                : waitFor(Reason.LEADER_UNSETTLED, victim.name() + " led and does not answer");
    }

    private Decision removeHealthy() {
        if (members.stream().noneMatch(Member::leader)) {
            return waitFor(Reason.LEADER_UNSETTLED, "no leader is known, and the leader is not to be removed");
        }
        var victim = members.stream()
                .filter(member -> member.state() == VOTER_SERVING && !member.leader())
                .reduce((earlier, later) -> later)
                .orElseThrow();
        return Quorum.mayRemoveHealthy(voters, healthy) ? move(new Move.Remove(victim)) : tooFew("remove", victim);
    }

    private Decision grow() {
        var unstarted = first(VOTER_UNSTARTED);
        if (unstarted != null) {
            return waitFor(Reason.MEMBER_NOT_STARTED, unstarted.name() + " has not joined yet");
        }
        if (!Quorum.mayAdd(voters, healthy)) {
            return waitFor(
                    Reason.TOO_FEW_HEALTHY,
                    healthy + " of " + voters + " voters are healthy: too few to add one. " + ailing());
        }
        var candidate = first(CANDIDATE);
        if (candidate == null) {
            return move(new Move.CreateCandidate());
        }
        return count(CANDIDATE) > 1 ? move(new Move.DeletePod(candidate)) : move(new Move.AddLearner(candidate));
    }

    private Decision rest() {
        var surplus = first(CANDIDATE);
        if (surplus != null) {
            return move(new Move.DeletePod(surplus));
        }
        if (healthy < voters) {
            return waitFor(restless(), ailing());
        }
        var leaving = first(UNLISTED_LEAVING);
        if (leaving != null) {
            return waitFor(Reason.POD_LEAVING, "the pod of the former member " + leaving.name() + " is terminating");
        }
        return size == 0 ? move(new Move.Hibernate()) : new Decision.Settled();
    }

    private Reason restless() {
        if (first(VOTER_SILENT) != null) {
            return Reason.MEMBER_SILENT;
        }
        return first(VOTER_UNSTARTED) != null ? Reason.MEMBER_NOT_STARTED : Reason.MEMBER_LEAVING;
    }

    /** A change that touches no voter's health, but needs those voters that decide. */
    private Decision agreed(Move move) {
        return healthy >= Quorum.of(voters)
                ? move(move)
                : waitFor(
                        Reason.TOO_FEW_HEALTHY,
                        healthy + " of " + voters + " voters are healthy: too few to agree on a change. " + ailing());
    }

    private Decision tooFew(String verb, Member member) {
        return waitFor(
                Reason.TOO_FEW_HEALTHY,
                healthy + " of " + voters + " voters are healthy: too few to " + verb + " " + member.name() + ". "
                        + ailing());
    }

    private String ailing() {
        return members.stream()
                .filter(member -> member.state().voter() && member.state() != VOTER_SERVING)
                .map(member -> member.name() + " " + word(member.state()))
                .collect(Collectors.joining(", "));
    }

    private static String word(MemberState state) {
        return switch (state) {
            case VOTER_SILENT -> "does not answer";
            case VOTER_UNSTARTED, VOTER_GATED -> "has not joined yet";
            case VOTER_LEAVING, VOTER_STOPPING -> "is terminating";
            case VOTER_PODLESS -> "has no pod";
            case VOTER_LOST -> "is lost";
            default -> "is foreign";
        };
    }

    private static int countVoters(List<Member> members) {
        int number = 0;
        for (var member : members) {
            number += member.state().voter() ? 1 : 0;
        }
        return number;
    }

    private int count(MemberState state) {
        int number = 0;
        for (var member : members) {
            number += member.state() == state ? 1 : 0;
        }
        return number;
    }

    private @Nullable Member first(MemberState... wanted) {
        for (var member : members) {
            for (var state : wanted) {
                if (member.state() == state) {
                    return member;
                }
            }
        }
        return null;
    }

    private @Nullable Member last(Set<MemberState> wanted) {
        for (int i = members.size() - 1; i >= 0; i--) {
            if (wanted.contains(members.get(i).state())) {
                return members.get(i);
            }
        }
        return null;
    }

    private static Decision move(Move move) {
        return new Decision.Do(move);
    }

    private static Decision waitFor(Reason reason, String message) {
        return new Decision.Wait(reason, message.strip());
    }

    private static Decision blocked(Reason reason, String message) {
        return new Decision.Blocked(reason, message);
    }
}
