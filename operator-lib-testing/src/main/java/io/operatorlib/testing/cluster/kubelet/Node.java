package io.operatorlib.testing.cluster.kubelet;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What the workers of all pods of a node share.
 *
 * @param names the lines of a pod's hosts file, as of now
 * @param prober runs a probe, and tells the worker of its result later
 */
record Node(
        KubeletSettings settings,
        KubeletApi api,
        ContainerRuntime runtime,
        Scheduler scheduler,
        Function<Pod, List<HostEntry>> names,
        Prober prober) {

    /** Runs probes beside the kubelet's loop. */
    interface Prober {
        void probe(String podUid, String containerId, Probe.Type type, ProbeAction action, Duration timeout);
    }
}
