package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

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

    void theOperatorsOwnNodeDies() throws Exception {
        var stage = cluster.namespace("operators-node");
        String node = stage.operatorNode();
        teller.chapter("The operator's own node dies: " + node);
        cluster.stop(node);
        stage.apply(Stage.cluster("db", 1, version));
        teller.step(
                "an operator on another node makes a cluster",
                PATIENCE,
                () -> "",
                () -> stage.healthyVoters("db").size() == 1);
        assertThat(stage.operatorNode()).isNotEqualTo(node);
        cluster.start(node);
        teller.step("the node is ready again", PATIENCE, () -> "", () -> stage.nodeReady(node));
        end(stage);
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
            assertThat(writer.stopAndCountLost())
                    .as("acknowledged writes that are lost")
                    .isZero();
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
        var roles = ShippedRoles.of(Files.readString(operator.resolve("deploy/install.yaml")));
        teller.note(requests.size() + " requests, refused: " + ShippedRoles.refused(requests) + ", permissions unused: "
                + roles.unused(requests));
        assertThat(requests).isNotEmpty();
        assertThat(ShippedRoles.refused(requests)).isEmpty();
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
            var gap = writer.longestGap();
            assertThat(writer.stopAndCountLost())
                    .as("acknowledged writes that are lost")
                    .isZero();
            teller.note(writer.acknowledged() + " writes acknowledged, 0 lost, longest gap " + gap.toMillis() + " ms");
        }
    }
}
