package io.operatorlib.etcd;

import static io.operatorlib.etcd.MemberState.*;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;

/**
 * The rules that every decision must obey, written down a second time: in the words of the invariants, with their
 * numbers, and without the planner's own arithmetic.
 */
final class PlannerRules {
    private final List<Member> members;
    private final int size;
    private final Decision decision;
    private final int voters;
    private final int healthy;

    private PlannerRules(List<Member> members, int size, Decision decision) {
        this.members = members;
        this.size = size;
        this.decision = decision;
        int n = 0;
        int h = 0;
        for (var member : members) {
            n += member.state().voter() ? 1 : 0;
            h += member.state() == VOTER_SERVING ? 1 : 0;
        }
        voters = n;
        healthy = h;
    }

    static void check(List<Member> members, int size, Decision decision) {
        new PlannerRules(members, size, decision).check();
    }

    private void check() {
        if (decision instanceof Decision.Do act) {
            move(act.move());
        } else if (decision instanceof Decision.Settled) {
            must("at rest is only who is whole", size > 0 && voters == size && healthy == voters);
            must("at rest nothing is left over", members.size() == voters);
        } else if (decision instanceof Decision.Wait wait) {
            must("a wait says what for", !wait.message().isEmpty());
        } else if (decision instanceof Decision.Blocked blocked) {
            must("a block says why", !blocked.message().isEmpty());
        }
    }

    private void move(Move move) {
        if (move instanceof Move.AddLearner add) {
            must(
                    "I14: only who is made for this very list is added",
                    add.member().state() == CANDIDATE);
            mayGrow();
        } else if (move instanceof Move.CreateCandidate) {
            must("one candidate is enough", has(CANDIDATE) == 0);
            mayGrow();
        } else if (move instanceof Move.Promote promote) {
            must("I3: only a serving learner gets its vote", promote.member().state() == LEARNER_SERVING);
            must("no vote more than is wished for", voters < size || size == 0);
            must("I4: a majority counts with the new vote", healthy + 1 > (voters + 1) / 2);
            noForeigners();
        } else if (move instanceof Move.Remove remove) {
            noForeigners();
            remove(remove.member());
        } else if (move instanceof Move.MoveLeader hand) {
            must(
                    "I22: the leader hands over",
                    hand.from().leader() && hand.from().state().voter());
            must(
                    "I22: to a healthy voter",
                    hand.to().state() == VOTER_SERVING && !hand.to().leader());
            must("hand-off is for who is to go", size > 0 && voters > size);
            noForeigners();
        } else if (move instanceof Move.DeletePod delete) {
            must(
                    "I13: no pod of a listed member is deleted",
                    !delete.member().state().listed());
        } else if (move instanceof Move.ReleaseVolume release) {
            must(
                    "I13: member removed, pod gone, then the volume",
                    release.member().state() == UNLISTED_VOLUME);
        } else if (move instanceof Move.RestorePod restore) {
            var state = restore.member().state();
            must("I12: only who kept its data gets a pod again", state == VOTER_PODLESS || state == LEARNER_PODLESS);
        } else if (move instanceof Move.OpenGate open) {
            var state = open.member().state();
            must("only a listed member may run", state == VOTER_GATED || state == LEARNER_GATED);
            must("a learner runs only if it is wished for", state == VOTER_GATED || size == 0 || voters < size);
        } else if (move instanceof Move.Hibernate) {
            must("only who is wished to sleeps", size == 0);
            must("only who is whole may sleep", healthy == voters && members.size() == voters);
        }
    }

    private void mayGrow() {
        noForeigners();
        must("no more members than are wished for", size > voters);
        must(
                "I3: one learner at most",
                members.stream().noneMatch(member -> member.state().learner()));
        must("I3: nobody else is unstarted", has(VOTER_UNSTARTED) + has(VOTER_GATED) == 0);
        must("I5: the lost are removed first", has(VOTER_LOST) == 0);
        must("I4: a majority is left with the new one down", voters == 1 ? healthy == 1 : healthy > (voters + 1) / 2);
    }

    private void remove(Member member) {
        var state = member.state();
        must("the list agrees on it", 2 * healthy > voters);
        if (state.learner()) {
            boolean hopeless = state == LEARNER_LOST || state == LEARNER_STALE;
            must("a learner goes if it is hopeless or not wished for", hopeless || size == 0 || voters >= size);
            return;
        }
        must("who is removed is listed", state.voter());
        must("I22: the leader is never removed", !member.leader());
        must("I11: the last voter is never removed", voters > 1);
        must("D7: silence alone is no reason to remove", state == VOTER_LOST || (size > 0 && voters > size));
        int left = state == VOTER_SERVING ? healthy - 1 : healthy;
        must("I5: the others have a majority without it", 2 * left > voters - 1);
        if (state == VOTER_SERVING) {
            must("I6: no healthy voter goes while another is down", healthy == voters || 2 * (left - 1) > voters - 1);
            must("I22: it is known that it does not lead", members.stream().anyMatch(Member::leader));
        }
        if (voters == 2) {
            must("I7: two become one with both healthy, the leader staying", healthy == 2);
        }
        must("unhealthy first", state != VOTER_SERVING || healthy == voters);
    }

    private void noForeigners() {
        must("nothing is changed beside foreign members", has(VOTER_FOREIGN) + has(LEARNER_FOREIGN) == 0);
    }

    private int has(MemberState state) {
        int count = 0;
        for (var member : members) {
            count += member.state() == state ? 1 : 0;
        }
        return count;
    }

    private void must(String rule, boolean holds) {
        if (!holds) {
            fail(rule + ": " + decision + " for size " + size + " of " + members);
        }
    }
}
