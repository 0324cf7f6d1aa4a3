package io.operatorlib.testing.cluster;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1StorageClass;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a new cluster of one node has besides what its API server makes: the node, and a class of storage. */
final class FirstObjects {
    /** The class of claims that name none. */
    static final String STORAGE_CLASS = "standard";

    static final String PROVISIONER = "operatorlib.io/folder";

    private final KubeClient client;

    FirstObjects(KubeApi door) {
        this.client = new KubeClient(door);
    }

    void create(String node, Instant now) {
        create(BuiltInKinds.of(V1StorageClass.class), """
                {"metadata": {"name": "%s",
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
                 "provisioner": "%s", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}
                """.formatted(STORAGE_CLASS, PROVISIONER));
        create(BuiltInKinds.of(V1Node.class), """
                {"metadata": {"name": "%1$s",
                    "labels": {"kubernetes.io/hostname": "%1$s", "kubernetes.io/os": "linux"}},
                 "spec": {}}
                """.formatted(node));
        var status = Json.parse("""
                {"status": {
                    "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}, {"type": "Hostname", "address": "%1$s"}],
                    "capacity": {"cpu": "64", "memory": "256Gi", "pods": "1000"},
                    "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "1000"},
                    "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
                        "message": "pods run as processes of this machine",
                        "lastHeartbeatTime": "%4$s", "lastTransitionTime": "%4$s"}],
                    "nodeInfo": {"kubeletVersion": "v1.34.0", "containerRuntimeVersion": "processes://1",
                        "operatingSystem": "linux", "architecture": "%2$s", "osImage": "this machine",
                        "kernelVersion": "%3$s", "bootID": "", "machineID": "", "systemUUID": "", "kubeProxyVersion": ""}
                }}
                """.formatted(
                        node,
                        System.getProperty("os.arch"),
                        System.getProperty("os.version"),
                        now.truncatedTo(ChronoUnit.SECONDS)));
        client.mergePatch(BuiltInKinds.of(V1Node.class), new ResourceKey("", node), "status", status, "kubelet");
    }

    private void create(KindRef kind, String json) {
        JsonObject object = Json.parse(json);
        try {
            client.create(kind, "", object, "local-cluster");
        } catch (ApiException e) {
            if (!e.alreadyExists()) {
                throw e;
            }
        }
    }
}
