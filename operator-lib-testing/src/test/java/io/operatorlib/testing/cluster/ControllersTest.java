package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1ReplicaSet;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.ListQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controllers of the local cluster at work on a cluster that runs. */
class ControllersTest {
    private static final DeleteOptions FOREGROUND =
            DeleteOptions.DEFAULT.propagation(DeleteOptions.Propagation.FOREGROUND);
    private static final DeleteOptions ORPHAN = DeleteOptions.DEFAULT.propagation(DeleteOptions.Propagation.ORPHAN);

    private static ClusterTrial trial;

    @BeforeAll
    static void start(@TempDir Path folder) {
        trial = new ClusterTrial(folder);
    }

    @AfterAll
    static void stop() {
        trial.close();
    }

    private static void deployment(String name, int replicas, String strategy) {
        trial.create(V1Deployment.class, """
                {"metadata": {"name": "%1$s"}, "spec": {"replicas": %2$d, "strategy": {"type": "%3$s"},
                    "selector": {"matchLabels": {"app": "%1$s"}},
                    "template": {"metadata": {"labels": {"app": "%1$s"}},
                        "spec": {"terminationGracePeriodSeconds": 0, "containers": [{"name": "main", "image": "shell",
                            "command": ["sh", "-c", "exec sleep 1000"]}]}}}}
                """.formatted(name, replicas, strategy));
    }

    private static JsonObject awaitAvailable(String name, int replicas) {
        return trial.await(
                V1Deployment.class,
                name,
                seen -> Json.number(0, seen, "status", "availableReplicas") == replicas
                        && Json.number(0, seen, "status", "updatedReplicas") == replicas
                        && Json.number(0, seen, "status", "replicas") == replicas
                        && Json.number(0, seen, "status", "observedGeneration")
                                == Json.number(0, seen, "metadata", "generation"));
    }

    private static List<JsonObject> list(Class<?> type, String selector) {
        var objects = new ArrayList<JsonObject>();
        var query = new ListQuery(BuiltInKinds.of(type), "default", selector, "");
        trial.client.list(query, objects::add);
        return objects;
    }

    private static void awaitCount(Class<?> type, String selector, int wanted) {
        trial.await(
                () -> list(type, selector).size() == wanted ? Optional.of(true) : Optional.empty(),
                () -> "there are: " + list(type, selector));
    }

    @Test
    void aDeploymentMakesPodsIsScaledRolledAndDeletedWithAllThatItOwns() {
        deployment("web", 2, "RollingUpdate");
        awaitAvailable("web", 2);
        trial.patch(V1Deployment.class, "web", "{\"spec\": {\"replicas\": 1}}");
        awaitAvailable("web", 1);
        String before = Json.uid(list(V1Pod.class, "app=web").get(0));
        trial.patch(
                V1Deployment.class,
                "web",
                "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"v\": \"2\"}}}}}");
        awaitAvailable("web", 1);
        awaitCount(V1Pod.class, "app=web", 1);
        assertThat(Json.uid(list(V1Pod.class, "app=web").get(0))).isNotEqualTo(before);
        assertThat(list(V1ReplicaSet.class, "app=web")).hasSize(2);
        trial.delete(V1Deployment.class, "web", DeleteOptions.DEFAULT);
        awaitCount(V1ReplicaSet.class, "app=web", 0);
        awaitCount(V1Pod.class, "app=web", 0);
    }

    @Test
    void aDeploymentOfStrategyRecreateNeverRunsTwoGenerationsAtOnce() {
        deployment("single", 1, "Recreate");
        awaitAvailable("single", 1);
        trial.patch(
                V1Deployment.class,
                "single",
                "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"v\": \"2\"}}}}}");
        trial.await(
                () -> {
                    List<JsonObject> pods = list(V1Pod.class, "app=single");
                    assertThat(pods).hasSizeLessThan(2);
                    return pods.stream()
                            .filter(pod -> ClusterTrial.ready(pod)
                                    && Json.text(pod, "metadata", "annotations", "v")
                                            .equals("2"))
                            .findFirst();
                },
                () -> "pods: " + list(V1Pod.class, "app=single"));
        trial.delete(V1Deployment.class, "single", FOREGROUND);
        trial.awaitGone(V1Deployment.class, "single");
        assertThat(list(V1ReplicaSet.class, "app=single")).isEmpty();
    }

    @Test
    void whatHasLostItsOwnersIsDeletedAndWhatIsOrphanedStays() {
        trial.create(V1ConfigMap.class, "{\"metadata\": {\"name\": \"owner\"}}");
        String uid = Json.uid(trial.find(V1ConfigMap.class, "owner").orElseThrow());
        for (String[] child : new String[][] {{"child", uid}, {"stranger", "00000000-0000-0000-0000-000000000000"}}) {
            trial.create(V1ConfigMap.class, """
                    {"metadata": {"name": "%s", "ownerReferences":
                        [{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "%s"}]}}
                    """.formatted(child[0], child[1]));
        }
        trial.awaitGone(V1ConfigMap.class, "stranger");
        assertThat(trial.find(V1ConfigMap.class, "child")).isPresent();
        trial.delete(V1ConfigMap.class, "owner", ORPHAN);
        trial.awaitGone(V1ConfigMap.class, "owner");
        trial.await(
                V1ConfigMap.class,
                "child",
                child -> Json.list(child, "metadata", "ownerReferences").isEmpty());
    }

    @Test
    void aServiceHasTheAddressesOfItsReadyPods() {
        trial.create(V1Service.class, """
                {"metadata": {"name": "front"}, "spec": {"selector": {"app": "front"}, "ports": [{"port": 80}]}}
                """);
        deployment("front", 1, "Recreate");
        awaitAvailable("front", 1);
        String address = Json.text(list(V1Pod.class, "app=front").get(0), "status", "podIP");
        trial.await(
                V1Endpoints.class, "front", endpoints -> endpoints.toString().contains("\"ip\":\"" + address));
    }

    @Test
    void aDisruptionBudgetCountsItsPods() {
        trial.create(V1PodDisruptionBudget.class, """
                {"metadata": {"name": "budget"}, "spec": {"maxUnavailable": 1,
                    "selector": {"matchLabels": {"app": "budgeted"}}}}
                """);
        deployment("budgeted", 2, "Recreate");
        awaitAvailable("budgeted", 2);
        trial.await(
                V1PodDisruptionBudget.class,
                "budget",
                budget -> Json.number(0, budget, "status", "disruptionsAllowed") == 1
                        && Json.number(0, budget, "status", "currentHealthy") == 2);
    }

    private static JsonObject claim(String name) {
        trial.create(V1PersistentVolumeClaim.class, """
                {"metadata": {"name": "%s"}, "spec": {"accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": "1Gi"}}}}
                """.formatted(name));
        return awaitPhase(name, "Bound");
    }

    private static JsonObject awaitPhase(String claim, String phase) {
        return trial.await(
                V1PersistentVolumeClaim.class,
                claim,
                seen -> Json.text(seen, "status", "phase").equals(phase));
    }

    @Test
    void aClaimWhoseVolumeIsTakenAwayIsLostForEver() {
        String volume = Json.text(claim("broken"), "spec", "volumeName");
        trial.delete(V1PersistentVolume.class, volume, DeleteOptions.DEFAULT);
        trial.patch(V1PersistentVolume.class, volume, "{\"metadata\": {\"finalizers\": null}}");
        trial.awaitGone(V1PersistentVolume.class, volume);
        awaitPhase("broken", "Lost");
        claim("later"); // by then the controller has looked at the other one again
        assertThat(Json.text(trial.find(V1PersistentVolumeClaim.class, "broken").orElseThrow(), "status", "phase"))
                .isEqualTo("Lost");
    }

    @Test
    void aNamespaceIsEmptiedBeforeItGoes() {
        trial.create(V1Namespace.class, "{\"metadata\": {\"name\": \"short\"}}");
        var map = new ResourceKey("short", "kube-root-ca.crt");
        var maps = BuiltInKinds.of(V1ConfigMap.class);
        trial.await(() -> trial.client.find(maps, map), () -> "no root certificate");
        trial.delete(V1Namespace.class, "short", DeleteOptions.DEFAULT);
        trial.awaitGone(V1Namespace.class, "short");
        assertThat(trial.client.find(maps, map)).isEmpty();
    }
}
