package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people about resources in Kubernetes Events.
 *
 * <p><b>Flow.</b> What a plan notes for the first time becomes an Event; while later plans note the same, nothing is
 * written; what was not noted for a while and is noted again makes the Event a series, whose count and time are
 * written.
 *
 * <p><b>Guarantees.</b> The Event's name follows from what it says of whom: saying it again, also after a crash, makes
 * no second one. An Event that cannot be written never fails a plan, and is tried again with the next.
 *
 * <p><b>Limits.</b> A series is written once in {@link #SERIES}, with the count so far; it is counted anew by each
 * process. {@link #REMEMBERED} Events are remembered as told.
 */
final class EventRecorder {
    /** So many are remembered as told; one that was pushed out costs a request, which says that it is there. */
    static final int REMEMBERED = 10_000;

    /** What comes and goes every second is as well told by one write in a few minutes. */
    static final Duration SERIES = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private static final KindRef EVENTS = new KindRef("events.k8s.io", "v1", "Event", "events", true);

    private final KubeClient client;
    private final String reporter;
    private final Map<ResourceKey, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ResourceKey, Told> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Map<Target, Set<ResourceKey>> noted = new HashMap<>(); // Events of the last plan, by resource

    /** How often something was told, and when that was last written. */
    private record Told(int count, Instant written) {}

    EventRecorder(KubeClient client, String component) {
        this.client = client;
        this.reporter = EventDocument.word(component);
    }

    /** Takes in all that a plan notes about a resource. */
    void tell(Kind<?, ?> kind, Meta about, List<Plan.Note> notes, Instant now) {
        var resource = new Target(KindRef.of(kind), about.key());
        Set<ResourceKey> before = notedBefore(resource);
        var after = new LinkedHashSet<ResourceKey>();
        for (Plan.Note note : notes) {
            var event = new ResourceKey(
                    about.namespace().isEmpty() ? "default" : about.namespace(), EventDocument.name(about, note));
            if (before.contains(event) || tell(event, kind, about, note, now)) {
                after.add(event);
            }
        }
        synchronized (this) {
            if (after.isEmpty()) {
                noted.remove(resource);
            } else {
                noted.put(resource, after);
            }
        }
    }

    /** Forgets a resource that is gone. */
    synchronized void forget(KindRef kind, ResourceKey key) {
        noted.remove(new Target(kind, key));
    }

    private synchronized Set<ResourceKey> notedBefore(Target resource) {
        return noted.getOrDefault(resource, Set.of());
    }

    private boolean tell(ResourceKey event, Kind<?, ?> kind, Meta about, Plan.Note note, Instant now) {
        @Nullable Told last;
        synchronized (this) {
            last = told.get(event);
        }
        try {
            Told next;
            if (last == null) {
                create(event, kind, about, note, now);
                next = new Told(1, now);
            } else if (now.isBefore(last.written().plus(SERIES))) {
                next = new Told(last.count() + 1, last.written());
            } else {
                next = new Told(last.count() + 1, now);
                repeat(event, next, kind, about, note);
            }
            synchronized (this) {
                told.put(event, next);
            }
            return true;
        } catch (ApiException | KubeApi.NoReplyException | LeadershipLostException e) {
            LOG.warn(
                    "an event could not be written object={} reason={} problem=\"{}\"",
                    about.key(),
                    note.reason(),
                    e.getMessage());
            return false;
        }
    }

    private void create(ResourceKey event, Kind<?, ?> kind, Meta about, Plan.Note note, Instant now) {
        try {
            client.create(
                    EVENTS, event.namespace(), EventDocument.of(event, kind, about, note, reporter, now), reporter);
        } catch (ApiException e) {
            if (!e.alreadyExists()) {
                throw e;
            }
        }
    }

    private void repeat(ResourceKey event, Told next, Kind<?, ?> kind, Meta about, Plan.Note note) {
        var series = new JsonObject();
        series.addProperty("count", next.count());
        series.addProperty("lastObservedTime", EventDocument.time(next.written()));
        var patch = new JsonObject();
        patch.add("series", series);
        try {
            client.mergePatch(EVENTS, event, patch, reporter);
        } catch (ApiException e) {
            if (!e.notFound()) {
                throw e;
            }
            create(event, kind, about, note, next.written()); // the server keeps Events for an hour or so
        }
    }
}
