package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.cluster.kubelet.Kubelet;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a kubelet does with containers and says of them, in virtual time, with containers that play their parts. */
class KubeletTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Sim sim = Sim.seeded(1);
    private final SimCluster cluster = SimCluster.in(sim, SimCluster.OPERATOR);
    private final ScriptedRuntime runtime = new ScriptedRuntime(sim);

    KubeletTest() {
        kubelet("kubelet");
    }

    private void kubelet(String name) {
        var settings = KubeletSettings.ofNode("node");
        cluster.program(name, ports -> new Kubelet(ports.kubeApi(), ports.scheduler(), runtime, settings).run());
    }

    @AfterEach
    void end() {
        sim.close();
    }

    /** A pod of one container, {@code main}. */
    private void pod(String container, String spec) {
        cluster.create(PODS, """
                {"metadata": {"name": "pod"}, "spec": {%s "containers": [{"name": "main", "image": "app" %s}]}}
                """.formatted(spec, container).replace('\'', '"'));
    }

    private JsonObject pod() {
        return cluster.get(PODS + "/pod").orElseGet(JsonObject::new);
    }

    private String phase() {
        return Json.text(pod(), "status", "phase");
    }

    private static JsonObject status(JsonObject pod) {
        return Json.objects(pod, "status", "containerStatuses").stream()
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    private String waitingFor() {
        return Json.text(status(pod()), "state", "waiting", "reason");
    }

    private boolean ready() {
        return Json.objects(pod(), "status", "conditions").stream()
                .anyMatch(c -> Json.text(c, "type").equals("Ready")
                        && Json.text(c, "status").equals("True"));
    }

    private void eventually(String name, BooleanSupplier condition) {
        sim.eventually(SOON, name, condition);
    }

    @Test
    void whatEndsAgainAndAgainIsStartedAtOnceThenAfterDelaysThatDoubleUpToFiveMinutes() {
        runtime.endsAtOnce("main", 1);
        pod("", "");
        sim.pass(Duration.ofMinutes(21));
        var starts = runtime.starts("main");
        assertThat(starts).hasSizeGreaterThan(8);
        assertThat(gaps(starts).subList(0, 8)).containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
        assertThat(waitingFor()).isEqualTo("CrashLoopBackOff");
        assertThat(Json.number(-1, status(pod()), "restartCount")).isEqualTo(starts.size() - 1);
    }

    @Test
    void aPodThatSelectsAnotherNodeByItsNameIsSaidToFitNoneAndNeverRuns() {
        pod("", "'nodeSelector': {'kubernetes.io/hostname': 'another'},");
        eventually(
                "it is said",
                () -> Json.objects(pod(), "status", "conditions").stream()
                        .anyMatch(condition -> Json.text(condition, "reason").equals("Unschedulable")));
        sim.pass(Duration.ofMinutes(5));
        assertThat(runtime.starts("main")).isEmpty();
        cluster.delete(PODS + "/pod");
        pod("", "'nodeSelector': {'kubernetes.io/hostname': 'node'},");
        eventually("it runs", () -> runtime.runs("main"));
    }

    private static List<Long> gaps(List<Long> times) {
        return IntStream.range(1, times.size())
                .mapToObj(i -> times.get(i) - times.get(i - 1))
                .toList();
    }

    @Test
    void aRunOfTenMinutesMakesTheNextRestartImmediateAgain() {
        pod("", "");
        eventually("it runs", () -> runtime.runs("main"));
        runtime.end("main", 1);
        eventually("at once", () -> runtime.starts("main").size() == 2);
        runtime.end("main", 1);
        sim.eventually(
                Duration.ofSeconds(12),
                "after ten seconds",
                () -> runtime.starts("main").size() == 3);
        sim.pass(Duration.ofMinutes(11));
        runtime.end("main", 1);
        eventually("at once again", () -> runtime.starts("main").size() == 4);
    }

    @Test
    void restartPolicyNeverEndsThePodWithItsContainer() {
        pod("", "'restartPolicy': 'Never',");
        eventually("it runs", () -> phase().equals("Running"));
        runtime.end("main", 3);
        eventually("it has failed", () -> phase().equals("Failed"));
        assertThat(Json.number(0, status(pod()), "state", "terminated", "exitCode"))
                .isEqualTo(3);
        sim.pass(Duration.ofMinutes(10));
        assertThat(runtime.starts("main")).hasSize(1);
    }

    @Test
    void restartPolicyOnFailureStartsAgainUntilItSucceeds() {
        pod("", "'restartPolicy': 'OnFailure',");
        eventually("it runs", () -> runtime.runs("main"));
        runtime.end("main", 1);
        eventually("it runs again", () -> runtime.starts("main").size() == 2 && runtime.runs("main"));
        runtime.end("main", 0);
        eventually("it has succeeded", () -> phase().equals("Succeeded"));
    }

    @Test
    void readinessFollowsItsProbeAndRestartsNothing() {
        runtime.port(80, false);
        pod(", 'readinessProbe': {'tcpSocket': {'port': 80}, 'periodSeconds': 1, 'failureThreshold': 3}", "");
        sim.pass(Duration.ofSeconds(20));
        assertThat(phase()).isEqualTo("Running");
        assertThat(ready()).isFalse();
        runtime.port(80, true);
        sim.eventually(Duration.ofSeconds(2), "ready", this::ready);
        runtime.port(80, false);
        sim.pass(Duration.ofMillis(1500));
        assertThat(ready()).as("a failure or two are no reason").isTrue();
        eventually("unready", () -> !ready());
        assertThat(runtime.starts("main")).hasSize(1);
    }

    @Test
    void aContainerThatIsNotAliveIsAskedToEndThenKilledThenStartedAgain() {
        runtime.ignoresSigterm("main");
        pod(
                ", 'livenessProbe': {'tcpSocket': {'port': 80}, 'periodSeconds': 10, 'failureThreshold': 2}",
                "'terminationGracePeriodSeconds': 7,");
        sim.pass(Duration.ofSeconds(15));
        runtime.port(80, false);
        sim.pass(Duration.ofMinutes(1));
        assertThat(runtime.deeds()).startsWith("0 start main", "30 SIGTERM main", "37 SIGKILL main", "37 start main");
    }

    @Test
    void untilItHasStartedNoOtherProbeCounts() {
        runtime.port(81, false);
        runtime.port(80, false);
        pod(
                ", 'startupProbe': {'tcpSocket': {'port': 81}, 'periodSeconds': 10, 'failureThreshold': 10},"
                        + " 'livenessProbe': {'tcpSocket': {'port': 80}, 'periodSeconds': 1, 'failureThreshold': 1}",
                "");
        sim.pass(Duration.ofSeconds(50));
        assertThat(runtime.deeds()).containsExactly("0 start main");
        runtime.port(81, true);
        sim.pass(Duration.ofSeconds(12));
        assertThat(runtime.deeds()).contains("60 SIGTERM main");
    }

    @Test
    void aPodIsGoneOnlyWhenItsContainersAre() {
        runtime.ignoresSigterm("main");
        pod("", "'terminationGracePeriodSeconds': 20,");
        eventually("it runs", () -> runtime.runs("main"));
        cluster.delete(PODS + "/pod");
        sim.pass(Duration.ofSeconds(18));
        assertThat(pod().size()).as("still there").isPositive();
        eventually("gone", () -> pod().size() == 0);
        eventually("tidied up", () -> runtime.deeds().contains("20 remove"));
        assertThat(runtime.deeds()).containsExactly("0 start main", "0 SIGTERM main", "20 SIGKILL main", "20 remove");
    }

    @Test
    void initContainersRunOneAfterTheOtherAndAFailedOneIsRepeatedFirst() {
        runtime.endsAtOnce("one", 1);
        runtime.endsAtOnce("two", 0);
        pod("", "'initContainers': [{'name': 'one', 'image': 'app'}, {'name': 'two', 'image': 'app'}],");
        sim.pass(Duration.ofSeconds(5));
        assertThat(runtime.starts("two")).isEmpty();
        assertThat(phase()).isEqualTo("Pending");
        runtime.endsAtOnce("one", 0);
        sim.pass(Duration.ofSeconds(10));
        assertThat(runtime.deeds())
                .containsExactly("0 start one", "0 start one", "10 start one", "10 start two", "10 start main");
    }

    @Test
    void aFailedInitContainerThatIsNotToBeRepeatedFailsThePod() {
        runtime.endsAtOnce("one", 1);
        pod("", "'restartPolicy': 'Never', 'initContainers': [{'name': 'one', 'image': 'app'}],");
        eventually("failed", () -> phase().equals("Failed"));
        assertThat(runtime.deeds()).containsExactly("0 start one");
    }

    @Test
    void whatAVolumeShowsFollowsItsSecretWithinAMinute() {
        secret("first");
        pod("", "'volumes': [{'name': 'files', 'secret': {'secretName': 'secret'}}],");
        eventually("it runs", () -> runtime.runs("main"));
        assertThat(runtime.file("files", "word")).isEqualTo("first");
        cluster.patch(SECRETS + "/secret", "{\"stringData\": {\"word\": \"second\"}}");
        sim.eventually(
                Duration.ofSeconds(61),
                "the new word",
                () -> runtime.file("files", "word").equals("second"));
        assertThat(runtime.starts("main")).as("nothing is started for that").hasSize(1);
    }

    private void secret(String word) {
        cluster.create(SECRETS, "{\"metadata\": {\"name\": \"secret\"}, \"stringData\": {\"word\": \"" + word + "\"}}");
    }

    @Test
    void aContainerWaitsForASecretThatIsNotThere() {
        pod("", "'volumes': [{'name': 'files', 'secret': {'secretName': 'secret'}}],");
        sim.pass(Duration.ofSeconds(10));
        assertThat(waitingFor()).isEqualTo("ContainerCreating");
        secret("late");
        eventually("it runs", () -> runtime.runs("main"));
    }

    @Test
    void aVariableFromASecretThatIsNotThereIsNamed() {
        pod(", 'env': [{'name': 'WORD', 'valueFrom': {'secretKeyRef': {'name': 'secret', 'key': 'word'}}}]", "");
        eventually("it says so", () -> waitingFor().equals("CreateContainerConfigError"));
        assertThat(Json.text(status(pod()), "state", "waiting", "message")).contains("secrets \"secret\" not found");
        secret("late");
        eventually("it runs", () -> runtime.runs("main"));
    }

    @Test
    void anImageThatComesLateIsFound() {
        cluster.create(PODS, """
                {"metadata": {"name": "pod"}, "spec": {"containers": [{"name": "main", "image": "late"}]}}
                """);
        eventually("it says so", () -> waitingFor().equals("ErrImagePull"));
        eventually("and waits", () -> waitingFor().equals("ImagePullBackOff"));
        runtime.hasImage("late");
        eventually("it runs", () -> runtime.runs("main"));
    }

    @Test
    void anotherKubeletGoesOnWhereTheFirstHasStopped() {
        pod("", "");
        eventually("ready", this::ready);
        kubelet("another");
        sim.pass(Duration.ofSeconds(30));
        assertThat(runtime.deeds()).containsExactly("0 start main");
        assertThat(ready()).isTrue();
    }
}
