package io.operatorlib.etcd;

import static io.operatorlib.etcd.MemberState.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A world in which every move succeeds and everything that is waited for comes: silent members answer again, pods that
 * terminate are gone, learners catch up. In it, whatever the beginning, the planner must come to an end.
 */
final class PlannerWorld {
    private final List<Member> members;
    private final boolean persistent;
    private int named;

    PlannerWorld(List<Member> members, boolean persistent) {
        this.members = new ArrayList<>(members);
        this.persistent = persistent;
        this.named = members.size();
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    void apply(Move move) {
        if (move instanceof Move.CreateCandidate) {
            members.add(new Member("new" + named++, 0, CANDIDATE, false));
        } else if (move instanceof Move.AddLearner add) {
            become(add.member(), LEARNER_GATED);
            stale();
        } else if (move instanceof Move.OpenGate open) {
            become(open.member(), open.member().state() == VOTER_GATED ? VOTER_UNSTARTED : LEARNER_STARTING);
        } else if (move instanceof Move.Promote promote) {
            become(promote.member(), VOTER_SERVING);
        } else if (move instanceof Move.Remove remove) {
            become(remove.member(), afterRemoval(remove.member().state()));
            stale();
        } else if (move instanceof Move.MoveLeader hand) {
            replace(hand.from(), hand.from().state(), false);
            replace(hand.to(), hand.to().state(), true);
        } else if (move instanceof Move.DeletePod delete) {
            become(delete.member(), UNLISTED_LEAVING);
        } else if (move instanceof Move.RestorePod restore) {
            become(restore.member(), restore.member().state() == VOTER_PODLESS ? VOTER_SILENT : LEARNER_STARTING);
        } else if (move instanceof Move.ReleaseVolume release) {
            members.remove(release.member());
        } else if (move instanceof Move.Hibernate) {
            members.clear();
        }
    }

    /** Lets time go by. */
    void pass() {
        for (var member : List.copyOf(members)) {
            var next = later(member.state());
            if (next == null) {
                members.remove(member);
            } else if (next != member.state()) {
                become(member, next);
            }
        }
        elect();
    }

    /** Who leads and does not serve is followed by one who does. */
    private void elect() {
        var heir = members.stream()
                .filter(member -> member.state() == VOTER_SERVING)
                .findFirst();
        boolean led = members.stream().anyMatch(member -> member.leader() && answers(member.state()));
        if (heir.isPresent() && !led) {
            for (var member : List.copyOf(members)) {
                replace(member, member.state(), member.equals(heir.get()));
            }
        }
    }

    private static boolean answers(MemberState state) {
        return state == VOTER_SERVING || state == VOTER_LEAVING;
    }

    private @Nullable MemberState later(MemberState state) {
        return switch (state) {
            case VOTER_SILENT, VOTER_UNSTARTED -> VOTER_SERVING;
            case VOTER_LEAVING -> VOTER_STOPPING;
            case VOTER_STOPPING -> persistent ? VOTER_PODLESS : VOTER_LOST;
            case LEARNER_STARTING -> LEARNER_SERVING;
            case LEARNER_LEAVING -> persistent ? LEARNER_PODLESS : LEARNER_LOST;
            case UNLISTED_LEAVING -> persistent ? UNLISTED_VOLUME : null;
            default -> state;
        };
    }

    private static MemberState afterRemoval(MemberState state) {
        return switch (state) {
            case VOTER_PODLESS, VOTER_LOST, LEARNER_PODLESS, LEARNER_LOST -> UNLISTED_VOLUME;
            case VOTER_LEAVING, VOTER_STOPPING, LEARNER_LEAVING -> UNLISTED_LEAVING;
            default -> UNLISTED_RUNNING;
        };
    }

    /** The list has changed: what was rendered for the former one can never join. */
    private void stale() {
        for (var member : List.copyOf(members)) {
            if (member.state() == CANDIDATE) {
                become(member, CANDIDATE_STALE);
            }
        }
    }

    private void become(Member member, MemberState state) {
        replace(member, state, state.voter() && state != VOTER_LOST && member.leader());
    }

    private void replace(Member member, MemberState state, boolean leader) {
        members.set(members.indexOf(member), new Member(member.name(), member.id(), state, leader));
    }
}
