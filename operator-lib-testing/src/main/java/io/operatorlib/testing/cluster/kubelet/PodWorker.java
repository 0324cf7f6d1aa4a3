package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Exit;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.ProbeResult;
import io.operatorlib.testing.cluster.kubelet.ContainerSlot.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a kubelet does for one pod of its node.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *   settling ──▶ init containers, one after the other ──▶ containers ──▶ over: every container finished
 *      │                      │                               │            │
 *      └──────────────────────┴── deleted, evicted, gone ─────┴────────────┴──▶ ending: SIGTERM, grace, SIGKILL
 *                                                                                  │
 *                    removed ◀── surroundings away ◀── pod deleted finally ◀───────┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A pod that is being deleted is deleted finally only when all of its containers have ended.
 *   <li>A pod that is gone from the API leaves nothing running.
 *   <li>The surroundings of a pod that is over stay until it is deleted: its logs can be read.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>Used by the kubelet's loop only. No lifecycle hooks, no sidecars among the init containers: the latter are refused.
 */
final class PodWorker {
    /** A pod that was deleted by force has no grace left to give; Kubernetes gives a second. */
    private static final Duration FORCED_GRACE = Duration.ofSeconds(1);

    /** How soon one tries again what the API server or something missing has prevented. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** How old the files made from Secrets, ConfigMaps and tokens get, as with Kubernetes. */
    private static final Duration REFRESH = Duration.ofMinutes(1);

    private static final String KUBELET = "kubelet";

    private final Node node;
    private final String address;
    private final Instant seenAt;
    private final long settledNanos;
    private final List<ContainerSlot> slots;
    private final ContainerStarter starter;
    private final StatusWriter status;
    private final KubeletEvents events;

    private Pod pod;
    private Optional<PodStatus.End> ended = Optional.empty();
    private boolean gone;
    private boolean deletedFinally;
    private boolean removed;
    private long refreshNanos = Long.MAX_VALUE;
    private boolean touched;
    private boolean written;
    private long wakeNanos;

    PodWorker(Node node, Pod pod, String address, KubeletEvents events) {
        this.node = node;
        this.pod = pod;
        this.address = address;
        this.events = events;
        this.starter = new ContainerStarter(node, address);
        this.status = new StatusWriter(node.api());
        this.status.seen(pod);
        long now = node.scheduler().nanoTime();
        String started = Json.text(pod.json(), "status", "startTime");
        this.seenAt = started.isEmpty() ? node.scheduler().now() : Instant.parse(started);
        boolean named = !pod.subdomain().isEmpty() && started.isEmpty();
        this.settledNanos = named ? now + node.settings().settle().toNanos() : now;
        this.slots = Stream.concat(
                        pod.initContainers().stream().map(c -> new ContainerSlot(c, true, node.settings(), now)),
                        pod.containers().stream().map(c -> new ContainerSlot(c, false, node.settings(), now)))
                .toList();
    }

    /** Takes over what a kubelet before this one has left running, or has written of what ran then. */
    void recover(List<ContainerRuntime.Running> running) {
        Instant now = node.scheduler().now();
        for (ContainerSlot slot : slots) {
            JsonObject written = pod.containerStatus(slot.name());
            Optional<State.Ended> last = ContainerStatus.ended(written);
            int restarts = (int) Json.number(0, written, "restartCount");
            running.stream()
                    .filter(run ->
                            run.podUid().equals(pod.uid()) && run.container().equals(slot.name()))
                    .findFirst()
                    .ifPresentOrElse(
                            run -> slot.recover(
                                    new State.Running(
                                            run.containerId(),
                                            run.startedAt(),
                                            node.scheduler().nanoTime()),
                                    last,
                                    run.attempt()),
                            () -> ContainerStatus.lost(written, now)
                                    .or(() -> last)
                                    .ifPresent(end -> slot.recover(end, last, restarts)));
        }
    }

    Pod pod() {
        return pod;
    }

    String address() {
        return address;
    }

    /** Tells whether there is nothing left to do, ever. */
    boolean removed() {
        return removed;
    }

    void seen(Pod newer) {
        touched = true;
        pod = newer;
        status.seen(newer);
    }

    void gone() {
        touched = true;
        gone = true;
    }

    void evict(String message) {
        touched = true;
        ended = Optional.of(new PodStatus.End("Failed", "Evicted", message));
        events.say(pod, true, KUBELET, "Evicted", message);
    }

    void exited(String containerId, Exit exit) {
        slot(containerId).ifPresent(slot -> {
            touched = true;
            String reason = exit.success() ? "Completed" : "Error";
            slot.ended(exit, reason, node.scheduler().nanoTime());
        });
    }

    void probed(String containerId, Probe.Type type, ProbeResult result) {
        slot(containerId).ifPresent(slot -> {
            Probe probe = slot.probes().get(type);
            if (probe == null) {
                return;
            }
            boolean held = probe.holds();
            probe.ended(result.success());
            touched |= !result.success() || probe.holds() != held;
            wake(probe.dueNanos());
            if (!result.success() && slot.killAtNanos().isEmpty()) {
                String word = type.word().substring(0, 1).toUpperCase(Locale.ROOT)
                        + type.word().substring(1);
                events.say(pod, true, KUBELET, "Unhealthy", word + " probe failed: " + result.message());
                if (type != Probe.Type.READINESS && probe.failed()) {
                    stop(slot, pod.grace(), "failed " + type.word() + " probe, will be restarted");
                }
            }
        });
    }

    private Optional<ContainerSlot> slot(String containerId) {
        return slots.stream()
                .filter(slot -> slot.state() instanceof State.Running running
                        && running.id().equals(containerId))
                .findFirst();
    }

    /** Tells whether something has happened to it, or is due at that time. */
    boolean isDue(long now) {
        return touched || wakeNanos - now <= 0;
    }

    /** When, on the monotonic clock, something will be due again. */
    long wakeNanos() {
        return wakeNanos;
    }

    /** Does what is due: everything where others have changed, or where it is time to look at everything again. */
    void step(boolean whole) {
        long now = node.scheduler().nanoTime();
        boolean probesOnly = !whole && !touched && onlyProbesAreDue(now);
        touched = false;
        wakeNanos = Long.MAX_VALUE;
        if (probesOnly) {
            slots.forEach(slot -> probe(slot, now));
            wake(refreshNanos);
        }
        if (probesOnly || removed) {
            return;
        }
        if (gone || pod.deleting() || ended.isPresent() || pod.terminal()) {
            end();
        } else {
            run();
        }
        killOverdue();
        if (!gone && !removed && !deletedFinally) {
            writeStatus();
            if (pod.deleting() && slots.stream().noneMatch(ContainerSlot::running)) {
                deleteFinally();
            }
        }
    }

    /** Tells whether everything runs and has been said: most of the time only probes come due. */
    private boolean onlyProbesAreDue(long now) {
        boolean ends = gone || pod.deleting() || ended.isPresent() || pod.terminal();
        boolean begun = settledNanos - now <= 0 && refreshNanos - now > 0;
        return written && begun && !ends && slots.stream().allMatch(ContainerSlot::steady);
    }

    private void run() {
        long now = node.scheduler().nanoTime();
        if (settledNanos - now > 0) {
            wake(settledNanos);
            return;
        }
        for (ContainerSlot slot : slots) {
            if (slot.init() && !slot.succeeded()) {
                advance(slot, now);
                return;
            }
        }
        slots.stream().filter(slot -> !slot.init()).forEach(slot -> advance(slot, now));
        if (refreshNanos - now <= 0) {
            refresh();
        }
        wake(refreshNanos);
        starter.refreshHosts(pod);
    }

    private void advance(ContainerSlot slot, long now) {
        if (slot.running()) {
            probe(slot, now);
        } else if (!slot.finished(pod.restartPolicy())) {
            if (slot.notBeforeNanos() - now <= 0) {
                start(slot, now);
            } else {
                wake(slot.notBeforeNanos());
                if (slot.state() instanceof State.Ended) {
                    events.say(pod, true, KUBELET, "BackOff", "Back-off restarting failed container " + slot.name());
                }
            }
        }
    }

    private void start(ContainerSlot slot, long now) {
        String imageName = Json.text(slot.spec(), "image");
        Optional<ContainerRuntime.Image> image = node.runtime().image(imageName);
        if (image.isEmpty()) {
            imageMissing(slot, imageName, now);
            return;
        }
        try {
            if (slot.init() && Json.text(slot.spec(), "restartPolicy").equals("Always")) {
                throw new ContainerException(
                        "CreateContainerConfigError",
                        "init container " + slot.name() + " has restartPolicy Always: no sidecars here");
            }
            boolean changeable = starter.prepare(pod);
            refreshNanos = changeable ? now + REFRESH.toNanos() : Long.MAX_VALUE;
            events.say(
                    pod, false, KUBELET, "Pulled", "Container image \"" + imageName + "\" already present on machine");
            String id = starter.start(pod, slot, image.get());
            slot.started(id, node.scheduler().now(), now);
            events.say(pod, false, KUBELET, "Created", "Created container: " + slot.name());
            events.say(pod, false, KUBELET, "Started", "Started container " + slot.name());
            probe(slot, now);
        } catch (ContainerException e) {
            boolean mount = e.reason().equals("FailedMount");
            slot.waiting(
                    mount ? "ContainerCreating" : e.reason(), String.valueOf(e.getMessage()), now + RETRY.toNanos());
            events.say(pod, true, KUBELET, mount ? e.reason() : "Failed", String.valueOf(e.getMessage()));
            wake(slot.notBeforeNanos());
        }
    }

    private void imageMissing(ContainerSlot slot, String imageName, long now) {
        String message = "image \"" + imageName + "\" is not known to this cluster, which has "
                + node.runtime().images();
        boolean again = slot.state() instanceof State.Waiting waiting
                && (waiting.reason().equals("ErrImagePull") || waiting.reason().equals("ImagePullBackOff"));
        slot.waiting(again ? "ImagePullBackOff" : "ErrImagePull", message, now + RETRY.toNanos());
        events.say(pod, true, KUBELET, "Failed", message);
        wake(slot.notBeforeNanos());
    }

    private void probe(ContainerSlot slot, long now) {
        if (!(slot.state() instanceof State.Running running)
                || slot.killAtNanos().isPresent()) {
            return;
        }
        slot.probes().forEach((type, probe) -> {
            boolean counts = type == Probe.Type.STARTUP ? !probe.holds() : slot.hasStarted();
            if (counts && probe.due(now)) {
                probe.begun(now);
                try {
                    node.prober()
                            .probe(pod.uid(), running.id(), type, probe.action(slot.spec(), address), probe.timeout());
                } catch (ContainerException e) {
                    probe.ended(false);
                    touched = true;
                    events.say(pod, true, KUBELET, e.reason(), String.valueOf(e.getMessage()));
                }
            }
            if (counts && !probe.inFlight()) {
                wake(probe.dueNanos());
            }
        });
    }

    private void refresh() {
        refreshNanos = node.scheduler().nanoTime() + REFRESH.toNanos();
        try {
            starter.prepare(pod);
        } catch (ContainerException e) {
            events.say(pod, true, KUBELET, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private void end() {
        Duration grace = gone ? FORCED_GRACE : ended.isPresent() && !pod.deleting() ? Duration.ZERO : pod.grace();
        slots.forEach(slot -> stop(slot, grace, "its pod ends"));
        if (gone && slots.stream().noneMatch(ContainerSlot::running)) {
            node.runtime().remove(pod.uid());
            removed = true;
        }
    }

    private void stop(ContainerSlot slot, Duration grace, String why) {
        if (slot.state() instanceof State.Running running) {
            long now = node.scheduler().nanoTime();
            if (slot.stopBy(now + grace.toNanos())) {
                if (!gone) {
                    events.say(pod, false, KUBELET, "Killing", "Stopping container " + slot.name() + ": " + why);
                }
                node.runtime().terminate(running.id());
            }
        }
    }

    private void killOverdue() {
        long now = node.scheduler().nanoTime();
        for (ContainerSlot slot : slots) {
            if (slot.state() instanceof State.Running running
                    && slot.killAtNanos().isPresent()) {
                long at = slot.killAtNanos().getAsLong();
                if (at - now <= 0) {
                    node.runtime().kill(running.id());
                    wake(now + RETRY.toNanos());
                } else {
                    wake(at);
                }
            }
        }
    }

    private void writeStatus() {
        if (pod.terminal() && ended.isEmpty()) {
            ended = Optional.of(new PodStatus.End(
                    pod.phase(),
                    Json.text(pod.json(), "status", "reason"),
                    Json.text(pod.json(), "status", "message")));
        }
        var now = node.scheduler().now();
        String shown = starter.prepared() ? address : pod.address();
        var wished = new PodStatus(pod, node.settings(), shown, seenAt, slots, ended, now).json();
        written = status.write(pod, wished);
        if (!written) {
            wake(node.scheduler().nanoTime() + RETRY.toNanos());
        }
    }

    private void deleteFinally() {
        deletedFinally = node.api().deleteFinally(pod);
        if (!deletedFinally) {
            wake(node.scheduler().nanoTime() + RETRY.toNanos());
        }
    }

    private void wake(long nanos) {
        wakeNanos = Math.min(wakeNanos, nanos);
    }
}
