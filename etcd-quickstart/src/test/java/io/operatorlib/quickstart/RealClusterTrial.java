package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.cluster.Kubectl;
import io.operatorlib.testing.contract.KubectlSession;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the operator is put to on a real cluster.
 *
 * @param operator the folder of its module, built
 * @param version the etcd's
 */
record RealClusterTrial(RealCluster cluster, Path operator, String version, Teller teller) {
    /** A pod on a dead node is evicted after the taint's time, and counts as gone after its grace period of a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Long enough for a test to look, short enough to wait for. */
    private static final int GONE_AFTER_SECONDS = 20;

    private static final int WRITES = 200;

    void theStoryIsTold() throws Exception {
        OnCluster.tell(cluster.kubeconfig(), cluster.kubectl(), operator, List.of(), teller);
    }

    void theImageIsSmallAndRestricted() throws Exception {
        new OperatorsImage(operator.resolve(RealCluster.IMAGE), cluster.namespace("image"), teller)
                .isSmallAndRestricted();
    }

    void membersAreOnThreeNodesAndComeBackWithTheirData() throws Exception {
        var stage = cluster.namespace("outages");
        create(stage, 3600);
        var members = stage.members("db");
        assertThat(members.stream().map(member -> stage.node(member.name())).distinct())
                .hasSize(RealCluster.NODES);
        String node = members.stream()
                .map(member -> stage.node(member.name()))
                .filter(other -> !other.equals(stage.operatorNode()))
                .findFirst()
                .orElseThrow();

        teller.chapter("A node dies and comes back: " + node);
        throughAnOutage(stage, () -> cluster.stop(node), () -> cluster.start(node));
        assertThat(stage.members("db")).isEqualTo(members);

        teller.chapter("A node is cut off, and runs on: " + node);
        throughAnOutage(stage, () -> cluster.cut(node), () -> cluster.join(node));
        assertThat(stage.members("db")).isEqualTo(members);
        end(stage);
    }

    void theWebhookIsHealed() throws Exception {
        new WebhookTrial(cluster.admin(), teller).tell();
    }

    void theOperatorsOwnNodeDies() throws Exception {
        var stage = cluster.namespace("operators-node");
        create(stage, 3600);
        teller.step(
                "two operators are ready",
                PATIENCE,
                () -> "",
                () -> stage.operatorNodes().size() == 2);
        String node = stage.operatorNode();
        teller.chapter("The leading operator's node dies: " + node + "; operators are on " + stage.operatorNodes());
        try (var writer = Writer.start("operators-node/", () -> stage.endpoints("db"))) {
            teller.step("the application writes", PATIENCE, () -> "", () -> writer.acknowledged() > WRITES);
            cluster.stop(node);
            teller.step(
                    "an operator on another node leads",
                    PATIENCE,
                    () -> "",
                    () -> !List.of("", node).contains(stage.operatorNode()));
            stage.apply(Stage.cluster("new", 1, version));
            teller.step(
                    "it makes another cluster",
                    PATIENCE,
                    () -> "",
                    () -> stage.healthyVoters("new").size() == 1);
            cluster.start(node);
            teller.step("the node is ready again", PATIENCE, () -> "", () -> stage.nodeReady(node));
            teller.step("the same three members are healthy", PATIENCE, () -> "", () -> stage.healthy("db", 3));
            var victim = stage.members("db").get(0);
            stage.loseData(victim.name());
            teller.step(
                    "a member whose data is lost is replaced",
                    PATIENCE,
                    () -> "",
                    () -> stage.healthy("db", 3)
                            && stage.members("db").stream()
                                    .noneMatch(member -> member.id().equals(victim.id())));
            noneLost(writer);
        }
        stage.delete("new");
        end(stage);
    }

    private void noneLost(Writer writer) throws Exception {
        var gap = writer.longestGap();
        assertThat(writer.stopAndCountLost())
                .as("acknowledged writes that are lost")
                .isZero();
        teller.note(writer.acknowledged() + " writes acknowledged, 0 lost, longest gap " + gap);
    }

    void aMemberOnANodeThatIsGoneIsReplacedAfterTheDeclaredTimeAndNeverBefore() throws Exception {
        var stage = cluster.namespace("gone");
        create(stage, GONE_AFTER_SECONDS);
        var lost = stage.members("db").stream()
                .filter(member -> !stage.node(member.name()).equals(stage.operatorNode()))
                .findFirst()
                .orElseThrow();
        String node = stage.node(lost.name());
        teller.chapter("A node is gone for good: " + node + ", with " + lost.name() + ", declared after "
                + GONE_AFTER_SECONDS + " s");
        try (var writer = Writer.start("gone/", () -> stage.endpoints("db"))) {
            teller.step("the application writes", PATIENCE, () -> "", () -> writer.acknowledged() > WRITES);
            long begin = System.nanoTime();
            cluster.stop(node);
            teller.step("the node counts as not ready", PATIENCE, () -> "", () -> !stage.nodeReady(node));
            long notReady = System.nanoTime();
            teller.step(
                    "its ID " + lost.id() + " leaves the member list",
                    PATIENCE,
                    () -> "",
                    () -> stage.members("db").stream()
                            .noneMatch(member -> member.id().equals(lost.id())));
            assertThat(Duration.ofNanos(System.nanoTime() - notReady))
                    .isGreaterThan(Duration.ofSeconds(GONE_AFTER_SECONDS));
            teller.step(
                    "three healthy voters",
                    PATIENCE,
                    () -> "",
                    () -> stage.healthyVoters("db").size() == 3);
            teller.done("from the node's death", Duration.ofNanos(System.nanoTime() - begin));
            noneLost(writer);
        }
        cluster.start(node);
        teller.step(
                "the node is back, and what was left on it is cleared away",
                PATIENCE,
                () -> "",
                () -> stage.healthy("db", 3) && stage.claims("db") == 3);
        end(stage);
    }

    void nothingWasRefusedUnderTheShippedRoles() throws Exception {
        var requests = cluster.operatorsRequests();
        assertThat(requests).isNotEmpty();
        var use = ShippedRoles.use(Files.readString(operator.resolve("deploy/install.yaml")), requests);
        teller.note(requests.size() + " requests, refused: " + use.forbidden().size() + ", grants not used here: "
                + ShippedRoles.unused(use));
        ShippedRoles.assertNoneRefused(use);
    }

    /** With {@code -Dcontract.record=DIR} it is recorded anew. */
    void kubectlSaysWhatItSaysOfALocalCluster(Path home) throws Exception {
        var kubeconfig = Files.copy(cluster.kubeconfig(), home.resolve("kubeconfig"));
        var kubectl = new Kubectl(cluster.kubectl(), kubeconfig, home);
        var recorded = KubectlSession.named(KubectlSession.PODS);
        var played = recorded.played(command -> kubectl.run(command).transcript());
        teller.note(played.steps().size() + " commands at kubectl");
        String record = System.getProperty("contract.record");
        if (record == null) {
            assertThat(played.differences(recorded)).isEmpty();
        } else {
            Files.writeString(Path.of(record, "kubectl-pods.session"), played.text());
        }
    }

    private void end(Stage stage) throws Exception {
        stage.delete("db");
        teller.step("the cluster is gone", PATIENCE, () -> "", () -> stage.remains("db") == 0);
        stage.close();
    }

    /** Something that one does to a cluster. */
    private interface Deed {
        void done() throws Exception;
    }

    private void create(Stage stage, int nodeGoneAfterSeconds) throws Exception {
        stage.apply(Stage.cluster("db", 3, version) + """
                  storage: {persistent: {size: 1Gi}}
                  scheduling: {nodeGoneAfterSeconds: %d}
                """.formatted(nodeGoneAfterSeconds));
        teller.step("three healthy voters on volumes", PATIENCE, () -> "", () -> stage.healthy("db", 3));
    }

    private void throughAnOutage(Stage stage, Deed begin, Deed end) throws Exception {
        try (var writer = Writer.start("outage/", () -> stage.endpoints("db"))) {
            teller.step("the application writes", PATIENCE, () -> "", () -> writer.acknowledged() > WRITES);
            begin.done();
            teller.step(
                    "the member is missed",
                    PATIENCE,
                    () -> "",
                    () -> stage.healthyVoters("db").size() == 2);
            long before = writer.acknowledged();
            teller.step("the application writes on", PATIENCE, () -> "", () -> writer.acknowledged() > before + WRITES);
            end.done();
            teller.step("the same three members are healthy", PATIENCE, () -> "", () -> stage.healthy("db", 3));
            noneLost(writer);
        }
    }
}
