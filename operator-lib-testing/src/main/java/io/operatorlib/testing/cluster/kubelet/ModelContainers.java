package io.operatorlib.testing.cluster.kubelet;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Runs pods' containers as programs of a model, with what they keep in the pods' volumes: it lives as long as the volume.
 *
 * @param <F> what a folder of a volume holds
 */
public final class ModelContainers<F> implements ContainerRuntime {
    /** Starts programs of the model. */
    public interface Programs<F> {
        /** The image, where it is there. */
        Optional<Image> image(String name);

        /**
         * Starts one.
         *
         * @throws ContainerException if it cannot be started
         */
        Program start(Start<F> start);

        /** The names that programs resolve have changed. */
        default void named() {}
    }

    /** A program that runs. */
    public interface Program {
        /** Asks it to end. */
        void terminate();

        /** Ends it now. */
        void kill();

        /** Answers a probe. */
        ProbeResult probe(ProbeAction.Http action);
    }

    /**
     * What a program gets when it starts.
     *
     * @param folders finds what a folder holds, by its path in the container
     * @param names resolves a name to an address; what it does not know it leaves as it is
     * @param ended is told the exit code, once
     */
    public record Start<F>(
            Sandbox sandbox,
            Container container,
            Function<String, F> folders,
            UnaryOperator<String> names,
            IntConsumer ended) {}

    private record Present(Container container, Program program, Instant startedAt) {}

    private final Programs<F> programs;
    private final Supplier<F> empty;
    private final Scheduler scheduler;
    private final Map<String, Sandbox> sandboxes = new TreeMap<>();
    private final Map<String, Present> containers = new TreeMap<>();
    private final Map<String, Map<String, String>> hosts = new TreeMap<>();
    private final Map<String, F> folders = new TreeMap<>();
    private final List<ExitListener> listeners = new ArrayList<>();

    /**
     * A runtime without pods.
     *
     * @param empty what a new folder holds
     */
    public ModelContainers(Programs<F> programs, Supplier<F> empty, Scheduler scheduler) {
        this.programs = programs;
        this.empty = empty;
        this.scheduler = scheduler;
    }

    /** What the folders hold that were ever used and are still there. */
    public Collection<F> folders() {
        return List.copyOf(folders.values());
    }

    /** Deletes a volume's content for good. */
    public void deleteVolume(String path) {
        folders.keySet().removeIf(key -> key.startsWith("folder:" + path + "/"));
    }

    @Override
    public void listen(ExitListener listener) {
        listeners.add(listener);
    }

    @Override
    public Optional<Image> image(String name) {
        return programs.image(name);
    }

    @Override
    public String images() {
        return "the model's";
    }

    @Override
    public List<Running> running() {
        return containers.entrySet().stream()
                .map(entry -> new Running(
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
        var sandbox = Optional.ofNullable(sandboxes.get(container.podUid()))
                .orElseThrow(() -> refused("pod " + container.podUid() + " was not prepared"));
        var program = programs.start(new Start<>(
                sandbox,
                container,
                path -> folders.computeIfAbsent(key(sandbox, container, path), key -> empty.get()),
                host -> resolve(sandbox, host),
                code -> ended(container.id(), code)));
        containers.put(container.id(), new Present(container, program, scheduler.now()));
    }

    private void ended(String containerId, int code) {
        containers.remove(containerId);
        var exit = new Exit(code, scheduler.now());
        listeners.forEach(listener -> listener.exited(containerId, exit));
    }

    private String resolve(Sandbox sandbox, String host) {
        return hosts.getOrDefault(sandbox.uid(), Map.of()).getOrDefault(host, host);
    }

    /** What names a folder: the volume that it lies in, and where there. */
    private static String key(Sandbox sandbox, Container container, String path) {
        var mount = container.mounts().stream()
                .filter(candidate -> path.startsWith(candidate.path()))
                .max(Comparator.comparingInt(candidate -> candidate.path().length()))
                .orElseThrow(() -> refused(path + " lies in no volume: it would not outlive a restart"));
        var volume = sandbox.volumes().stream()
                .filter(candidate -> candidate.name().equals(mount.volume()))
                .findFirst()
                .orElseThrow(() -> refused("there is no volume " + mount.volume()));
        var rest = mount.subPath() + path.substring(mount.path().length());
        return volume instanceof Volume.Folder folder
                ? "folder:" + folder.path() + "/" + rest
                : "pod:" + sandbox.uid() + ":" + volume.name() + "/" + rest;
    }

    private static ContainerException refused(String why) {
        return new ContainerException("CreateContainerError", why);
    }

    @Override
    public void terminate(String containerId) {
        Optional.ofNullable(containers.get(containerId))
                .ifPresent(present -> present.program().terminate());
    }

    @Override
    public void kill(String containerId) {
        Optional.ofNullable(containers.get(containerId))
                .ifPresent(present -> present.program().kill());
    }

    @Override
    public ProbeResult probe(String containerId, ProbeAction action, Duration timeout) {
        var present = containers.get(containerId);
        if (present == null) {
            return new ProbeResult(false, "connection refused");
        }
        return action instanceof ProbeAction.Http http
                ? present.program().probe(http)
                : new ProbeResult(action instanceof ProbeAction.Tcp, "the model knows HTTP and TCP probes only");
    }

    @Override
    public boolean answersAtOnce() {
        return true;
    }

    @Override
    public void hosts(String podUid, List<HostEntry> entries) {
        var addresses = new HashMap<String, String>();
        entries.forEach(entry -> entry.names().forEach(name -> addresses.putIfAbsent(name, entry.address())));
        hosts.put(podUid, addresses);
        programs.named();
    }

    @Override
    public void remove(String podUid) {
        sandboxes.remove(podUid);
        hosts.remove(podUid);
        folders.keySet().removeIf(key -> key.startsWith("pod:" + podUid + ":"));
    }
}
