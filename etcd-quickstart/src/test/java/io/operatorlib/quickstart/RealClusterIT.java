package io.operatorlib.quickstart;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** The story, and the death of nodes, on a real Kubernetes cluster of three nodes: what {@code tools/real-cluster} runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClusterIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    /** The folder of the scripts that make the cluster. */
    private static final String SCRIPTS = "operatorlib.cluster.scripts";

    private final Path folder;
    private @Nullable RealCluster cluster;

    /** Nodes have disks. */
    RealClusterIT(@TempDir(factory = TempDirFactory.Standard.class, cleanup = CleanupMode.ON_SUCCESS) Path folder) {
        this.folder = folder;
    }

    @TestFactory
    Stream<DynamicTest> onARealCluster() throws Exception {
        String scripts = System.getProperty(SCRIPTS);
        if (scripts == null) {
            LEFT_OUT.say("the story and the death of nodes on a real cluster: run tools/real-cluster");
            return Stream.empty();
        }
        var trial = trial(Path.of(scripts));
        return Stream.of(
                dynamicTest("the story is told", trial::theStoryIsTold),
                dynamicTest("the image is small and restricted", trial::theImageIsSmallAndRestricted),
                dynamicTest(
                        "members are on three nodes and come back with their data",
                        trial::membersAreOnThreeNodesAndComeBackWithTheirData),
                dynamicTest(
                        "kubectl says what it says of a local cluster",
                        () -> trial.kubectlSaysWhatItSaysOfALocalCluster(
                                Files.createDirectory(folder.resolve("home")))),
                dynamicTest("the webhook is healed", trial::theWebhookIsHealed),
                dynamicTest("the operator's own node dies", trial::theOperatorsOwnNodeDies),
                dynamicTest(
                        "a member on a node that is gone is replaced after the declared time and never before",
                        trial::aMemberOnANodeThatIsGoneIsReplacedAfterTheDeclaredTimeAndNeverBefore),
                dynamicTest(
                        "nothing was refused under the shipped roles", trial::nothingWasRefusedUnderTheShippedRoles));
    }

    @AfterAll
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private RealClusterTrial trial(Path scripts) throws Exception {
        Path operator = Shipped.file("etcd-operator");
        String version = OnCluster.version(operator);
        cluster = RealCluster.start(
                scripts,
                Files.createDirectory(folder.resolve("cluster")),
                operator.resolve(RealCluster.IMAGE),
                RealCluster.etcdImage(scripts, folder, version),
                RealCluster.busyboxImage(scripts, folder));
        return new RealClusterTrial(cluster, operator, version, new Teller(System.out, false));
    }
}
