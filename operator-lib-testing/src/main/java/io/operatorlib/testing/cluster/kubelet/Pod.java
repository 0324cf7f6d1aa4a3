package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A pod as it was read: a view of its JSON that is not changed. */
record Pod(JsonObject json) {

    /** Kubernetes' default where a pod says nothing. */
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private static final String NODE_NAME = "kubernetes.io/hostname";

    String uid() {
        return Json.uid(json);
    }

    ResourceKey key() {
        return Json.key(json);
    }

    String name() {
        return key().name();
    }

    String namespace() {
        return key().namespace();
    }

    String resourceVersion() {
        return Json.resourceVersion(json);
    }

    String node() {
        return Json.text(json, "spec", "nodeName");
    }

    boolean gated() {
        return !Json.list(json, "spec", "schedulingGates").isEmpty();
    }

    /** Tells whether a node of that name is one of those that it selects by their names. */
    boolean fits(String node) {
        String wanted = Json.text(json, "spec", "nodeSelector", NODE_NAME);
        return wanted.isEmpty() || wanted.equals(node);
    }

    boolean deleting() {
        return !Json.text(json, "metadata", "deletionTimestamp").isEmpty();
    }

    /** How long its containers get to end: that of its deletion, else its own. */
    Duration grace() {
        long own = Json.number(DEFAULT_GRACE_SECONDS, json, "spec", "terminationGracePeriodSeconds");
        return Duration.ofSeconds(deleting() ? Json.number(own, json, "metadata", "deletionGracePeriodSeconds") : own);
    }

    String phase() {
        return Json.text(json, "status", "phase");
    }

    /** Tells whether it has come to its end for good: no container of it runs any more, nor will again. */
    boolean terminal() {
        return phase().equals("Succeeded") || phase().equals("Failed");
    }

    boolean ready() {
        return condition("Ready").map(c -> Json.text(c, "status")).orElse("").equals("True");
    }

    Optional<JsonObject> condition(String type) {
        return Json.objects(json, "status", "conditions").stream()
                .filter(condition -> Json.text(condition, "type").equals(type))
                .findFirst();
    }

    String restartPolicy() {
        String policy = Json.text(json, "spec", "restartPolicy");
        return policy.isEmpty() ? "Always" : policy;
    }

    List<JsonObject> containers() {
        return Json.objects(json, "spec", "containers");
    }

    List<JsonObject> initContainers() {
        return Json.objects(json, "spec", "initContainers");
    }

    Stream<JsonObject> allContainers() {
        return Stream.concat(initContainers().stream(), containers().stream());
    }

    /** The status of one of its containers, as it was last written. */
    JsonObject containerStatus(String container) {
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(list -> Json.objects(json, "status", list).stream())
                .filter(status -> Json.text(status, "name").equals(container))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    String hostname() {
        String own = Json.text(json, "spec", "hostname");
        return own.isEmpty() ? name() : own;
    }

    String subdomain() {
        return Json.text(json, "spec", "subdomain");
    }

    String serviceAccount() {
        String name = Json.text(json, "spec", "serviceAccountName");
        return name.isEmpty() ? "default" : name;
    }

    String address() {
        return Json.text(json, "status", "podIP");
    }
}
