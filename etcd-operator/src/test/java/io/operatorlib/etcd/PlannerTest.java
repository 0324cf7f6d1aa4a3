package io.operatorlib.etcd;

import static io.operatorlib.etcd.MemberState.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Every situation of up to five members, and a million of six to eight. */
final class PlannerTest {
    private static final int LARGEST_SIZE = 7;
    private static final int RANDOM_STATES = Integer.getInteger("planner.random", 1_000_000);
    private static final MemberState[] STATES = MemberState.values();

    @Test
    void thereAreAtMostTwentyFourStates() {
        assertThat(STATES).hasSizeLessThanOrEqualTo(24);
    }

    @Test
    void everyDecisionForUpToFiveMembersObeysTheRules() {
        Map<String, Long> seen = new TreeMap<>();
        long[] situations = {0};
        everySituation(5, (members, size) -> {
            situations[0]++;
            var decision = Planner.plan(members, size);
            PlannerRules.check(members, size, decision);
            seen.merge(name(decision), 1L, Long::sum);
        });
        System.err.println("planner: " + situations[0] + " situations " + seen);
        assertThat(situations[0]).isGreaterThan(1_000_000);
        assertThat(seen.keySet())
                .as("every move and every end is reached, so no rule is vacuous")
                .contains(
                        "AddLearner", "CreateCandidate", "DeletePod", "Hibernate", "MoveLeader", "OpenGate", "Promote")
                .contains("ReleaseVolume", "Remove", "RestorePod", "Settled", "Wait", "Blocked");
    }

    @Test
    void everyDecisionForSixToEightMembersObeysTheRules() {
        var random = new Random(20261122);
        for (int i = 0; i < RANDOM_STATES; i++) {
            var members = randomMembers(random, 6 + random.nextInt(3));
            int size = random.nextInt(LARGEST_SIZE + 1);
            PlannerRules.check(members, size, Planner.plan(members, size));
        }
    }

    @Test
    void whereEverythingWaitedForComesThePlannerComesToAnEnd() {
        everySituation(4, (members, size) -> {
            if (size > 0 || members.stream().anyMatch(member -> member.state().voter())) {
                comesToAnEnd(members, size, true);
                comesToAnEnd(members, size, false);
            }
        });
    }

    private static void comesToAnEnd(List<Member> members, int size, boolean persistent) {
        var world = new PlannerWorld(members, persistent);
        var story = new ArrayList<String>();
        for (int step = 0; step < 120; step++) {
            var decision = Planner.plan(world.members(), size);
            story.add(world.members() + " -> " + decision);
            PlannerRules.check(world.members(), size, decision);
            if (decision instanceof Decision.Settled || decision instanceof Decision.Blocked) {
                return;
            } else if (decision instanceof Decision.Do act) {
                world.apply(act.move());
                if (act.move() instanceof Move.Hibernate) {
                    return;
                }
            } else {
                var before = world.members();
                world.pass();
                if (before.equals(world.members())) {
                    assertThat(hopeless(before)).as("waits for ever: " + story).isTrue();
                    return;
                }
            }
        }
        throw new AssertionError("comes to no end: " + story);
    }

    /** No voter left, or a majority of them lost: nothing can be done by anybody, and the next read by quorum fails. */
    private static boolean hopeless(List<Member> members) {
        long voters = members.stream().filter(m -> m.state().voter()).count();
        long healthy = members.stream().filter(m -> m.state() == VOTER_SERVING).count();
        return voters == 0 || 2 * healthy <= voters;
    }

    /** Unordered combinations of states, each with every voter as the leader, and with none, and every size. */
    private static void everySituation(int most, BiConsumer<List<Member>, Integer> test) {
        var states = new ArrayList<MemberState>();
        combine(states, 0, most, test);
    }

    private static void combine(List<MemberState> states, int from, int most, BiConsumer<List<Member>, Integer> test) {
        if (!states.isEmpty()) {
            withEachLeader(states, test);
        }
        if (states.size() == most) {
            return;
        }
        for (int next = from; next < STATES.length; next++) {
            states.add(STATES[next]);
            combine(states, next, most, test);
            states.remove(states.size() - 1);
        }
    }

    private static void withEachLeader(List<MemberState> states, BiConsumer<List<Member>, Integer> test) {
        for (int leader = -1; leader < states.size(); leader++) {
            boolean same = leader > 0 && states.get(leader) == states.get(leader - 1);
            if (leader >= 0 && (same || !states.get(leader).voter())) {
                continue;
            }
            var members = members(states, leader);
            for (int size = 0; size <= LARGEST_SIZE; size++) {
                test.accept(members, size);
            }
        }
    }

    private static List<Member> members(List<MemberState> states, int leader) {
        var members = new ArrayList<Member>();
        for (int i = 0; i < states.size(); i++) {
            members.add(new Member("m" + i, states.get(i).listed() ? i + 1 : 0, states.get(i), i == leader));
        }
        return List.copyOf(members);
    }

    /** Half of the members serve, so that the arithmetic is met from both sides. */
    private static List<Member> randomMembers(Random random, int number) {
        var states = new ArrayList<MemberState>();
        for (int i = 0; i < number; i++) {
            states.add(random.nextBoolean() ? VOTER_SERVING : STATES[random.nextInt(STATES.length)]);
        }
        Collections.shuffle(states, random);
        int leader = random.nextInt(number + 1) - 1;
        return members(states, leader >= 0 && states.get(leader).voter() ? leader : -1);
    }

    private static String name(Decision decision) {
        return decision instanceof Decision.Do act
                ? act.move().getClass().getSimpleName()
                : decision.getClass().getSimpleName();
    }

    @Test
    void theReasonsOfWaitsAndBlocksAreAllReached() {
        var reached = new EnumMap<Reason, Integer>(Reason.class);
        everySituation(3, (members, size) -> {
            var decision = Planner.plan(members, size);
            if (decision instanceof Decision.Wait wait) {
                reached.merge(wait.reason(), 1, Integer::sum);
            } else if (decision instanceof Decision.Blocked blocked) {
                reached.merge(blocked.reason(), 1, Integer::sum);
            }
        });
        assertThat(reached)
                .containsOnlyKeys(
                        Reason.LEARNER_STARTING,
                        Reason.MEMBER_NOT_STARTED,
                        Reason.MEMBER_LEAVING,
                        Reason.MEMBER_SILENT,
                        Reason.POD_LEAVING,
                        Reason.TOO_FEW_HEALTHY,
                        Reason.LEADER_UNSETTLED,
                        Reason.ETCD_UNREACHABLE,
                        Reason.QUORUM_LOST,
                        Reason.DATA_LOST,
                        Reason.FOREIGN_MEMBER);
    }
}
