package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.cluster.kubelet.ContainerException;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Image;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.ProbeResult;
import io.operatorlib.testing.cluster.kubelet.ModelContainers;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** Runs pods' containers as processes of the model's etcd, with their data in the pods' volumes. */
final class ModelRuntime implements ModelContainers.Programs<DataDir> {
    /** What sets etcd's own checks aside. */
    private static final Set<String> UNSAFE = Set.of("--strict-reconfig-check=false", "--force-new-cluster");

    private final EtcdWorld world;
    private final ModelContainers<DataDir> containers;
    private final Map<String, Runnable> unheard = new TreeMap<>();
    private boolean pulls = true;

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

    /** Whether images can be had: while not, no container starts. */
    void pulls(boolean whether) {
        pulls = whether;
    }

    /** The node of a member is gone: its process has ended, and nobody hears of it until the node {@link #returns}. */
    void vanishes(EtcdProcess member) {
        unheard.put(member.flags.name(), () -> {});
        world.kill(member);
    }

    /** The node of a member is back. */
    void returns(String member) {
        Optional.ofNullable(unheard.remove(member)).ifPresent(Runnable::run);
    }

    private void ended(String member, Runnable heard) {
        if (unheard.replace(member, heard) == null) {
            heard.run();
        }
    }

    @Override
    public Optional<Image> image(String name) {
        return pulls && name.contains("etcd:") && !name.contains("nonexistent")
                ? Optional.of(new Image("model/" + name, List.of("etcd"), List.of()))
                : Optional.empty();
    }

    @Override
    public ModelContainers.Program start(ModelContainers.Start<DataDir> start) {
        var flags = flags(start);
        start.container().command().stream()
                .filter(UNSAFE::contains)
                .forEach(flag -> world.violation("I8: " + flags.name() + " was started with " + flag));
        var dir = start.folders().apply(flags.dataDir());
        IntConsumer exited = code -> ended(flags.name(), () -> start.ended().accept(code));
        return new Member(world, world.start(flags, start.sandbox().address(), dir, start.names(), exited));
    }

    private static EtcdFlags flags(ModelContainers.Start<DataDir> start) {
        try {
            return EtcdFlags.parse(start.container().command());
        } catch (IllegalArgumentException e) {
            throw new ContainerException("CreateContainerError", e.toString());
        }
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
