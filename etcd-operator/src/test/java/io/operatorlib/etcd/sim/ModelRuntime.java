package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.cluster.kubelet.Container;
import io.operatorlib.testing.cluster.kubelet.ContainerException;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime;
import io.operatorlib.testing.cluster.kubelet.HostEntry;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import io.operatorlib.testing.cluster.kubelet.Sandbox;
import io.operatorlib.testing.cluster.kubelet.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs pods' containers as processes of the model's etcd, with their data in the pods' volumes. */
final class ModelRuntime implements ContainerRuntime {
    private record Running(Container container, EtcdProcess process, Instant startedAt) {}

    private final EtcdWorld world;
    private final Scheduler scheduler;
    private final Map<String, Sandbox> sandboxes = new TreeMap<>();
    private final Map<String, Running> containers = new TreeMap<>();
    private final Map<String, List<HostEntry>> hosts = new TreeMap<>();
    private final Map<String, DataDir> dirs = new TreeMap<>();
    private final List<ExitListener> listeners = new ArrayList<>();

    ModelRuntime(EtcdWorld world, Scheduler scheduler) {
        this.world = world;
        this.scheduler = scheduler;
    }

    /** The process of a pod, by its name. */
    Optional<EtcdProcess> ofPod(String podName) {
        return containers.values().stream()
                .filter(running -> sandbox(running.container().podUid()).name().equals(podName))
                .map(Running::process)
                .findFirst();
    }

    /** The data directories that are not empty. */
    List<DataDir> dataDirs() {
        return dirs.values().stream().filter(dir -> !dir.isEmpty()).toList();
    }

    @Override
    public void listen(ExitListener listener) {
        listeners.add(listener);
    }

    @Override
    public Optional<Image> image(String name) {
        return name.contains("etcd:") && !name.contains("nonexistent")
                ? Optional.of(new Image("model/" + name, List.of("etcd"), List.of()))
                : Optional.empty();
    }

    @Override
    public String images() {
        return "any of etcd's";
    }

    @Override
    public List<ContainerRuntime.Running> running() {
        return containers.entrySet().stream()
                .map(entry -> new ContainerRuntime.Running(
                        entry.getKey(),
                        entry.getValue().container().podUid(),
                        entry.getValue().container().name(),
                        entry.getValue().container().attempt(),
                        entry.getValue().startedAt()))
                .toList();
    }

    @Override
    public void prepare(Sandbox sandbox) {
        sandboxes.put(sandbox.uid(), sandbox);
    }

    @Override
    public void start(Container container) {
        var sandbox = sandbox(container.podUid());
        EtcdFlags flags;
        try {
            flags = EtcdFlags.parse(container.command());
        } catch (IllegalArgumentException e) {
            throw new ContainerException("CreateContainerError", e.toString());
        }
        var process = world.start(
                flags,
                sandbox.address(),
                dirs.computeIfAbsent(dirKey(sandbox, container, flags.dataDir()), key -> new DataDir()),
                host -> resolve(sandbox, host),
                code -> ended(container.id(), code));
        containers.put(container.id(), new Running(container, process, scheduler.now()));
    }

    private void ended(String containerId, int code) {
        containers.remove(containerId);
        var exit = new Exit(code, scheduler.now());
        listeners.forEach(listener -> listener.exited(containerId, exit));
    }

    private String resolve(Sandbox sandbox, String host) {
        return hosts.getOrDefault(sandbox.uid(), List.of()).stream()
                .filter(entry -> entry.names().contains(host))
                .map(HostEntry::address)
                .findFirst()
                .orElse(host);
    }

    /** What names the directory: the volume that it lies in, and where there. */
    private static String dirKey(Sandbox sandbox, Container container, String dataDir) {
        var mount = container.mounts().stream()
                .filter(candidate -> dataDir.startsWith(candidate.path()))
                .max(Comparator.comparingInt(candidate -> candidate.path().length()))
                .orElseThrow(() -> new ContainerException(
                        "CreateContainerError", dataDir + " lies in no volume: its data would not outlive a restart"));
        var volume = sandbox.volumes().stream()
                .filter(candidate -> candidate.name().equals(mount.volume()))
                .findFirst()
                .orElseThrow(
                        () -> new ContainerException("CreateContainerError", "there is no volume " + mount.volume()));
        var rest = mount.subPath() + dataDir.substring(mount.path().length());
        return volume instanceof Volume.Folder folder
                ? "folder:" + folder.path() + "/" + rest
                : "pod:" + sandbox.uid() + ":" + volume.name() + "/" + rest;
    }

    private Sandbox sandbox(String podUid) {
        var sandbox = sandboxes.get(podUid);
        if (sandbox == null) {
            throw new ContainerException("CreateContainerError", "pod " + podUid + " was not prepared");
        }
        return sandbox;
    }

    @Override
    public void terminate(String containerId) {
        Optional.ofNullable(containers.get(containerId)).ifPresent(running -> world.terminate(running.process()));
    }

    @Override
    public void kill(String containerId) {
        Optional.ofNullable(containers.get(containerId)).ifPresent(running -> world.kill(running.process()));
    }

    @Override
    public ProbeResult probe(String containerId, ProbeAction action, Duration timeout) {
        var running = containers.get(containerId);
        if (running == null || !running.process().running()) {
            return new ProbeResult(false, "connection refused");
        }
        if (running.process().paused) {
            return new ProbeResult(false, "no answer within " + timeout);
        }
        if (action instanceof ProbeAction.Http http) {
            return probe(running.process(), http);
        }
        return new ProbeResult(action instanceof ProbeAction.Tcp, "the model knows HTTP and TCP probes only");
    }

    private ProbeResult probe(EtcdProcess process, ProbeAction.Http http) {
        return switch (http.path()) {
            case "/livez", "/health?serializable=true" -> new ProbeResult(true, "ok");
            case "/readyz", "/health" -> new ProbeResult(world.canRead(process), "read by quorum");
            default -> new ProbeResult(false, "404 page not found: " + http.path());
        };
    }

    @Override
    public void hosts(String podUid, List<HostEntry> entries) {
        hosts.put(podUid, List.copyOf(entries));
        world.settle();
    }

    @Override
    public void remove(String podUid) {
        sandboxes.remove(podUid);
        hosts.remove(podUid);
        dirs.keySet().removeIf(key -> key.startsWith("pod:" + podUid + ":"));
    }

    /** Deletes a volume's content for good. */
    void deleteFolder(String path) {
        dirs.keySet().removeIf(key -> key.startsWith("folder:" + path + "/"));
    }
}
