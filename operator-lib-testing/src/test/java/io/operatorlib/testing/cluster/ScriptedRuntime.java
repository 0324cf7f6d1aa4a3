package io.operatorlib.testing.cluster;

import io.operatorlib.testing.Sim;
import io.operatorlib.testing.cluster.kubelet.Container;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime;
import io.operatorlib.testing.cluster.kubelet.HostEntry;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import io.operatorlib.testing.cluster.kubelet.Sandbox;
import io.operatorlib.testing.cluster.kubelet.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Containers that do what a test says, in virtual time; and a record of what a kubelet did with them. */
final class ScriptedRuntime implements ContainerRuntime {
    private final Sim sim;
    private final List<String> deeds = new ArrayList<>();
    private final Map<String, Running> running = new TreeMap<>();
    private final Map<String, Sandbox> sandboxes = new TreeMap<>();
    private final List<ExitListener> listeners = new ArrayList<>();
    private final Set<String> images = new HashSet<>(Set.of("app"));
    private final Map<String, Integer> ends = new TreeMap<>();
    private final Set<String> stubborn = new HashSet<>();
    private final Set<Integer> closedPorts = new HashSet<>();

    ScriptedRuntime(Sim sim) {
        this.sim = sim;
    }

    // ---- the script ----

    /** Each run of that container ends at once. */
    void endsAtOnce(String container, int code) {
        ends.put(container, code);
    }

    void runsOn(String container) {
        ends.remove(container);
    }

    /** That container does not end when it is asked to. */
    void ignoresSigterm(String container) {
        stubborn.add(container);
    }

    /** Nobody answers at a port any more, or again. */
    void port(int number, boolean open) {
        var unused = open ? closedPorts.remove(number) : closedPorts.add(number);
    }

    void hasImage(String name) {
        images.add(name);
    }

    /** A container that runs ends. */
    void end(String container, int code) {
        ended(id(container), code);
        sim.changed();
    }

    // ---- the record ----

    /** What was done, with the second in which it was. */
    List<String> deeds() {
        return List.copyOf(deeds);
    }

    /** The seconds in which a container was started. */
    List<Long> starts(String container) {
        String deed = " start " + container;
        return deeds.stream()
                .filter(line -> line.endsWith(deed))
                .map(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    boolean runs(String container) {
        return running.values().stream().anyMatch(run -> run.container().equals(container));
    }

    /** The content of a file of a pod's volume; empty where there is none. */
    String file(String volume, String path) {
        return sandboxes.values().stream()
                .flatMap(sandbox -> sandbox.volumes().stream())
                .filter(candidate -> candidate.name().equals(volume) && candidate instanceof Volume.Files)
                .flatMap(candidate ->
                        Optional.ofNullable(((Volume.Files) candidate).files().get(path)).stream())
                .map(Volume.FileContent::text)
                .findFirst()
                .orElse("");
    }

    private String id(String container) {
        return running.values().stream()
                .filter(run -> run.container().equals(container))
                .map(Running::containerId)
                .findFirst()
                .orElseThrow();
    }

    private void note(String deed) {
        deeds.add(sim.elapsed().toSeconds() + " " + deed);
    }

    private void ended(String containerId, int code) {
        if (running.remove(containerId) != null) {
            var exit = new Exit(code, sim.scheduler().now());
            List.copyOf(listeners).forEach(listener -> listener.exited(containerId, exit));
        }
    }

    // ---- the port ----

    @Override
    public void listen(ExitListener listener) {
        listeners.clear();
        listeners.add(listener);
    }

    @Override
    public Optional<Image> image(String name) {
        return images.contains(name) ? Optional.of(new Image(name, List.of("/app"), List.of())) : Optional.empty();
    }

    @Override
    public String images() {
        return images.toString();
    }

    @Override
    public List<Running> running() {
        return List.copyOf(running.values());
    }

    @Override
    public void prepare(Sandbox sandbox) {
        sandboxes.put(sandbox.uid(), sandbox);
    }

    @Override
    public void start(Container container) {
        note("start " + container.name());
        running.put(
                container.id(),
                new Running(
                        container.id(),
                        container.podUid(),
                        container.name(),
                        container.attempt(),
                        sim.scheduler().now()));
        if (ends.containsKey(container.name())) {
            ended(container.id(), ends.get(container.name()));
        }
    }

    @Override
    public void terminate(String containerId) {
        var run = running.get(containerId);
        if (run != null) {
            note("SIGTERM " + run.container());
            if (!stubborn.contains(run.container())) {
                ended(containerId, 0);
            }
        }
    }

    @Override
    public void kill(String containerId) {
        var run = running.get(containerId);
        if (run != null) {
            note("SIGKILL " + run.container());
            ended(containerId, Exit.SIGKILL);
        }
    }

    @Override
    public ProbeResult probe(String containerId, ProbeAction action, Duration timeout) {
        boolean open = !closedPorts.contains(((ProbeAction.Tcp) action).port());
        return new ProbeResult(open, open ? "" : "refused");
    }

    @Override
    public void hosts(String podUid, List<HostEntry> entries) {}

    @Override
    public void remove(String podUid) {
        sandboxes.remove(podUid);
        note("remove");
    }
}
