package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs the pods of one node and reports how they are. Where told so it is the scheduler, too: it binds every pod that
 * no gate holds back to its own node.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *   watch of pods, of Services ──┐
 *   ends of containers ──────────┼─▶ mailbox ─▶ one loop ─▶ a {@link PodWorker} for each pod ─▶ runtime, API
 *   results of probes ───────────┤                 ▲   │
 *   evictions ───────────────────┘                 └───┴─ the earliest time at which something is due
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A pod has its address from its first sight, even while a gate holds it back; so all names are known before the
 *       first process of a group of pods starts.
 *   <li>A kubelet that takes the place of another adopts the containers that still run, restarts those that do not, and
 *       kills those whose pods are gone.
 *   <li>Nothing is written to the API where nothing has changed.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>One node fits everything: resources, affinity and taints are not looked at, and of a node selector only the name
 * of the node. Services have no addresses of their own, only {@link Names}.
 */
public final class Kubelet {
    /** So often the loop turns without a reason, so that nothing that was missed stays missed. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final List<String> API_NAMES =
            List.of("kubernetes.default.svc.cluster.local", "kubernetes.default.svc", "kubernetes.default");

    private final KubeletSettings settings;
    private final Scheduler scheduler;
    private final ContainerRuntime runtime;
    private final KubeletApi api;
    private final Node node;
    private final AddressPool addresses;
    private final Informer podInformer;
    private final Informer serviceInformer;
    private final Scheduler.Gate gate;
    private final Queue<Note> mailbox = new ConcurrentLinkedQueue<>();

    private final TreeMap<ResourceKey, Pod> pods = new TreeMap<>();
    private final Map<String, PodWorker> workers = new HashMap<>();
    private final TreeMap<String, PodWorker> byName = new TreeMap<>();
    private final Map<String, KubeletEvents> events = new HashMap<>();
    private final Set<String> bound = new HashSet<>();
    private final TreeMap<ResourceKey, JsonObject> services = new TreeMap<>();
    private boolean everyone = true; // pods and Services have changed, and with them names
    private long everyoneNanos;
    private long wakeNanos;
    private long scheduleNanos;

    private volatile boolean stopped;

    /** Something that the loop is told. */
    private sealed interface Note {
        record PodChanged(Change change) implements Note {}

        record ServiceChanged(Change change) implements Note {}

        record Exited(String containerId, ContainerRuntime.Exit exit) implements Note {}

        record Probed(String podUid, String containerId, Probe.Type type, ContainerRuntime.ProbeResult result)
                implements Note {}

        record Evict(ResourceKey key, String message) implements Note {}
    }

    public Kubelet(KubeApi door, Scheduler scheduler, ContainerRuntime runtime, KubeletSettings settings) {
        this.settings = settings;
        this.scheduler = scheduler;
        this.runtime = runtime;
        this.api = new KubeletApi(door);
        this.addresses = new AddressPool(settings.pool());
        this.gate = scheduler.gate();
        this.node = new Node(settings, api, runtime, scheduler, this::names, this::probe);
        this.podInformer = new Informer(
                api.client(),
                scheduler,
                ListQuery.all(KubeletApi.PODS),
                List.of(change -> post(new Note.PodChanged(change))));
        this.serviceInformer = new Informer(
                api.client(),
                scheduler,
                ListQuery.all(KubeletApi.SERVICES),
                List.of(change -> post(new Note.ServiceChanged(change))));
    }

    /** Works until {@link #stop} or an interrupt, upon which the containers run on. */
    public void run() throws InterruptedException {
        runtime.listen((containerId, exit) -> post(new Note.Exited(containerId, exit)));
        serviceInformer.start();
        podInformer.start();
        try {
            while (!stopped && !(podInformer.awaitSynced(LONGEST_WAIT) && serviceInformer.awaitSynced(LONGEST_WAIT))) {
                // the informers say in the log what keeps them
            }
            drain();
            forgetStrangers();
            while (!stopped) {
                long ticket = gate.ticket();
                drain();
                turn();
                long wait = wakeNanos - scheduler.nanoTime();
                if (wait > 0) {
                    gate.await(ticket, Duration.ofNanos(wait));
                }
            }
        } finally {
            podInformer.stop();
            serviceInformer.stop();
        }
    }

    /** Ends the loop; returns at once. */
    public void stop() {
        stopped = true;
        podInformer.stop();
        serviceInformer.stop();
        gate.open();
    }

    /** Ends a pod of this node as a node does that is short of something: it stays, as Failed, and never runs again. */
    public void evict(ResourceKey key, String message) {
        post(new Note.Evict(key, message));
    }

    private void post(Note note) {
        mailbox.add(note);
        gate.open();
    }

    private void probe(String podUid, String containerId, Probe.Type type, ProbeAction action, Duration timeout) {
        Runnable probing =
                () -> post(new Note.Probed(podUid, containerId, type, runtime.probe(containerId, action, timeout)));
        if (runtime.answersAtOnce()) {
            probing.run();
        } else {
            scheduler.fork("probe-" + containerId, probing);
        }
    }

    private void drain() {
        for (Note note = mailbox.poll(); note != null; note = mailbox.poll()) {
            if (note instanceof Note.PodChanged changed) {
                everyone = true;
                take(changed.change());
            } else if (note instanceof Note.ServiceChanged changed) {
                everyone = true;
                StoredObject after = changed.change().after();
                if (after == null) {
                    services.remove(changed.change().key());
                } else {
                    services.put(after.key(), after.json());
                }
            } else if (note instanceof Note.Exited exited) {
                List.copyOf(workers.values()).forEach(worker -> worker.exited(exited.containerId(), exited.exit()));
            } else if (note instanceof Note.Probed probed) {
                PodWorker worker = workers.get(probed.podUid());
                if (worker != null) {
                    worker.probed(probed.containerId(), probed.type(), probed.result());
                }
            } else if (note instanceof Note.Evict evict) {
                workers.values().stream()
                        .filter(worker -> worker.pod().key().equals(evict.key()))
                        .toList()
                        .forEach(worker -> worker.evict(evict.message()));
            }
        }
    }

    private void take(Change change) {
        StoredObject after = change.after();
        if (after == null) {
            pods.remove(change.key());
            settings.routes().gone(change.key());
            String uid = Objects.requireNonNull(change.before()).uid();
            PodWorker worker = workers.get(uid);
            if (worker == null) {
                forget(uid);
            } else {
                worker.gone();
            }
            return;
        }
        var pod = new Pod(after.json());
        pods.put(after.key(), pod);
        boolean mine = pod.node().equals(settings.node());
        if (!pod.address().isEmpty() && mine) {
            addresses.claim(pod.uid(), pod.address());
        }
        PodWorker worker = workers.get(pod.uid());
        if (worker != null) {
            worker.seen(pod);
        } else if (mine) {
            var started = new PodWorker(node, pod, addresses.of(pod.uid()), eventsOf(pod.uid()));
            started.recover(runtime.running());
            workers.put(pod.uid(), started);
            byName.put(nameOf(pod), started);
        } else if (pod.node().isEmpty() && settings.binds()) {
            addresses.of(pod.uid()); // reserved: its peers are to know its name before they start
        }
    }

    private KubeletEvents eventsOf(String uid) {
        return events.computeIfAbsent(uid, any -> new KubeletEvents(api, scheduler, settings));
    }

    private void forgetStrangers() {
        for (ContainerRuntime.Running running : runtime.running()) {
            if (!workers.containsKey(running.podUid())) {
                runtime.kill(running.containerId());
            }
        }
    }

    private void turn() {
        long now = scheduler.nanoTime();
        boolean all = everyone || everyoneNanos - now <= 0;
        if (all) {
            everyone = false;
            everyoneNanos = now + LONGEST_WAIT.toNanos();
        }
        wakeNanos = everyoneNanos;
        if (all || scheduleNanos - now <= 0) {
            scheduleNanos = everyoneNanos;
            schedulePods();
        }
        wakeNanos = Math.min(wakeNanos, scheduleNanos);
        for (PodWorker worker : List.copyOf(byName.values())) {
            if (all || worker.isDue(now)) {
                worker.step(all);
            }
            wakeNanos = Math.min(wakeNanos, worker.wakeNanos());
            if (worker.removed()) {
                workers.remove(worker.pod().uid());
                byName.remove(nameOf(worker.pod()));
                forget(worker.pod().uid());
            }
        }
    }

    private void schedulePods() {
        for (Pod pod : List.copyOf(pods.values())) {
            PodWorker worker = workers.get(pod.uid());
            if (worker == null && pod.node().isEmpty() && settings.binds() && !bound.contains(pod.uid())) {
                schedule(pod);
            }
        }
    }

    private static String nameOf(Pod pod) {
        return pod.key() + "/" + pod.uid();
    }

    private void forget(String uid) {
        addresses.release(uid);
        events.remove(uid);
        bound.remove(uid);
    }

    private void schedule(Pod pod) {
        if (pod.deleting()) {
            retryUnless(api.deleteFinally(pod));
        } else if (pod.gated()) {
            if (pod.condition("PodScheduled").isEmpty()) {
                retryUnless(
                        api.patchStatus(pod, PodStatus.gated(scheduler.now())).isPresent());
            }
        } else if (!pod.terminal() && !pod.fits(settings.node())) {
            boolean told = pod.condition("PodScheduled")
                    .filter(condition -> Json.text(condition, "reason").equals("Unschedulable"))
                    .isPresent();
            if (!told) {
                retryUnless(api.patchStatus(pod, PodStatus.unschedulable(scheduler.now()))
                        .isPresent());
            }
        } else if (!pod.terminal()) {
            boolean done = api.bind(pod, settings.node());
            if (done) {
                bound.add(pod.uid());
                eventsOf(pod.uid())
                        .say(
                                pod,
                                false,
                                "default-scheduler",
                                "Scheduled",
                                "Successfully assigned " + pod.key() + " to " + settings.node());
            }
            retryUnless(done);
        }
    }

    private void retryUnless(boolean done) {
        if (!done) {
            scheduleNanos = Math.min(scheduleNanos, scheduler.nanoTime() + RETRY.toNanos());
        }
    }

    private List<HostEntry> names(Pod pod) {
        var entries =
                new ArrayList<>(new Names(pods.values(), services.values(), other -> address(pod, other)).of(pod));
        settings.api().ifPresent(access -> entries.add(new HostEntry(access.host(), API_NAMES)));
        return entries;
    }

    /** By which address a pod reaches another. */
    private String address(Pod from, Pod to) {
        String direct = address(to);
        return direct.isEmpty() || from.key().equals(to.key()) || !pods.containsKey(from.key())
                ? direct
                : settings.routes().toPod(from.key(), to.key(), direct);
    }

    private String address(Pod pod) {
        boolean mine = pod.node().equals(settings.node()) || (pod.node().isEmpty() && settings.binds());
        return mine ? addresses.of(pod.uid()) : pod.address();
    }
}
