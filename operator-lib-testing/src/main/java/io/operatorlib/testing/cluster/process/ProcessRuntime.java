package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.Container;
import io.operatorlib.testing.cluster.kubelet.ContainerException;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime;
import io.operatorlib.testing.cluster.kubelet.HostEntry;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import io.operatorlib.testing.cluster.kubelet.Sandbox;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs containers as processes of this machine, each in mount, PID, host-name and IPC namespaces of its own. All share
 * the machine's network; each pod has a loopback address of its own to listen on.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *   one thread ─ setpriv (dies with the thread) ─ unshare (waits) ─┬─ process 1: {@link SetupScript}, then the program
 *                                                                  └─ whatever the program starts
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>No process outlives the program that runs this, however that ends, {@code kill -9} included: the kernel kills
 *       {@code unshare} and process 1 with the thread that started them, and a PID namespace with its process 1.
 *   <li>A container writes nowhere but in its own root, which is in memory, and in its volumes.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>A program that listens on all addresses meets those of other pods. CPU and memory limits are not enforced. Without
 * root every container runs as this program's own user, whatever its pod asks for.
 */
public final class ProcessRuntime implements ContainerRuntime, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);

    /** The kernel ends what is killed in milliseconds; after that time something is wrong with the machine. */
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);

    /** A container's root is made in less than a tenth of a second, on a machine that has nothing else to do. */
    private static final Duration LONGEST_BIRTH = Duration.ofSeconds(10);

    private static final int LOOK_MILLIS = 10;

    /** Of a command's output so much is told where a probe failed. */
    private static final int PROBE_OUTPUT = 1024;

    private final Path folder;
    private final ImageCatalog images;
    private final Disks disks;
    private final Isolation isolation;
    private final Map<String, PodFolder> pods = new ConcurrentHashMap<>();
    private final Map<String, ContainerProcess> processes = new ConcurrentHashMap<>();

    // processes die with the thread that started them, so there is one, and it lives as long as this
    private final ExecutorService launcher;
    private volatile ExitListener listener = (containerId, exit) -> {};

    /**
     * Begins with nothing running.
     *
     * @param folder where pods' folders are put; one's own, and not within a pod's mounts
     * @param disks what folders that outlive pods are on; stays the caller's, to close
     * @throws IllegalStateException if the machine cannot isolate processes, saying what is missing
     */
    public ProcessRuntime(Path folder, ImageCatalog images, Disks disks) {
        this.folder = folder.toAbsolutePath();
        this.images = images;
        this.disks = disks;
        this.isolation = Isolation.find();
        this.launcher = Executors.newSingleThreadExecutor(body -> daemon(body, "container-launcher"));
    }

    private static Thread daemon(Runnable body, String name) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void listen(ExitListener whom) {
        listener = whom;
    }

    @Override
    public Optional<Image> image(String name) {
        return images.find(name).map(image -> new Image(name, image.entrypoint(), image.arguments()));
    }

    @Override
    public String images() {
        return images.names();
    }

    @Override
    public List<Running> running() {
        return processes.values().stream().map(ContainerProcess::running).toList();
    }

    @Override
    public void prepare(Sandbox sandbox) {
        try {
            pods.computeIfAbsent(sandbox.uid(), uid -> new PodFolder(pod(uid), disks, sandbox))
                    .prepare(sandbox);
        } catch (IOException e) {
            throw new ContainerException("FailedMount", "cannot make the pod's folders: " + e);
        }
    }

    private Path pod(String uid) {
        return folder.resolve("pods").resolve(uid);
    }

    @Override
    public void start(Container container) {
        PodFolder pod = prepared(container.podUid());
        LocalImage image = images.find(container.image())
                .orElseThrow(() -> new ContainerException("ErrImagePull", "no image " + container.image()));
        try {
            Path sandbox = pod.container(container.name(), container.attempt());
            Files.createDirectories(sandbox);
            var environment = new LinkedHashMap<>(image.environment());
            environment.put("HOSTNAME", pod.sandbox().hostname());
            environment.put("HOME", "/root");
            environment.putAll(container.environment());
            var script = script(pod, image, sandbox, withEnvironment(container, environment));
            Path file = Files.writeString(sandbox.resolve("setup.sh"), script.text());
            var command = new ArrayList<>(isolation.enter());
            command.addAll(List.of("/bin/sh", file.toString()));
            var log = ContainerLog.begun(pod.log(container.name(), container.attempt()));
            Process process = launch(background().command(command), environment);
            var started = new ContainerProcess(container, process, sandbox, log, Instant.now());
            processes.put(container.id(), started);
            daemon(() -> follow(started), "container-" + container.id()).start();
        } catch (IOException e) {
            throw new ContainerException("CreateContainerError", "cannot start the container: " + e);
        }
    }

    private PodFolder prepared(String uid) {
        PodFolder pod = pods.get(uid);
        if (pod == null) {
            throw new ContainerException("CreateContainerError", "the pod's surroundings were not prepared");
        }
        return pod;
    }

    private SetupScript script(PodFolder pod, LocalImage image, Path sandbox, Container container) throws IOException {
        var binds = new ArrayList<SetupScript.Bind>();
        image.files().forEach((seen, file) -> {
            if (!seen.equals(file.toString()) || !inSystemFolders(seen)) {
                binds.add(new SetupScript.Bind(file, seen, true));
            }
        });
        for (Container.Mount mount : container.mounts()) {
            binds.add(pod.bind(mount));
        }
        return new SetupScript(
                isolation,
                sandbox,
                pod.names(),
                pod.sandbox().hostname(),
                ProcessHandle.current().pid(),
                binds,
                container);
    }

    private static boolean inSystemFolders(String path) {
        return path.startsWith("/usr/") && !path.startsWith("/usr/local/");
    }

    private static Container withEnvironment(Container c, Map<String, String> environment) {
        return new Container(
                c.id(),
                c.podUid(),
                c.name(),
                c.attempt(),
                c.image(),
                c.command(),
                environment,
                c.workingDir(),
                c.mounts(),
                c.user(),
                c.readOnlyRoot());
    }

    /** Nothing to read, and one output. */
    private static ProcessBuilder background() {
        return new ProcessBuilder()
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    }

    private Process launch(ProcessBuilder builder, Map<String, String> environment) throws IOException {
        builder.directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return launcher.submit(builder::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private void follow(ContainerProcess started) {
        Container container = started.container();
        try {
            started.log().record(started.outside().getInputStream());
        } catch (IOException e) {
            LOG.warn("a log cannot be written container={} problem={}", container.id(), e.toString());
        }
        int code = -1;
        try {
            code = started.outside().waitFor();
            code = started.log().killed() ? Exit.SIGKILL : code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Folders.delete(started.sandbox());
        processes.remove(container.id());
        String lastWords = code == 0 ? "" : started.log().lastWords();
        listener.exited(container.id(), new Exit(code, Instant.now(), lastWords));
    }

    @Override
    public void terminate(String containerId) {
        Optional.ofNullable(processes.get(containerId)).ifPresent(ContainerProcess::terminate);
    }

    @Override
    public void kill(String containerId) {
        Optional.ofNullable(processes.get(containerId)).ifPresent(ContainerProcess::kill);
    }

    @Override
    public ProbeResult probe(String containerId, ProbeAction action, Duration timeout) {
        if (action instanceof ProbeAction.Http http) {
            return Prober.http(http, timeout);
        }
        if (action instanceof ProbeAction.Tcp tcp) {
            return Prober.tcp(tcp, timeout);
        }
        return exec(containerId, ((ProbeAction.Exec) action).command(), timeout);
    }

    private ProbeResult exec(String containerId, List<String> wished, Duration timeout) {
        ContainerProcess process = processes.get(containerId);
        if (process == null) {
            return new ProbeResult(false, "the container does not run");
        }
        try {
            Process probe = join(process, wished, false, background());
            if (!probe.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                probe.destroyForcibly();
                return new ProbeResult(false, "command timed out: " + wished);
            }
            String output = new String(probe.getInputStream().readNBytes(PROBE_OUTPUT), StandardCharsets.UTF_8).strip();
            return new ProbeResult(probe.exitValue() == 0, output);
        } catch (IOException e) {
            return new ProbeResult(false, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProbeResult(false, "interrupted");
        }
    }

    /**
     * Begins a command in a running container of a pod.
     *
     * @param terminal whether it gets a terminal, which {@code script} of util-linux makes
     */
    Process exec(String podUid, String name, List<String> command, boolean terminal) throws IOException {
        ContainerProcess process = processes.values().stream()
                .filter(each -> each.container().podUid().equals(podUid)
                        && each.container().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("container not found (\"" + name + "\")"));
        awaitBegun(process);
        return join(process, command, terminal, new ProcessBuilder());
    }

    /** A container counts as started a moment before its root is made. */
    private static void awaitBegun(ContainerProcess process) throws IOException {
        long end = System.nanoTime() + LONGEST_BIRTH.toNanos();
        while (!process.begun() && process.outside().isAlive() && System.nanoTime() - end < 0) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /** Begins a command in a container's namespaces, as its user, with its environment. */
    private Process join(ContainerProcess process, List<String> command, boolean terminal, ProcessBuilder builder)
            throws IOException {
        var inside = process.inside();
        if (inside.isEmpty() || !process.begun()) {
            throw new IOException("the container does not run");
        }
        Container container = process.container();
        var joining = new ArrayList<>(isolation.join(inside.get().pid()));
        if (terminal) {
            joining.addAll(isolation.ownTerminal());
        }
        joining.addAll(isolation.as(container.user().uid(), container.user().gid()));
        joining.addAll(command);
        var environment = new LinkedHashMap<>(
                images.find(container.image()).map(LocalImage::environment).orElse(Map.of()));
        environment.putAll(container.environment());
        return launch(builder.command(terminal ? isolation.atATerminal(joining) : joining), environment);
    }

    @Override
    public void hosts(String podUid, List<HostEntry> entries) {
        PodFolder pod = pods.get(podUid);
        if (pod != null) {
            try {
                pod.hosts(entries);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the hosts file of pod " + podUid, e);
            }
        }
    }

    @Override
    public void remove(String podUid) {
        pods.remove(podUid);
        Folders.delete(pod(podUid));
    }

    /** The log of a run of a container; empty where there was no such run. */
    Optional<ContainerLog> log(String podUid, String container, int attempt) {
        ContainerProcess process = processes.get(podUid + "." + container + "." + attempt);
        if (process != null) {
            return Optional.of(process.log());
        }
        return Optional.ofNullable(pods.get(podUid))
                .map(pod -> pod.log(container, attempt))
                .filter(Files::exists)
                .map(ContainerLog::over);
    }

    /** Kills every container, and deletes all but the folders that outlive pods. */
    @Override
    public void close() {
        listener = (containerId, exit) -> {};
        long end = System.nanoTime() + LONGEST_DEATH.toNanos();
        for (ContainerProcess process : List.copyOf(processes.values())) {
            process.kill();
            try {
                process.outside().waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        launcher.shutdownNow();
        Folders.delete(folder.resolve("pods"));
    }
}
