package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a pod's specification into what a runtime is to start. */
final class ContainerStarter {
    private final Node node;
    private final String address;
    private final TokenCache tokens;
    private boolean prepared;
    private List<HostEntry> hosts = List.of();

    ContainerStarter(Node node, String address) {
        this.node = node;
        this.address = address;
        this.tokens = new TokenCache(node.api(), node.scheduler());
    }

    /** Tells whether the pod's surroundings are there. */
    boolean prepared() {
        return prepared;
    }

    /**
     * Makes or renews the pod's surroundings, and tells whether any of its volumes has content that can change.
     *
     * @throws ContainerException if something that the pod refers to is not there
     */
    boolean prepare(Pod pod) {
        List<Volume> volumes = new Volumes(pod, fields(pod), node.api(), tokens).all();
        node.runtime().prepare(new Sandbox(pod.uid(), pod.namespace(), pod.name(), address, pod.hostname(), volumes));
        prepared = true;
        refreshHosts(pod);
        return volumes.stream().anyMatch(Volume.Files.class::isInstance);
    }

    /** Brings the pod's hosts file up to date. */
    void refreshHosts(Pod pod) {
        if (prepared) {
            List<HostEntry> now = node.names().apply(pod);
            if (!now.equals(hosts)) {
                node.runtime().hosts(pod.uid(), now);
                hosts = now;
            }
        }
    }

    /**
     * Starts a container of a prepared pod.
     *
     * @return the container's ID
     * @throws ContainerException if it cannot be started
     */
    String start(Pod pod, ContainerSlot slot, ContainerRuntime.Image image) {
        JsonObject spec = slot.spec();
        Map<String, String> variables = new Environment(pod, fields(pod), node.api()).variables(spec);
        String id = pod.uid() + "." + slot.name() + "." + slot.nextAttempt();
        node.runtime()
                .start(new Container(
                        id,
                        pod.uid(),
                        slot.name(),
                        slot.nextAttempt(),
                        Json.text(spec, "image"),
                        Environment.command(spec, image, variables),
                        variables,
                        Json.text(spec, "workingDir"),
                        mounts(pod, spec, variables),
                        user(pod, spec),
                        Json.flag(spec, "securityContext", "readOnlyRootFilesystem")));
        return id;
    }

    private Fields fields(Pod pod) {
        return new Fields(pod, address, node.settings());
    }

    private List<Container.Mount> mounts(Pod pod, JsonObject spec, Map<String, String> variables) {
        var mounts = new ArrayList<Container.Mount>();
        for (JsonObject mount : Json.objects(spec, "volumeMounts")) {
            String expression = Json.text(mount, "subPathExpr");
            mounts.add(new Container.Mount(
                    Json.text(mount, "name"),
                    Json.text(mount, "mountPath"),
                    expression.isEmpty() ? Json.text(mount, "subPath") : Environment.expanded(expression, variables),
                    Json.flag(mount, "readOnly")));
        }
        boolean free = mounts.stream().noneMatch(mount -> mount.path().equals(Volumes.ACCOUNT_PATH));
        if (free && new Volumes(pod, fields(pod), node.api(), tokens).mountsAccount()) {
            mounts.add(new Container.Mount(Volumes.ACCOUNT_VOLUME, Volumes.ACCOUNT_PATH, "", true));
        }
        return mounts;
    }

    private static Container.User user(Pod pod, JsonObject spec) {
        return new Container.User(security(pod, spec, "runAsUser"), security(pod, spec, "runAsGroup"));
    }

    // a container's own word counts before its pod's
    private static Optional<Long> security(Pod pod, JsonObject spec, String field) {
        Optional<Long> own = number(spec, "securityContext", field);
        return own.isPresent() ? own : number(pod.json(), "spec", "securityContext", field);
    }

    private static Optional<Long> number(JsonObject json, String... path) {
        long value = Json.number(-1, json, path);
        return value < 0 ? Optional.empty() : Optional.of(value);
    }
}
