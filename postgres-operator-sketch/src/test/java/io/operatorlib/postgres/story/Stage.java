package io.operatorlib.postgres.story;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Secret;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.story.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the story's people can do and see: an administrator at a Kubernetes API, and a shell on the machine. */
final class Stage {
    private static final KindRef CLUSTERS = KindRef.of(PostgresCluster.KIND);
    private static final KindRef PODS = BuiltInKinds.of(V1Pod.class);
    private static final KindRef CLAIMS = BuiltInKinds.of(V1PersistentVolumeClaim.class);
    private static final ResourceKey OPERATOR = new ResourceKey("postgres-operator", "postgres-operator");

    private static final int LAST_LINES = 150;

    private final KubeApi admin;
    private final KubeClient client;
    private final Manifests manifests;

    Stage(KubeApi admin) {
        this.admin = admin;
        this.client = new KubeClient(admin);
        this.manifests = new Manifests(client, "default");
    }

    void apply(String yaml) {
        manifests.apply(yaml);
    }

    void patch(String cluster, String spec) {
        client.mergePatch(CLUSTERS, key(cluster), object("{\"spec\":" + spec + "}"), "story");
    }

    void delete(String cluster) {
        client.delete(CLUSTERS, key(cluster), DeleteOptions.DEFAULT.propagation(DeleteOptions.Propagation.BACKGROUND));
    }

    /** Takes an instance its pod and its data, as if its node had burnt down. */
    void lose(String instance) {
        if (client.find(CLAIMS, key(instance)).isPresent()) {
            client.delete(CLAIMS, key(instance), DeleteOptions.DEFAULT);
        }
        client.delete(PODS, key(instance), DeleteOptions.DEFAULT.grace(Duration.ZERO));
    }

    void scaleOperator(int replicas) {
        client.mergePatch(
                BuiltInKinds.of(V1Deployment.class),
                OPERATOR,
                object("{\"spec\":{\"replicas\":" + replicas + "}}"),
                "story");
    }

    boolean operatorReady() {
        return client.find(BuiltInKinds.of(V1Deployment.class), OPERATOR)
                .map(deployment -> Json.number(0, deployment, "status", "readyReplicas") > 0)
                .orElse(false);
    }

    int operatorPods() {
        return list(ListQuery.all(PODS).in(OPERATOR.namespace())).size();
    }

    /** The operator's pod, as a party of a network; empty where it has none. */
    String operator() {
        return list(ListQuery.all(PODS).in(OPERATOR.namespace())).stream()
                .map(pod -> Json.key(pod).toString())
                .findFirst()
                .orElse("");
    }

    JsonObject status(String cluster) {
        return client.find(CLUSTERS, key(cluster))
                .map(found -> Json.object(found, "status"))
                .orElse(new JsonObject());
    }

    boolean exists(String cluster) {
        return client.find(CLUSTERS, key(cluster)).isPresent();
    }

    /** The instance that is to write; empty for nobody. */
    String primary(String cluster) {
        return Json.text(status(cluster), "primary");
    }

    /** What an abrupt failover would lose, in bytes; empty where the status does not say. */
    OptionalLong announcedLoss(String cluster) {
        JsonObject status = status(cluster);
        return status.has("maximumLossBytes")
                ? OptionalLong.of(Json.number(0, status, "maximumLossBytes"))
                : OptionalLong.empty();
    }

    /** Tells whether there are exactly so many instances, and all serve. */
    boolean healthy(String cluster, int instances) {
        JsonObject status = status(cluster);
        return Json.text(status, "phase").equals("AllServing")
                && Json.number(0, status, "ready") == instances
                && pods(cluster).size() == instances;
    }

    String summary(String cluster) {
        JsonObject status = status(cluster);
        return Json.text(status, "phase") + "  "
                + Json.objects(status, "instances").stream()
                        .map(each -> Json.text(each, "name")
                                + (Json.text(each, "role").equals("primary")
                                        ? " (primary)"
                                        : Json.flag(each, "streaming") ? " ✓" : " " + Json.text(each, "role")))
                        .collect(Collectors.joining("  "));
    }

    List<JsonObject> pods(String cluster) {
        return list(ListQuery.all(PODS).in("default").labelled(PostgresCluster.GROUP + "/cluster=" + cluster));
    }

    Optional<JsonObject> pod(String name) {
        return client.find(PODS, key(name));
    }

    /** Where instances listen for clients, the primary's first. */
    List<String> addresses(String cluster) {
        String primary = primary(cluster);
        return pods(cluster).stream()
                .sorted((one, other) -> Boolean.compare(
                        Json.text(other, "metadata", "name").equals(primary),
                        Json.text(one, "metadata", "name").equals(primary)))
                .map(pod -> Json.text(pod, "status", "podIP"))
                .filter(address -> !address.isEmpty())
                .toList();
    }

    Optional<String> address(String instance) {
        return pod(instance).map(pod -> Json.text(pod, "status", "podIP")).filter(address -> !address.isEmpty());
    }

    /** What a pod said last. */
    String log(String pod) {
        var request = ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/default/pods/" + pod + "/log")
                .with("tailLines", String.valueOf(LAST_LINES));
        try (ApiResponse reply = admin.send(request)) {
            return reply.text();
        }
    }

    String password(String cluster) {
        JsonObject secret = client.find(BuiltInKinds.of(V1Secret.class), key(cluster + "-passwords"))
                .orElseThrow();
        return new String(Base64.getDecoder().decode(Json.text(secret, "data", "superuser")), StandardCharsets.UTF_8);
    }

    /** How often the container of a pod was started again. */
    long restarts(String pod) {
        return pod(pod).flatMap(found -> Json.objects(found, "status", "containerStatuses").stream()
                        .findFirst())
                .map(status -> Json.number(0, status, "restartCount"))
                .orElse(0L);
    }

    /** How many objects a cluster has left. */
    int remains(String cluster) {
        String selector = PostgresCluster.GROUP + "/cluster=" + cluster;
        return Stream.of("pods", "services", "persistentvolumeclaims", "configmaps", "secrets")
                .mapToInt(plural -> list(ListQuery.all(new KindRef("", "v1", "", plural, true))
                                .in("default")
                                .labelled(selector))
                        .size())
                .sum();
    }

    /** PostgreSQL's first process of an instance, as far as it is on this machine, and may be seen. */
    static Optional<ProcessHandle> postmaster(String instance) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("postgres -D "))
                .filter(process -> variables(process).contains("POD_NAME=" + instance + "\0"))
                .findFirst();
    }

    /** Sends a signal to all processes of an instance. */
    static void signal(String name, String instance) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        ProcessHandle.allProcesses()
                .filter(process -> variables(process).contains("POD_NAME=" + instance + "\0"))
                .forEach(process -> command.add(String.valueOf(process.pid())));
        new ProcessBuilder(command).start().waitFor();
    }

    private static String variables(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "environ"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private List<JsonObject> list(ListQuery query) {
        var found = new ArrayList<JsonObject>();
        client.list(query, found::add);
        return found;
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("default", name);
    }

    private static JsonObject object(String json) {
        JsonElement parsed = JsonParser.parseString(json);
        return parsed.getAsJsonObject();
    }
}
