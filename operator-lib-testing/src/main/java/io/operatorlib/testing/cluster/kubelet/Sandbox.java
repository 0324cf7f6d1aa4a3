package io.operatorlib.testing.cluster.kubelet;

import java.util.List;

/**
 * A pod's surroundings, shared by its containers.
 *
 * @param uid the pod's UID: what the runtime knows the pod by
 * @param address the pod's own IP address
 * @param hostname the name of the pod's host
 * @param volumes by the names that the containers' mounts use
 */
public record Sandbox(
        String uid, String namespace, String name, String address, String hostname, List<Volume> volumes) {
    public Sandbox {
        volumes = List.copyOf(volumes);
    }
}
