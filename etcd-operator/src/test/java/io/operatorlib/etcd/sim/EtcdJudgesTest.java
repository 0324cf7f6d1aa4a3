package io.operatorlib.etcd.sim;

import static io.operatorlib.etcd.Etcd.CHANGE_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.etcd.Etcd;
import io.operatorlib.etcd.EtcdException;
import io.operatorlib.etcd.MemberIds;
import io.operatorlib.etcd.sim.EtcdPlace.Node;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimulationFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each judge of an invariant of etcd sees what breaks it; whom the numbers mean stands in etcd-invariants.md. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdJudgesTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String TOKEN = "uid-1";

    private final ModelPlace model = new ModelPlace(1);
    private final List<Node> nodes = new ArrayList<>();
    private final ShippedRole role = EtcdStage.shippedRole();

    @AfterEach
    void close() {
        model.close();
    }

    // ---- what is asked of etcd ----

    @Test
    void i1_aChangeOnAMemberListThatNobodyHasRead() {
        form(3, 3);
        model.pass(EtcdWorld.HEALTH_INTERVAL);
        ask(etcd -> etcd.addLearner(nodes.get(0).endpoint(), model.node(4).peerUrl(), CHANGE_DEADLINE));
        assertViolated("I1: etcd add learner");
    }

    @Test
    void i2_aMemberBesideOneThatHasNeverStarted() {
        form(5, 4);
        addOneMore();
        assertViolated("I2: a member was added while another had never started");
    }

    @Test
    void i3_aSecondLearner() {
        form(1, 1);
        addOneMore();
        addOneMore();
        assertViolated("I3: a learner was added beside another");
    }

    @Test
    void i6_theRemovalOfAHealthyOneWhileAnotherIsNot() {
        form(4, 4);
        model.pass(EtcdWorld.HEALTH_INTERVAL);
        model.kill(follower(0));
        remove(follower(1));
        assertViolated("I6: a healthy member was removed while 1 of 4 voters were not");
    }

    @Test
    void i7_theRemovalOfOneOfTwoWhileOneServes() {
        form(2, 2);
        var world = model.world();
        var alone = world.leader(world.clusters().get(0)).orElseThrow();
        var dead = follower(0);
        model.kill(dead);
        var rules = new MemberRules(world); // whoever asks has not looked
        var unused = catchThrowableOfType(EtcdException.class, () -> rules.remove(alone, seedId(dead)));
        assertViolated("I7: one of two members was removed while the other alone served");
    }

    @Test
    void i11_anEighthMember() {
        form(7, 7);
        addOneMore();
        assertViolated("I11: a member was added to 7 voters");
    }

    @Test
    void i22_theRemovalOfTheLeader() {
        form(3, 3);
        model.pass(EtcdWorld.HEALTH_INTERVAL);
        remove(leader());
        assertViolated("I22: the leader");
    }

    // ---- how processes start ----

    @Test
    void i12_twoProcessesOnOneDirectory() {
        form(1, 1);
        model.start(nodes.get(0), nodes, "existing", TOKEN);
        assertViolated("two processes on one data directory");
    }

    @Test
    void i14_aClusterThatIsBegunAnew() {
        form(1, 1);
        model.kill(nodes.get(0));
        model.wipe(nodes.get(0));
        model.start(nodes.get(0), nodes, "new", TOKEN);
        assertViolated("I14: m1@10.0.0.1 began anew");
    }

    @Test
    void i15_aTokenThatBeginsTwoClusters() {
        form(1, 1);
        var other = model.node(2);
        model.start(other, List.of(other), "new", TOKEN);
        assertViolated("I15: m2@10.0.0.2 began another cluster");
    }

    @Test
    void i18_aMemberThatRunsAtAnotherUrl() {
        form(1, 1);
        model.kill(nodes.get(0));
        var moved = new Node("m1", model.node(2).peerUrl(), model.node(2).clientUrl());
        model.start(moved, List.of(), "existing", TOKEN);
        assertViolated("I18: m1@10.0.0.2 is listed at http://10.0.0.1:2380");
    }

    // ---- what the operator does in Kubernetes ----

    @Test
    void i10_aPodThatItDeletesThoughNobodyWishedIt() {
        assertThat(broken(stage -> stage.createOnVolumes(1), EtcdStage.PODS)).contains("I10: the pod of");
    }

    @Test
    void i13_aPodThatItDeletesWithItsData() {
        assertThat(broken(stage -> stage.create(1), EtcdStage.PODS)).contains("I13: the pod of");
    }

    @Test
    void i13_aClaimThatItDeletes() {
        assertThat(broken(stage -> stage.createOnVolumes(1), EtcdStage.CLAIMS)).contains("I13: the volume of");
    }

    /** What is said when the operator deletes the object in that collection that is called after a member. */
    private String broken(Consumer<EtcdStage> creation, String collection) {
        try (var sim = Sim.seeded(1)) {
            var stage = new EtcdStage(sim, role).withStorage();
            creation.accept(stage);
            stage.converges(1);
            var name = EtcdStage.name(stage.cluster().list(collection).get(0));
            stage.cluster()
                    .operator(ports -> ports.kubeApi()
                            .send(ApiRequest.of(ApiRequest.Method.DELETE, collection + "/" + name))
                            .close());
            return failure(() -> sim.pass(SOON));
        }
    }

    @Test
    void i14_aClusterThatIsBegunFromALatchThatIsNotArmed() {
        try (var sim = Sim.seeded(1)) {
            var stage = new EtcdStage(sim, role);
            stage.create(1);
            stage.converges(1);
            var uid = stage.cluster()
                    .get(EtcdStage.CLUSTERS + "/" + EtcdStage.NAME)
                    .orElseThrow()
                    .getAsJsonObject("metadata")
                    .get("uid")
                    .getAsString();
            begin(stage.world(), uid + "-another", 9);
            assertThat(failure(() -> sim.pass(SOON))).contains("I14: m9 begins a cluster without an armed latch");
        }
    }

    @Test
    void i17_aSecondClusterOfOneResource() {
        try (var sim = Sim.seeded(1)) {
            var stage = new EtcdStage(sim, role);
            begin(stage.world(), "uid-1", 8);
            sim.pass(SOON);
            begin(stage.world(), "uid-2", 9);
            assertThat(failure(() -> sim.pass(SOON))).contains("one cluster ID for ever");
        }
    }

    private static String failure(Runnable run) {
        return String.valueOf(Objects.requireNonNull(catchThrowableOfType(SimulationFailure.class, run::run))
                .getMessage());
    }

    private static void begin(EtcdWorld world, String token, int number) {
        var name = "m" + number;
        var address = "10.0.0." + number;
        var peer = "http://" + address + ":2380";
        var client = "http://" + address + ":2379";
        var flags = new EtcdFlags(name, "/data", peer, peer, client, client, Map.of(name, peer), true, token);
        world.start(flags, address, new DataDir(), host -> host, code -> {});
    }

    // ---- words ----

    /** Begins a cluster of so many voters of which so many ever start; they serve. */
    private void form(int voters, int started) {
        IntStream.rangeClosed(1, voters).forEach(number -> nodes.add(model.node(number)));
        nodes.subList(0, started).forEach(node -> model.start(node, nodes, "new", TOKEN));
        model.await(
                SOON,
                started + " serve",
                () -> model.world().running(model.world()::canRead).size() == started);
        model.pass(Duration.ofSeconds(1)); // so that they have told their names
        assertThat(model.world().violations()).isEmpty();
    }

    private Node leader() {
        return nodes.stream()
                .filter(node -> seedId(node) == leaderId())
                .findFirst()
                .orElseThrow();
    }

    private Node follower(int number) {
        return nodes.stream()
                .filter(node -> seedId(node) != leaderId())
                .toList()
                .get(number);
    }

    private long leaderId() {
        var world = model.world();
        return world.leader(world.clusters().get(0)).orElseThrow().id();
    }

    private static long seedId(Node node) {
        return MemberIds.member(node.peerUrl(), TOKEN);
    }

    private void observe() {
        var endpoints = nodes.stream().map(Node::endpoint).toList();
        var unused = model.etcd().observe(model.world().clusters().get(0), endpoints);
    }

    private void addOneMore() {
        model.pass(EtcdWorld.HEALTH_INTERVAL);
        observe();
        var learner = model.node(nodes.size() + 1);
        nodes.add(learner);
        ask(etcd -> etcd.addLearner(leader().endpoint(), learner.peerUrl(), CHANGE_DEADLINE));
    }

    private void remove(Node node) {
        model.pass(EtcdWorld.HEALTH_INTERVAL);
        observe();
        ask(etcd -> etcd.remove(leader().endpoint(), seedId(node), CHANGE_DEADLINE));
    }

    /** Asks for what may be refused as well. */
    private void ask(Consumer<Etcd> request) {
        var unused = catchThrowableOfType(EtcdException.class, () -> request.accept(model.etcd()));
    }

    private void assertViolated(String rule) {
        model.pass(Duration.ofSeconds(1));
        assertThat(model.world().violations()).isNotEmpty().allMatch(violation -> violation.startsWith(rule));
    }
}
