package io.operatorlib.testing.cluster;

import io.operatorlib.KubeApis;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.cluster.controllers.ClusterControllers;
import io.operatorlib.testing.cluster.kubelet.Kubelet;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings.ApiAccess;
import io.operatorlib.testing.cluster.kubelet.Routes;
import io.operatorlib.testing.cluster.process.Disks;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.cluster.process.ProcessRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All of a cluster of one node but its API server, which may be anybody's: the controllers that a cluster has, and a
 * kubelet that runs pods as processes of this machine. Closing it ends every process and deletes what it has kept; what it
 * has made at the API server stays.
 */
public final class LocalNode implements AutoCloseable {
    /** How long parts of the cluster get to end; what has not ended by then ends with the program. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final LocalClusterOptions options;
    private final LoopbackRange addresses;
    private final Disks disks;
    private final ProcessRuntime runtime;
    private final Kubelet kubelet;
    private final Scheduler.Task kubeletTask;
    private final ClusterControllers controllers;

    /**
     * The ways to the API server.
     *
     * @param controllers the controllers'
     * @param kubelet the kubelet's
     * @param pods the pods'; empty for none: they have no service account's files then
     * @param kinds those whose objects are collected when their owners are gone, and go with their namespaces
     */
    record Doors(KubeApi controllers, KubeApi kubelet, Optional<ApiAccess> pods, Supplier<List<KindRef>> kinds) {}

    private LocalNode(LocalClusterOptions options, Scheduler scheduler, Doors doors) {
        this.options = options;
        this.disks = options.sizedVolumes() ? Disks.sized() : Disks.unlimited();
        this.runtime = new ProcessRuntime(options.folder(), options.images(), disks);
        this.addresses = LoopbackRange.take();
        new FirstObjects(doors.controllers()).create(LocalCluster.NODE, scheduler.now());
        this.controllers = ClusterControllers.start(
                doors.controllers(),
                scheduler,
                new ClusterControllers.Surroundings(
                        doors.kinds(),
                        FirstObjects.PROVISIONER,
                        volumes(),
                        disks::delete,
                        doors.pods().map(ApiAccess::caPem).orElse("")));
        var settings = KubeletSettings.ofNode(LocalCluster.NODE)
                .pool(addresses.pods())
                .routes(options.between()
                        .<Routes>map(between -> new ProxiedRoutes(between, addresses.ways()))
                        .orElse(Routes.DIRECT))
                .backoff(options.backoff(), options.maxBackoff());
        this.kubelet = new Kubelet(
                doors.kubelet(),
                scheduler,
                runtime,
                doors.pods().map(settings::api).orElse(settings));
        this.kubeletTask = scheduler.fork("kubelet", this::runKubelet);
    }

    static LocalNode start(LocalClusterOptions options, Scheduler scheduler, Doors doors) {
        return new LocalNode(options, scheduler, doors);
    }

    /**
     * Becomes the only node of a cluster that has none and no controllers either: no more than an API server. Its pods get
     * no files of a service account. Addresses of pods are loopback addresses, which no kube-apiserver takes for a
     * Service's: names of pods are resolved, and webhooks behind Services are not reached.
     *
     * @param kubeconfig of somebody who may do everything there
     * @param options the port is of no account
     * @param kinds those whose objects are collected when their owners are gone, and go with their namespaces
     * @throws IllegalStateException if this machine cannot run pods, saying what is missing
     */
    public static LocalNode join(Path kubeconfig, LocalClusterOptions options, List<KindRef> kinds) {
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the node's folder " + options.folder(), e);
        }
        KubeApi door = KubeApis.fromKubeconfig(kubeconfig);
        return new LocalNode(options, new RealScheduler(), new Doors(door, door, Optional.empty(), () -> kinds));
    }

    private void runKubelet() {
        try {
            kubelet.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path volumes() {
        return options.folder().resolve("volumes").toAbsolutePath();
    }

    ProcessRuntime runtime() {
        return runtime;
    }

    /** Ends a pod as a node does that is short of something: it stays, as Failed, and never runs again. */
    public void evict(String namespace, String pod, String message) {
        kubelet.evict(new ResourceKey(namespace, pod), message);
    }

    @Override
    public void close() {
        kubelet.stop();
        try {
            controllers.stop(FAREWELL);
            kubeletTask.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        runtime.close();
        addresses.close();
        disks.close();
        Folders.delete(volumes());
    }
}
