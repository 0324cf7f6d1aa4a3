package io.operatorlib.internal.engine;

import io.operatorlib.Controller;
import io.operatorlib.ResourceKey;
import io.operatorlib.Selection;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.queue.Priority;
import io.operatorlib.internal.queue.WorkQueue;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Turns changes of the caches into keys of the queue: of the resource itself, of the owners that a child has or had, of
 * the resources that a watched object concerns or concerned.
 *
 * <p>A change of a resource's status alone does not cut a back-off short: otherwise a failure whose words differ each
 * time would be tried again at once, for its own status write is a change. What is there at the start gives way to what
 * changes later.
 */
final class Triggers<S, T> {
    private final Controller<S, T> controller;
    private final Observer<S, T> observer;
    private final OwnWrites ownWrites;
    private final WorkQueue<ResourceKey> queue;
    private final FactLoop<S, T> facts;
    private final Causes causes;
    private final Map<String, ResourceKey> keyOfUid = new HashMap<>();
    private volatile boolean begun;

    Triggers(
            Controller<S, T> controller,
            Observer<S, T> observer,
            OwnWrites ownWrites,
            WorkQueue<ResourceKey> queue,
            FactLoop<S, T> facts,
            Causes causes) {
        this.controller = controller;
        this.observer = observer;
        this.ownWrites = ownWrites;
        this.queue = queue;
        this.facts = facts;
        this.causes = causes;
    }

    /** Adds all resources that are there, and from now on what changes. */
    void begin(Caches caches) {
        begun = true;
        for (StoredObject object : caches.of(KindRef.of(controller.kind())).all()) {
            facts.track(object.key());
            causes.note(object.key(), "it was there when the operator began");
            queue.add(object.key(), Priority.LOW);
        }
    }

    private void add(ResourceKey key, String cause) {
        if (begun) {
            causes.note(key, cause);
            wake(key);
        }
    }

    private void wake(ResourceKey key) {
        if (begun) {
            queue.add(key, Priority.NORMAL);
        }
    }

    void follow(Caches caches) {
        KindRef primary = KindRef.of(controller.kind());
        caches.follow(primary, change -> {
            wakeWaiting(primary, change);
            primaryChanged(change);
        });
        controller.owned().forEach(selection -> follow(caches, selection));
        observer.watched().forEach(watched -> follow(caches, watched));
    }

    private void follow(Caches caches, Selection<?, ?> owned) {
        View view = View.of(owned);
        caches.follow(view, observer.projection(owned), change -> {
            wakeWaiting(view.kind(), change);
            childChanged(change);
        });
    }

    private void follow(Caches caches, WatchedObjects<S, T, ?, ?> watched) {
        View view = watched.view();
        caches.follow(view, watched.projection(), change -> {
            wakeWaiting(view.kind(), change);
            watched.changed(change).forEach(key -> add(key, change.key() + ", which concerns it, has changed"));
        });
    }

    private void wakeWaiting(KindRef kind, Change change) {
        ownWrites.changed(new Target(kind, change.key())).forEach(this::wake);
    }

    private void primaryChanged(Change change) {
        StoredObject before = change.before();
        StoredObject after = change.after();
        if (after == null) {
            if (before != null) {
                synchronized (keyOfUid) {
                    keyOfUid.remove(before.uid());
                }
            }
            facts.forget(change.key());
            add(change.key(), "it was deleted");
            return;
        }
        if (before == null) {
            synchronized (keyOfUid) {
                keyOfUid.put(after.uid(), after.key());
            }
            if (begun) {
                facts.track(after.key());
            }
        }
        if (before != null && begun && after.sameButForStatus(before)) {
            causes.note(after.key(), "its status has changed");
            queue.addUnlessFailing(after.key());
        } else {
            add(after.key(), before == null ? "it was created" : "it has changed");
        }
    }

    private void childChanged(Change change) {
        var owners = new TreeSet<String>();
        if (change.before() != null) {
            owners.addAll(change.before().owners());
        }
        if (change.after() != null) {
            owners.addAll(change.after().owners());
        }
        for (String uid : owners) {
            ResourceKey key;
            synchronized (keyOfUid) {
                key = keyOfUid.get(uid);
            }
            if (key != null) {
                add(
                        key,
                        change.key()
                                + (change.after() == null
                                        ? ", which it owned, is gone"
                                        : ", which it owns, has changed"));
            }
        }
    }
}
