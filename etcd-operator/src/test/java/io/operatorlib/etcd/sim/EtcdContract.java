package io.operatorlib.etcd.sim;

import static io.operatorlib.etcd.Etcd.CHANGE_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.etcd.Etcd;
import io.operatorlib.etcd.EtcdException;
import io.operatorlib.etcd.EtcdException.Reason;
import io.operatorlib.etcd.MemberIds;
import io.operatorlib.etcd.Membership;
import io.operatorlib.etcd.sim.EtcdPlace.Node;
import io.operatorlib.testing.linearizability.Action;
import io.operatorlib.testing.linearizability.History;
import io.operatorlib.testing.linearizability.Linearizability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an operator relies on, and what it must fear, of etcd: played on real etcd and on the model of it, so that the
 * model cannot lie. Numbers such as M4 are those of the measurements it repeats.
 */
abstract class EtcdContract {
    static final Duration SOON = Duration.ofSeconds(15);

    /** Longer than the time for which peers must have been connected before the server changes its members. */
    private static final Duration CONNECTED_LONG_ENOUGH = Duration.ofMillis(5500);

    /** Longer than a member takes that has its data and nobody to talk to. */
    private static final Duration STARTED = Duration.ofSeconds(2);

    static final String TOKEN = "contract";

    EtcdPlace place;
    private long clusterId;
    private List<Node> known;
    private final AtomicLong moments = new AtomicLong();
    private final History history = new History(moments::incrementAndGet);

    abstract EtcdPlace open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        place = open();
        known = new ArrayList<>();
    }

    @AfterEach
    void end() {
        place.close();
    }

    // ---- identity ----

    @Test
    void seedsAndTheirClusterHaveTheIdsThatAreKnownBeforehand() {
        var nodes = form(3);
        var seen = observe();
        assertThat(seen.clusterId()).isEqualTo(clusterId);
        assertThat(seen.ids())
                .containsExactlyInAnyOrderElementsOf(
                        nodes.stream().map(EtcdContract::seedId).toList());
        assertThat(seen.members()).allMatch(Membership.Member::started).allMatch(Membership.Member::serving);
        assertThat(seen.members()).extracting(Membership.Member::name).containsExactlyInAnyOrder("m1", "m2", "m3");
        assertThat(seen.ids()).contains(seen.leader());
    }

    @Test
    void aMemberWhoseProcessDiedReturnsUnderItsIdWithItsData() {
        var nodes = form(3);
        assertThat(put(nodes.get(0), "k", "v")).isTrue();
        place.kill(nodes.get(2));
        awaitServing(2);
        place.start(nodes.get(2), List.of(nodes.get(2)), "existing", "another token");
        awaitServing(3);
        assertThat(observe().ids()).contains(seedId(nodes.get(2)));
        assertThat(get(nodes.get(2), "k")).contains("v");
    }

    @Test
    void anEmptyDirectoryIsNotBootstrappedAgainWhileTheOthersRun() {
        var nodes = form(3);
        place.kill(nodes.get(1));
        place.wipe(nodes.get(1));
        place.start(nodes.get(1), nodes, "new", TOKEN);
        awaitExit(nodes.get(1), 1);
    }

    @Test
    void aWipedSeedThatBeginsAnewAcknowledgesWritesAndPanicsWhenTheOthersReturn() {
        // M5: why initial-cluster-state=new is never rendered twice
        var nodes = form(1);
        var second = grow(nodes.get(0), place.node(2));
        var third = grow(nodes.get(0), place.node(3));
        awaitServing(3);
        // with an entry on top the members remember that the promotions before it are agreed on
        assertThat(put(second, "first", "v")).isTrue();
        assertThat(put(third, "second", "v")).isTrue();
        place.kill(second);
        place.kill(third);
        place.kill(nodes.get(0));
        place.wipe(nodes.get(0));
        place.start(nodes.get(0), nodes, "new", TOKEN);
        place.await(SOON, "it serves alone", () -> put(nodes.get(0), "k", "v"));
        place.start(second, List.of(), "existing", TOKEN);
        place.start(third, List.of(), "existing", TOKEN);
        awaitExit(nodes.get(0), 2);
        place.await(SOON, "the others serve", () -> put(second, "other", "v"));
        assertThat(get(second, "k")).isEmpty();
        assertNotLinearizable("k");
    }

    /** Measured on etcd 3.4 and 3.5. */
    @Test
    void anAcknowledgedWriteIsLostWhereAMemberForgetsAndComesBackUnderItsId() {
        // M4: why a member without its data is removed, and another one added
        var nodes = form(3);
        place.kill(nodes.get(2));
        place.await(SOON, "written by two", () -> put(nodes.get(0), "k", "v"));
        place.kill(nodes.get(0));
        place.kill(nodes.get(1));
        place.wipe(nodes.get(1));
        place.start(nodes.get(2), nodes, "existing", TOKEN);
        place.pass(STARTED);
        place.start(nodes.get(1), nodes, "existing", TOKEN);
        place.await(
                SOON,
                "both accept writes, or the newcomer is refused",
                () -> put(nodes.get(2), "other", "v")
                        || place.exitCode(nodes.get(1)).isPresent());
        if (place.exitCode(nodes.get(1)).isPresent()) {
            // 3.6: the one member that it can ask does not know the cluster's version without a quorum
            leftOut("that a member which forgot what it acknowledged loses a write: this etcd refuses it; one of 3.5"
                    + " in ETCD_BIN_DIR does not");
            return;
        }
        assertThat(get(nodes.get(2), "k")).isEmpty();
        assertNotLinearizable("k");
        writeLostThatTwoAcknowledged();
    }

    @Test
    void onAnOlderCopyOfItsDataAFollowerPanicsUnderTheLeaderThatRemembersMoreOfIt() {
        var nodes = form(3);
        var leader = place(nodes, observe().leader());
        var follower = olderCopy(nodes, leader);
        place.start(follower, nodes, "existing", TOKEN);
        awaitExit(follower, 2);
        place.start(follower, nodes, "existing", TOKEN);
        awaitExit(follower, 2);
        assertThat(put(leader, "k", "third")).isTrue();
    }

    @Test
    void onAnOlderCopyOfItsDataAFollowerCatchesUpUnderALeaderThatNeverKnewIt() {
        var nodes = form(3);
        var leader = place(nodes, observe().leader());
        var follower = olderCopy(nodes, leader);
        var heir = nodes.stream()
                .filter(node -> !node.equals(leader) && !node.equals(follower))
                .findFirst()
                .orElseThrow();
        place.etcd().moveLeader(leader.endpoint(), seedId(heir), CHANGE_DEADLINE);
        place.await(SOON, "the heir leads", () -> observe().leader() == seedId(heir));
        place.start(follower, nodes, "existing", TOKEN);
        awaitServing(3);
        assertThat(get(follower, "k")).contains("second");
        assertThat(observe().ids()).contains(seedId(follower));
    }

    /** A follower that does not run, on a copy of its data from before a write that it has acknowledged. */
    private Node olderCopy(List<Node> nodes, Node leader) {
        var follower =
                nodes.stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
        assertThat(put(leader, "k", "first")).isTrue();
        place.stop(follower);
        place.keep(follower);
        place.start(follower, nodes, "existing", TOKEN);
        awaitServing(3);
        assertThat(put(leader, "k", "second")).isTrue();
        assertThat(get(follower, "k")).contains("second");
        assertThat(observe().leader()).isEqualTo(seedId(leader));
        place.kill(follower);
        place.setBack(follower);
        return follower;
    }

    // ---- joining ----

    @Test
    void aLearnerIsAddedStartedAndPromoted() {
        var nodes = form(1);
        var learner = place.node(2);
        place.etcd().addLearner(nodes.get(0).endpoint(), learner.peerUrl(), CHANGE_DEADLINE);
        known.add(learner);

        var added = member(learner);
        assertThat(added.learner()).isTrue();
        assertThat(added.started()).isFalse();
        assertThat(added.name()).isEmpty();
        assertThat(added.serving()).isFalse();
        assertThat(refusal(() -> promote(nodes.get(0), learner))).contains(Reason.NOT_IN_SYNC);
        assertThat(refusal(() -> place.etcd().addLearner(nodes.get(0).endpoint(), learner.peerUrl(), CHANGE_DEADLINE)))
                .contains(Reason.ALREADY);
        assertThat(refusal(() -> place.etcd()
                        .addLearner(nodes.get(0).endpoint(), place.node(3).peerUrl(), CHANGE_DEADLINE)))
                .contains(Reason.TOO_MANY_LEARNERS);
        assertThat(put(nodes.get(0), "k", "v")).isTrue();

        place.start(learner, List.of(nodes.get(0), learner), "existing", "any");
        place.await(
                SOON,
                "the learner serves",
                () -> member(learner).started() && member(learner).serving());
        assertThat(put(learner, "k", "not at a learner")).isFalse();
        promote(nodes.get(0), learner);
        assertThat(refusal(() -> promote(nodes.get(0), learner))).contains(Reason.ALREADY);
        place.await(SOON, "two voters", () -> observe().voters().size() == 2);
        assertThat(get(learner, "k")).contains("v");
    }

    @Test
    void whoJoinsWithAWrongListOfMembersEnds() {
        var nodes = form(1);
        var learner = place.node(2);
        place.etcd().addLearner(nodes.get(0).endpoint(), learner.peerUrl(), CHANGE_DEADLINE);
        place.start(learner, List.of(nodes.get(0), learner, place.node(3)), "existing", "any");
        awaitExit(learner, 1);
        place.start(learner, List.of(learner), "existing", "any");
        awaitExit(learner, 1);
    }

    @Test
    void nothingIsAddedUntilPeersHaveBeenConnectedForAWhile() {
        var nodes = form(3);
        var learner = place.node(4);
        assertThat(refusal(() -> place.etcd().addLearner(nodes.get(0).endpoint(), learner.peerUrl(), CHANGE_DEADLINE)))
                .contains(Reason.UNHEALTHY);
        place.pass(CONNECTED_LONG_ENOUGH);
        place.etcd().addLearner(nodes.get(0).endpoint(), learner.peerUrl(), CHANGE_DEADLINE);
        assertThat(member(learner).learner()).isTrue();
    }

    // ---- leaving ----

    @Test
    void withOneOfThreeDownNobodyIsAddedNobodyHealthyRemovedButTheDeadOneIs() {
        var nodes = form(3);
        place.kill(nodes.get(2));
        place.pass(CONNECTED_LONG_ENOUGH);
        awaitServing(2);
        var asked = nodes.get(0).endpoint();
        assertThat(refusal(() -> place.etcd().addLearner(asked, place.node(4).peerUrl(), CHANGE_DEADLINE)))
                .contains(Reason.UNHEALTHY);
        assertThat(refusal(() -> place.etcd().remove(asked, seedId(nodes.get(1)), CHANGE_DEADLINE)))
                .contains(Reason.UNHEALTHY);
        place.etcd().remove(asked, seedId(nodes.get(2)), CHANGE_DEADLINE);
        assertThat(observe().members()).hasSize(2);
        assertThat(refusal(() -> place.etcd().remove(asked, seedId(nodes.get(2)), CHANGE_DEADLINE)))
                .contains(Reason.NOT_FOUND);
        place.etcd().addLearner(asked, place.node(4).peerUrl(), CHANGE_DEADLINE);
        assertThat(observe().members()).hasSize(3);
    }

    @Test
    void aRemovedMembersProcessEndsByItselfAndNeverComesBack() {
        var nodes = form(3);
        place.pass(CONNECTED_LONG_ENOUGH);
        var gone = nodes.stream()
                .filter(node -> seedId(node) != observe().leader())
                .findFirst()
                .orElseThrow();
        var asked =
                nodes.stream().filter(node -> !node.equals(gone)).findFirst().orElseThrow();
        place.etcd().remove(asked.endpoint(), seedId(gone), CHANGE_DEADLINE);
        awaitExit(gone, 0);
        place.start(gone, nodes, "existing", TOKEN);
        // real etcd ends with 0 or with 1 here, by what it hears first: its own log, or a peer that refuses it
        awaitExit(gone);
        assertThat(observe().members()).hasSize(2);
    }

    // ---- quorum and leader ----

    @Test
    void withoutQuorumNothingIsKnownAndNothingChanges() {
        var nodes = form(3);
        assertThat(put(nodes.get(0), "k", "v")).isTrue();
        place.kill(nodes.get(1));
        place.kill(nodes.get(2));
        place.await(SOON, "no quorum", () -> refusal(this::observe).isPresent());
        assertThat(refusal(this::observe)).contains(Reason.NO_QUORUM);
        assertThat(put(nodes.get(0), "k", "w")).isFalse();
        assertThat(get(nodes.get(0), "k")).isEmpty();
        assertThat(refusal(() -> place.etcd().remove(nodes.get(0).endpoint(), seedId(nodes.get(1)), CHANGE_DEADLINE)))
                .isPresent();
        place.start(nodes.get(1), nodes, "existing", TOKEN);
        awaitServing(2);
        assertThat(observe().members()).hasSize(3);
    }

    @Test
    void onlyTheLeaderHandsLeadershipOn() {
        var nodes = form(3);
        var leader = place(nodes, observe().leader());
        var others = nodes.stream().filter(node -> !node.equals(leader)).toList();
        assertThat(refusal(() ->
                        place.etcd().moveLeader(others.get(0).endpoint(), seedId(others.get(1)), CHANGE_DEADLINE)))
                .contains(Reason.NOT_LEADER);
        place.etcd().moveLeader(leader.endpoint(), seedId(others.get(1)), CHANGE_DEADLINE);
        place.await(SOON, "the other leads", () -> observe().leader() == seedId(others.get(1)));
        assertThat(refusal(() -> place.etcd().moveLeader(others.get(1).endpoint(), 4711, CHANGE_DEADLINE)))
                .contains(Reason.REFUSED);
    }

    @Test
    void whenTheLeaderIsKilledAnotherOneLeadsAndNothingIsLost() {
        var nodes = form(3);
        assertThat(put(nodes.get(0), "k", "v")).isTrue();
        var leader = place(nodes, observe().leader());
        var survivor =
                nodes.stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
        place.kill(leader);
        place.await(
                SOON,
                "another leads",
                () -> refusal(this::observe).isEmpty()
                        && observe().leader() != seedId(leader)
                        && observe().leader() != 0);
        assertThat(get(survivor, "k")).contains("v");
        assertThat(put(survivor, "k", "w")).isTrue();
    }

    @Test
    void anEndpointAtWhichAnotherMemberAnswersCountsAsSilent() {
        var nodes = form(1);
        var stranger = new Node("x", place.node(2).peerUrl(), nodes.get(0).clientUrl());
        place.etcd().addLearner(nodes.get(0).endpoint(), stranger.peerUrl(), CHANGE_DEADLINE);
        known.add(stranger);
        assertThat(member(stranger).serving()).isFalse();
        assertThat(refusal(() -> place.etcd().observe(clusterId + 1, endpoints())))
                .contains(Reason.NO_QUORUM);
    }

    @Test
    void aLeaderThatIsToldToEndHandsOverFirst() {
        var nodes = form(3);
        var leader = place(nodes, observe().leader());
        var survivor =
                nodes.stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
        place.stop(leader);
        place.await(Duration.ofMillis(900), "another leads at once", () -> put(survivor, "k", "v"));
    }

    // ---- words ----

    /** Says what could not be tried on this machine's etcd. */
    abstract void leftOut(String what);

    /** What else must show when a write was lost. */
    void writeLostThatTwoAcknowledged() {}

    private boolean put(Node node, String key, String value) {
        long called = history.now();
        boolean acknowledged = place.put(node, key, value);
        if (acknowledged) {
            history.answered(node.name(), key, new Action.Write(value), called);
        } else {
            history.unanswered(node.name(), key, new Action.Write(value), called);
        }
        return acknowledged;
    }

    private Optional<String> get(Node node, String key) {
        long called = history.now();
        var found = place.get(node, key);
        history.answered(node.name(), key, new Action.Read(found.orElse(null)), called);
        return found;
    }

    /** What clients saw of that register cannot be, and whoever judges histories says so. */
    private void assertNotLinearizable(String register) {
        var violation = Linearizability.violation(history.operations());
        assertThat(violation).isPresent();
        assertThat(violation.get().operation().key()).isEqualTo(register);
    }

    final List<Node> form(int size) {
        var nodes = new ArrayList<Node>();
        for (int i = 1; i <= size; i++) {
            nodes.add(place.node(i));
        }
        known.addAll(nodes);
        clusterId = MemberIds.cluster(nodes.stream().map(EtcdContract::seedId).toList());
        nodes.forEach(node -> place.start(node, nodes, "new", TOKEN));
        awaitServing(size);
        return nodes;
    }

    /** Adds a member, starts and promotes it. */
    private Node grow(Node asked, Node learner) {
        place.await(
                SOON,
                "added",
                () -> refusal(() -> place.etcd().addLearner(asked.endpoint(), learner.peerUrl(), CHANGE_DEADLINE))
                        .isEmpty());
        var initial = new ArrayList<>(known);
        initial.add(learner);
        known.add(learner);
        place.start(learner, initial, "existing", TOKEN);
        place.await(
                SOON, "promoted", () -> refusal(() -> promote(asked, learner)).isEmpty());
        return learner;
    }

    private static long seedId(Node node) {
        return MemberIds.member(node.peerUrl(), TOKEN);
    }

    private static Node place(List<Node> nodes, long id) {
        return nodes.stream().filter(node -> seedId(node) == id).findFirst().orElseThrow();
    }

    private Membership observe() {
        return place.etcd().observe(clusterId, endpoints());
    }

    private List<Etcd.Endpoint> endpoints() {
        return known.stream().map(Node::endpoint).toList();
    }

    private Membership.Member member(Node node) {
        return observe().member(node.peerUrl()).orElseThrow();
    }

    private void promote(Node asked, Node learner) {
        place.etcd().promote(asked.endpoint(), member(learner).id(), CHANGE_DEADLINE);
    }

    private void awaitServing(int voters) {
        place.await(SOON, voters + " serve", () -> {
            try {
                var seen = observe();
                return seen.leader() != 0
                        && seen.voters().stream()
                                        .filter(Membership.Member::serving)
                                        .filter(Membership.Member::started)
                                        .count()
                                == voters;
            } catch (EtcdException e) {
                return false;
            }
        });
    }

    private void awaitExit(Node node) {
        place.await(SOON, node.name() + " ends", () -> place.exitCode(node).isPresent());
    }

    private void awaitExit(Node node, int code) {
        awaitExit(node);
        assertThat(place.exitCode(node)).hasValue(code);
    }

    private static Optional<Reason> refusal(Runnable request) {
        return Optional.ofNullable(catchThrowableOfType(EtcdException.class, request::run))
                .map(EtcdException::reason);
    }
}
