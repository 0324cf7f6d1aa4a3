package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.cluster.kubelet.ContainerException;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Image;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.ProbeResult;
import io.operatorlib.testing.cluster.kubelet.ModelContainers;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import java.util.List;
import java.util.Optional;

/** Runs pods' containers as processes of the model's etcd, with their data in the pods' volumes. */
final class ModelRuntime implements ModelContainers.Programs<DataDir> {
    private final EtcdWorld world;
    private final ModelContainers<DataDir> containers;

    ModelRuntime(EtcdWorld world, Scheduler scheduler) {
        this.world = world;
        this.containers = new ModelContainers<>(this, DataDir::new, scheduler);
    }

    ModelContainers<DataDir> containers() {
        return containers;
    }

    /** The data directories that are not empty. */
    List<DataDir> dataDirs() {
        return containers.folders().stream().filter(dir -> !dir.isEmpty()).toList();
    }

    @Override
    public Optional<Image> image(String name) {
        return name.contains("etcd:") && !name.contains("nonexistent")
                ? Optional.of(new Image("model/" + name, List.of("etcd"), List.of()))
                : Optional.empty();
    }

    @Override
    public ModelContainers.Program start(ModelContainers.Start<DataDir> start) {
        EtcdFlags flags;
        try {
            flags = EtcdFlags.parse(start.container().command());
        } catch (IllegalArgumentException e) {
            throw new ContainerException("CreateContainerError", e.toString());
        }
        var dir = start.folders().apply(flags.dataDir());
        return new Member(world, world.start(flags, start.sandbox().address(), dir, start.names(), start.ended()));
    }

    @Override
    public void named() {
        world.settle();
    }

    private record Member(EtcdWorld world, EtcdProcess process) implements ModelContainers.Program {
        @Override
        public void terminate() {
            world.terminate(process);
        }

        @Override
        public void kill() {
            world.kill(process);
        }

        @Override
        public ProbeResult probe(ProbeAction.Http http) {
            if (process.paused) {
                return new ProbeResult(false, "no answer in time");
            }
            return switch (http.path()) {
                case "/livez", "/health?serializable=true" -> new ProbeResult(true, "ok");
                case "/readyz", "/health" -> new ProbeResult(world.canRead(process), "read by quorum");
                default -> new ProbeResult(false, "404 page not found: " + http.path());
            };
        }
    }
}
