package io.operatorlib.testing.cluster.controllers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has lost its owners, and serves the two finalizers by which an owner's deletion can wait for its
 * dependents ({@code foregroundDeletion}) or let them go ({@code orphan}).
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *   an informer for each kind that is served, custom ones too ─▶ all objects by UID ─▶ one look at all of them after
 *   each change: who is gone, who waits, who is let go ─▶ delete, or patch of references and finalizers
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>An owner is its UID: an owner of the same name with another UID is no owner.
 *   <li>An owner that was not seen is asked for at the API before anything is deleted for its absence.
 *   <li>What has one owner left is kept, and loses its references to the others.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>Every change costs a look at all objects in memory: right for thousands of objects, not for millions.
 */
final class GarbageCollector {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);

    /** How late, at the most, a new kind is followed, and what failed is tried again. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private final KubeClient client;
    private final Scheduler scheduler;
    private final Supplier<List<KindRef>> kinds;
    private final Scheduler.Gate gate;
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();

    // of the loop
    private final TreeMap<String, Informer> informers = new TreeMap<>();
    private final Map<String, KindRef> byKind = new HashMap<>();
    private final Map<String, OwnedObject> objects = new HashMap<>();
    private final Map<String, String> done = new HashMap<>();

    private volatile boolean stopped;

    GarbageCollector(KubeApi door, Scheduler scheduler, Supplier<List<KindRef>> kinds) {
        this.client = new KubeClient(door);
        this.scheduler = scheduler;
        this.kinds = kinds;
        this.gate = scheduler.gate();
    }

    void stop() {
        stopped = true;
        gate.open();
    }

    void run() {
        try {
            while (!stopped) {
                long ticket = gate.ticket();
                followKinds();
                for (Runnable note = mailbox.poll(); note != null; note = mailbox.poll()) {
                    note.run();
                }
                if (informers.values().stream().allMatch(Informer::synced)) {
                    collect();
                }
                if (!gate.await(ticket, TURN)) {
                    done.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            informers.values().forEach(Informer::stop);
        }
    }

    private void followKinds() {
        var served = new TreeMap<String, KindRef>();
        for (KindRef kind : kinds.get()) {
            byKind.put(kind.apiVersion() + "/" + kind.kind(), kind);
            if (!kind.kind().equals("Event")) { // Events own nothing and are owned by nobody, and there are many
                served.putIfAbsent(kind.group() + "/" + kind.plural(), kind);
            }
        }
        for (String gone : informers.keySet().stream()
                .filter(name -> !served.containsKey(name))
                .toList()) {
            Objects.requireNonNull(informers.remove(gone)).stop();
            objects.values()
                    .removeIf(object -> gone.equals(
                            object.kind().group() + "/" + object.kind().plural()));
        }
        served.forEach((name, kind) -> {
            if (!informers.containsKey(name)) {
                var informer = new Informer(
                        client, scheduler, ListQuery.all(kind), List.of(change -> post(() -> take(kind, change))));
                informers.put(name, informer);
                informer.start();
            }
        });
    }

    private void post(Runnable note) {
        mailbox.add(note);
        gate.open();
    }

    private void take(KindRef kind, Change change) {
        StoredObject after = change.after();
        if (after != null) {
            objects.put(after.uid(), OwnedObject.of(kind, after.json()));
        } else {
            String uid = Objects.requireNonNull(change.before()).uid();
            objects.remove(uid);
            done.remove(uid);
        }
    }

    private void collect() {
        var sorted = objects.values().stream()
                .sorted((a, b) -> a.key().equals(b.key())
                        ? a.uid().compareTo(b.uid())
                        : a.key().compareTo(b.key()))
                .toList();
        for (OwnedObject object : sorted) {
            // what was done for this version of it will show in the next
            if (!object.resourceVersion().equals(done.get(object.uid())) && attempt(object)) {
                done.put(object.uid(), object.resourceVersion());
            }
        }
    }

    /** Does what is to be done for one object, if anything; tells whether there was something. */
    private boolean attempt(OwnedObject object) {
        try {
            if (object.deletingWith(OwnedObject.ORPHAN)) {
                return letGo(object);
            }
            if (object.deletingWith(OwnedObject.FOREGROUND)) {
                return awaitDependents(object);
            }
            return !object.deleting() && !object.owners().isEmpty() && judge(object);
        } catch (ApiException e) {
            if (!e.notFound() && !e.conflict()) {
                LOG.warn("an object was not collected kind={} key={} problem={}", object.kind(), object.key(), e);
            }
            return true;
        } catch (KubeApi.NoReplyException e) {
            return true;
        }
    }

    private boolean letGo(OwnedObject owner) {
        for (OwnedObject dependent : dependents(owner)) {
            keepOwners(dependent, candidate -> !candidate.uid().equals(owner.uid()));
        }
        removeFinalizer(owner, OwnedObject.ORPHAN);
        return true;
    }

    private boolean awaitDependents(OwnedObject owner) {
        List<OwnedObject> blocking = dependents(owner).stream()
                .filter(dependent -> dependent.owners().stream()
                        .anyMatch(reference -> reference.uid().equals(owner.uid()) && reference.blocks()))
                .toList();
        if (!blocking.isEmpty()) {
            return false;
        }
        removeFinalizer(owner, OwnedObject.FOREGROUND);
        return true;
    }

    private List<OwnedObject> dependents(OwnedObject owner) {
        return objects.values().stream()
                .filter(object -> object.ownedBy(owner.uid()))
                .toList();
    }

    private boolean judge(OwnedObject object) {
        var present =
                object.owners().stream().filter(owner -> exists(object, owner)).toList();
        boolean kept = present.stream().anyMatch(owner -> !waits(owner));
        boolean blocks = present.stream().anyMatch(owner -> waits(owner));
        if (kept) {
            if (present.size() < object.owners().size() || blocks) {
                keepOwners(object, owner -> present.contains(owner) && !waits(owner));
                return true;
            }
            return false;
        }
        // an owner that waits is to see its dependents' dependents go, too
        var options = DeleteOptions.DEFAULT
                .uid(object.uid())
                .propagation(blocks ? DeleteOptions.Propagation.FOREGROUND : DeleteOptions.Propagation.BACKGROUND);
        client.delete(object.kind(), object.key(), options);
        LOG.debug("collected kind={} key={}", object.kind(), object.key());
        return true;
    }

    private boolean waits(OwnedObject.Owner owner) {
        OwnedObject known = objects.get(owner.uid());
        return known != null && known.deletingWith(OwnedObject.FOREGROUND);
    }

    private boolean exists(OwnedObject object, OwnedObject.Owner owner) {
        if (objects.containsKey(owner.uid())) {
            return true;
        }
        KindRef kind = byKind.get(owner.apiVersion() + "/" + owner.kind());
        if (kind == null) {
            return true; // of a kind that nobody serves now: it may come back with its objects
        }
        var key = new ResourceKey(kind.namespaced() ? object.key().namespace() : "", owner.name());
        Optional<JsonObject> live = client.find(kind, key);
        return live.map(there -> Json.uid(there).equals(owner.uid())).orElse(false);
    }

    private void keepOwners(OwnedObject object, Predicate<OwnedObject.Owner> kept) {
        client.find(object.kind(), object.key())
                .filter(live -> Json.uid(live).equals(object.uid()))
                .ifPresent(live -> {
                    var references = new JsonArray();
                    List<String> uids = object.owners().stream()
                            .filter(kept.negate())
                            .map(OwnedObject.Owner::uid)
                            .toList();
                    Json.objects(live, "metadata", "ownerReferences").stream()
                            .filter(reference -> !uids.contains(Json.text(reference, "uid")))
                            .forEach(references::add);
                    patch(object, live, "ownerReferences", references);
                });
    }

    private void removeFinalizer(OwnedObject object, String finalizer) {
        client.find(object.kind(), object.key())
                .filter(live -> Json.uid(live).equals(object.uid()))
                .ifPresent(live -> {
                    var left = new JsonArray();
                    Json.list(live, "metadata", "finalizers").stream()
                            .filter(name -> !name.getAsString().equals(finalizer))
                            .forEach(left::add);
                    patch(object, live, "finalizers", left);
                });
    }

    // the list is replaced as a whole, so it must be the one that was read
    private void patch(OwnedObject object, JsonObject live, String field, JsonArray value) {
        var meta = new JsonObject();
        meta.addProperty("uid", object.uid());
        meta.addProperty("resourceVersion", Json.resourceVersion(live));
        meta.add(field, value);
        var patch = new JsonObject();
        patch.add("metadata", meta);
        client.mergePatch(object.kind(), object.key(), patch, "garbage-collector");
    }
}
