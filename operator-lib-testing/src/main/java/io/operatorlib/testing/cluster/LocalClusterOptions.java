package io.operatorlib.testing.cluster;

import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.network.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link LocalCluster} is told once.
 *
 * @param folder where everything is kept: made where it is not there, emptied of what the cluster put there at its end
 * @param images what pods can be made of
 * @param port of the API server on the loopback interface; 0 for any free one
 * @param backoff the first delay of a container that ends again and again
 * @param maxBackoff the longest
 * @param between what stands between pods; empty for nothing
 * @param sizedVolumes whether a volume has no more room than its claim asked for
 */
public record LocalClusterOptions(
        Path folder,
        ImageCatalog images,
        int port,
        Duration backoff,
        Duration maxBackoff,
        Optional<Between> between,
        boolean sizedVolumes) {

    /**
     * What stands between pods.
     *
     * @param ports at which pods reach each other through it; other ports are not reached by name at all
     */
    public record Between(TcpProxy proxy, List<Integer> ports) {
        public Between {
            ports = List.copyOf(ports);
        }
    }

    /** A cluster that behaves as Kubernetes does. */
    public static LocalClusterOptions in(Path folder) {
        return new LocalClusterOptions(
                folder, ImageCatalog.of(), 0, Duration.ofSeconds(10), Duration.ofMinutes(5), Optional.empty(), false);
    }

    public LocalClusterOptions images(ImageCatalog catalog) {
        return new LocalClusterOptions(folder, catalog, port, backoff, maxBackoff, between, sizedVolumes);
    }

    public LocalClusterOptions port(int number) {
        return new LocalClusterOptions(folder, images, number, backoff, maxBackoff, between, sizedVolumes);
    }

    /** Another back-off of containers that end again and again: tests that kill a lot have no time to wait. */
    public LocalClusterOptions backoff(Duration first, Duration max) {
        return new LocalClusterOptions(folder, images, port, first, max, between, sizedVolumes);
    }

    /**
     * Puts a proxy between pods of a namespace that reach each other by name, and between each pod and the API server. Its
     * parties are {@code namespace/name} of pods, and {@link LocalCluster#API_SERVER}. Whoever dials a pod's own address
     * passes by it: the kubelet's probes, the API server's calls of webhooks, and operators that ask pods. So does who
     * reaches a pod of another namespace.
     *
     * @param proxy the caller's, to spoil the traffic with, and to close after the cluster
     * @param ports at which pods reach each other through it; at other ports a pod's name leads nowhere
     */
    public LocalClusterOptions through(TcpProxy proxy, Integer... ports) {
        return new LocalClusterOptions(
                folder,
                images,
                port,
                backoff,
                maxBackoff,
                Optional.of(new Between(proxy, List.of(ports))),
                sizedVolumes);
    }

    /**
     * Gives each volume no more room than its claim asked for: it is a file system of its own, in memory. It takes the
     * right to mount one, which {@link io.operatorlib.testing.cluster.process.Disks#canBeSized} tells.
     */
    public LocalClusterOptions withSizedVolumes() {
        return new LocalClusterOptions(folder, images, port, backoff, maxBackoff, between, true);
    }
}
