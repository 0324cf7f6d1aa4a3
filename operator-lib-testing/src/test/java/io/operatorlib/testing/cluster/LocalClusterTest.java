package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.DeleteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Pods as processes of this machine, from the API to the file system and back. */
@Execution(ExecutionMode.CONCURRENT)
class LocalClusterTest {
    private static final DeleteOptions AT_ONCE = DeleteOptions.DEFAULT.grace(Duration.ofSeconds(0));

    private static ClusterTrial trial;

    @BeforeAll
    static void start(@TempDir Path folder) {
        trial = new ClusterTrial(folder);
    }

    @AfterAll
    static void stop() {
        trial.close();
    }

    /** A pod of one container that runs a shell script. */
    private static void pod(String name, String script, String container, String spec) {
        trial.create(V1Pod.class, """
                {"metadata": {"name": "%1$s", "labels": {"app": "%1$s"}},
                 "spec": {"containers": [{"name": "main", "image": "shell", "command": ["sh", "-c", %2$s]%3$s}]%4$s}}
                """.formatted(
                        name,
                        new JsonPrimitive(script),
                        container.isEmpty() ? "" : ", " + container,
                        spec.isEmpty() ? "" : ", " + spec));
    }

    private static JsonObject awaitReady(String name) {
        return trial.await(V1Pod.class, name, ClusterTrial::ready);
    }

    @Test
    void aPodRunsAsAProcessWithItsOwnAddressAndItsLogIsRead() {
        pod(
                "hello",
                "echo hello from $(hostname) at $IP; echo second; exec sleep 1000",
                "\"env\": [{\"name\": \"IP\", \"valueFrom\": {\"fieldRef\": {\"fieldPath\": \"status.podIP\"}}}]",
                "");
        String ip = Json.text(awaitReady("hello"), "status", "podIP");
        assertThat(ip).matches("127\\.1[2-9]\\d\\..*");
        trial.awaitLog("hello", "second");
        assertThat(trial.log("hello", "")).isEqualTo("hello from hello at " + ip + "\nsecond\n");
        assertThat(trial.log("hello", "tailLines=1")).isEqualTo("second\n");
        assertThat(trial.log("hello", "timestamps=true")).matches("(?s)20\\d\\d-\\d\\d-.*Z hello from.*");
        assertThat(trial.log("hello", "container=other")).contains("is not valid");
        assertThat(trial.log("hello", "previous=true")).contains("not found");
    }

    @Test
    void aContainerThatIsKilledStartsAgainWithItsEmptyDirAndItsLogOfBefore() {
        pod(
                "phoenix",
                "echo run >> /data/runs; echo \"runs: $(wc -l < /data/runs)\"; exec sleep 1000",
                "\"volumeMounts\": [{\"name\": \"data\", \"mountPath\": \"/data\"}]",
                "\"volumes\": [{\"name\": \"data\", \"emptyDir\": {}}]");
        awaitReady("phoenix");
        trial.awaitLog("phoenix", "runs: 1");
        trial.kill("phoenix");
        JsonObject again = trial.await(
                V1Pod.class,
                "phoenix",
                pod -> Json.number(0, ClusterTrial.container(pod), "restartCount") == 1 && ClusterTrial.ready(pod));
        assertThat(Json.number(0, ClusterTrial.container(again), "lastState", "terminated", "exitCode"))
                .isEqualTo(137);
        trial.awaitLog("phoenix", "runs: 2");
        assertThat(trial.log("phoenix", "previous=true")).isEqualTo("runs: 1\n");
    }

    @Test
    void aContainerThatEndsAgainAndAgainIsHeldBack() {
        pod("crash", "echo why; exit 3", "\"terminationMessagePolicy\": \"FallbackToLogsOnError\"", "");
        JsonObject pod = trial.await(
                V1Pod.class,
                "crash",
                seen -> Json.text(ClusterTrial.container(seen), "state", "waiting", "reason")
                        .equals("CrashLoopBackOff"));
        assertThat(Json.number(0, ClusterTrial.container(pod), "lastState", "terminated", "exitCode"))
                .isEqualTo(3);
        assertThat(Json.text(ClusterTrial.container(pod), "lastState", "terminated", "message"))
                .isEqualTo("why\n");
    }

    @Test
    void aPodThatIsNotToBeRestartedSucceedsOrFails() {
        pod("good", "exit 0", "", "\"restartPolicy\": \"Never\"");
        pod("bad", "exit 1", "", "\"restartPolicy\": \"Never\"");
        trial.await(
                V1Pod.class, "good", pod -> Json.text(pod, "status", "phase").equals("Succeeded"));
        trial.await(V1Pod.class, "bad", pod -> Json.text(pod, "status", "phase").equals("Failed"));
    }

    @Test
    void aClaimsDataSurviveThePodAndGoWithTheClaim() {
        trial.create(V1PersistentVolumeClaim.class, """
                {"metadata": {"name": "disk"}, "spec": {"accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": "1Gi"}}}}
                """);
        String mount = "\"volumeMounts\": [{\"name\": \"data\", \"mountPath\": \"/data\"}]";
        String volume = "\"volumes\": [{\"name\": \"data\", \"persistentVolumeClaim\": {\"claimName\": \"disk\"}}]";
        pod("writer", "echo kept > /data/file; echo written; exec sleep 1000", mount, volume);
        trial.awaitLog("writer", "written");
        trial.delete(V1Pod.class, "writer", AT_ONCE);
        trial.awaitGone(V1Pod.class, "writer");
        pod("reader", "cat /data/file; exec sleep 1000", mount, volume);
        trial.awaitLog("reader", "kept");
        JsonObject disk = trial.find(V1PersistentVolumeClaim.class, "disk").orElseThrow();
        assertThat(Json.text(disk, "spec", "storageClassName")).isEqualTo("standard");
        String made = Json.text(disk, "spec", "volumeName");
        trial.delete(V1PersistentVolume.class, made, DeleteOptions.DEFAULT);
        assertThat(trial.find(V1PersistentVolume.class, made))
                .as("claimed, so it stays")
                .isPresent();
        trial.delete(V1PersistentVolumeClaim.class, "disk", DeleteOptions.DEFAULT);
        assertThat(trial.find(V1PersistentVolumeClaim.class, "disk"))
                .as("used, so it stays")
                .isPresent();
        trial.delete(V1Pod.class, "reader", AT_ONCE);
        trial.awaitGone(V1PersistentVolumeClaim.class, "disk");
        trial.awaitGone(V1PersistentVolume.class, made);
        trial.await(
                () -> trial.folders("volumes").isEmpty() ? Optional.of(true) : Optional.empty(),
                () -> "left: " + trial.folders("volumes"));
    }

    @Test
    void aPodIsToldToEndAndKilledWhenItsGraceIsOver() {
        pod("polite", "trap 'echo bye; exit 0' TERM; echo up; : polite-marker; while :; do sleep 0.1; done", "", "");
        pod(
                "stubborn",
                "trap '' TERM; echo up; : stubborn-marker; while :; do sleep 0.1; done",
                "",
                "\"terminationGracePeriodSeconds\": 1");
        trial.awaitLog("polite", "up");
        trial.awaitLog("stubborn", "up");
        trial.delete(V1Pod.class, "polite", DeleteOptions.DEFAULT);
        trial.delete(V1Pod.class, "stubborn", DeleteOptions.DEFAULT);
        trial.awaitGone(V1Pod.class, "polite");
        trial.awaitGone(V1Pod.class, "stubborn");
        assertThat(trial.processes())
                .noneMatch(line -> line.contains("polite-marker") || line.contains("stubborn-marker"));
    }

    @Test
    void readinessFollowsTheProbeAndALivenessProbeRestarts() {
        pod(
                "probed",
                "touch /tmp/alive; sleep 0.2; touch /tmp/ready; echo made; exec sleep 1000",
                """
                "readinessProbe": {"exec": {"command": ["test", "-e", "/tmp/ready"]}, "periodSeconds": 1},
                "livenessProbe": {"exec": {"command": ["test", "-e", "/tmp/dead"]}, "periodSeconds": 1,
                    "initialDelaySeconds": 2, "failureThreshold": 1}
                """,
                "\"terminationGracePeriodSeconds\": 0");
        awaitReady("probed");
        JsonObject restarted = trial.await(
                V1Pod.class, "probed", pod -> Json.number(0, ClusterTrial.container(pod), "restartCount") > 0);
        assertThat(restarted).isNotNull();
        trial.delete(V1Pod.class, "probed", AT_ONCE);
    }

    @Test
    void secretsAndConfigMapsAreFilesAndVariables() {
        trial.create(V1Secret.class, "{\"metadata\": {\"name\": \"s\"}, \"data\": {\"password\": \"w6Ru\"}}");
        trial.create(V1ConfigMap.class, "{\"metadata\": {\"name\": \"c\"}, \"data\": {\"COLOUR\": \"blue\"}}");
        pod(
                "configured",
                "echo \"$PASSWORD $COLOUR $(cat /s/password) $GREETING\"; exec sleep 1000",
                """
                "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}},
                        {"name": "GREETING", "value": "in-$(COLOUR)-$$(COLOUR)-$(NONE)"}],
                "envFrom": [{"configMapRef": {"name": "c"}}],
                "volumeMounts": [{"name": "s", "mountPath": "/s"}]
                """,
                "\"volumes\": [{\"name\": \"s\", \"secret\": {\"secretName\": \"s\"}}]");
        awaitReady("configured");
        assertThat(trial.awaitLog("configured", "blue")).isEqualTo("än blue än in-blue-$(COLOUR)-$(NONE)\n");
    }

    @Test
    void aServiceAccountTokenIsGoodForTheApiServer() {
        pod(
                "client",
                "A=/var/run/secrets/kubernetes.io/serviceaccount; cat $A/namespace; ls $A; "
                        + "curl -s --cacert $A/ca.crt -H \"Authorization: Bearer $(cat $A/token)\" "
                        + "-d '{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}' "
                        + "-H 'Content-Type: application/json' https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT"
                        + "/apis/authentication.k8s.io/v1/selfsubjectreviews; echo done; exec sleep 1000",
                "",
                "");
        assertThat(trial.awaitLog("client", "done")).contains("system:serviceaccount:default:default");
    }

    @Test
    void podsOfAHeadlessServiceKnowEachOtherByNameBeforeTheyAreReady() {
        trial.create(V1Service.class, """
                {"metadata": {"name": "peers"}, "spec": {"clusterIP": "None", "publishNotReadyAddresses": true,
                    "selector": {"set": "peers"}, "ports": [{"port": 80}]}}
                """);
        for (String name : new String[] {"peer-a", "peer-b"}) {
            trial.create(V1Pod.class, """
                    {"metadata": {"name": "%1$s", "labels": {"set": "peers"}},
                     "spec": {"hostname": "%1$s", "subdomain": "peers", "containers": [{"name": "main", "image": "shell",
                        "command": ["sh", "-c", "getent hosts peer-a.peers.default.svc peer-b.peers; echo ok; exec sleep 1000"]}]}}
                    """.formatted(name));
        }
        String addressA = Json.text(awaitReady("peer-a"), "status", "podIP");
        String addressB = Json.text(awaitReady("peer-b"), "status", "podIP");
        for (String name : new String[] {"peer-a", "peer-b"}) {
            assertThat(trial.awaitLog(name, "ok")).contains(addressA).contains(addressB);
        }
    }

    @Test
    void aGatedPodDoesNotRunUntilItsGateIsTakenAway() {
        pod("gated", "exec sleep 1000", "", "\"schedulingGates\": [{\"name\": \"test/wait\"}]");
        trial.await(V1Pod.class, "gated", pod -> pod.toString().contains("SchedulingGated"));
        trial.patch(V1Pod.class, "gated", "{\"spec\": {\"schedulingGates\": null}}");
        awaitReady("gated");
    }

    @Test
    void anUnknownImageIsNamedTogetherWithThoseThereAre() {
        trial.create(V1Pod.class, """
                {"metadata": {"name": "nosuch"}, "spec": {"containers": [{"name": "main", "image": "nosuch:1"}]}}
                """);
        JsonObject pod = trial.await(
                V1Pod.class,
                "nosuch",
                seen -> Json.text(ClusterTrial.container(seen), "state", "waiting", "reason")
                        .equals("ImagePullBackOff"));
        assertThat(Json.text(ClusterTrial.container(pod), "state", "waiting", "message"))
                .contains("nosuch:1")
                .contains("shell");
    }

    @Test
    void anEvictedPodFailsAndStays() {
        pod("evicted", "exec sleep 1000", "", "");
        awaitReady("evicted");
        trial.cluster.evict("default", "evicted", "The node was low on resource: memory.");
        JsonObject pod = trial.await(
                V1Pod.class,
                "evicted",
                seen -> Json.text(seen, "status", "phase").equals("Failed"));
        assertThat(Json.text(pod, "status", "reason")).isEqualTo("Evicted");
    }

    @Test
    void aPodThatIsDeletedByForceLeavesNoProcess() {
        pod("forced", "trap '' TERM; echo forced-marker; while :; do sleep 0.1; done", "", "");
        trial.awaitLog("forced", "marker");
        trial.delete(V1Pod.class, "forced", AT_ONCE);
        trial.await(
                () -> trial.processes().stream().noneMatch(line -> line.contains("forced-marker"))
                        ? Optional.of(true)
                        : Optional.empty(),
                () -> "still there: " + trial.processes());
    }

    @Test
    void initContainersRunFirstOneAfterTheOther() {
        pod(
                "staged",
                "cat /work/order; exec sleep 1000",
                "\"volumeMounts\": [{\"name\": \"work\", \"mountPath\": \"/work\"}]",
                """
                "volumes": [{"name": "work", "emptyDir": {}}],
                "initContainers": [
                    {"name": "one", "image": "shell", "command": ["sh", "-c", "sleep 0.1; echo 1 >> /work/order"],
                     "volumeMounts": [{"name": "work", "mountPath": "/work"}]},
                    {"name": "two", "image": "shell", "command": ["sh", "-c", "echo 2 >> /work/order"],
                     "volumeMounts": [{"name": "work", "mountPath": "/work"}]}]
                """);
        assertThat(trial.awaitLog("staged", "2\n")).isEqualTo("1\n2\n");
    }

    @Test
    void aContainerSeesOnlyItsOwnProcessesAndCannotWriteToTheMachine() {
        pod(
                "alone",
                "ls -d /proc/[0-9]* | wc -l; touch /usr/x 2>&1; touch /usr/local/ok && echo local; id -u; echo end; exec sleep 1000",
                "\"securityContext\": {\"runAsUser\": 0}",
                "");
        String log = trial.awaitLog("alone", "end");
        assertThat(log).contains("Read-only file system").contains("local");
        assertThat(Integer.parseInt(log.lines().findFirst().orElseThrow().strip()))
                .isLessThan(8);
    }
}
