package io.operatorlib.internal.engine;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.Plan;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people about resources in Kubernetes Events. The Event's name follows from what it says of whom, so that saying
 * it again, also after a crash, makes no second one. An Event that cannot be written never fails a plan.
 */
final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private static final KindRef EVENTS = new KindRef("", "v1", "Event", "events", true);

    /** So many are remembered as told; one that was pushed out costs a request, which says that it is there. */
    private static final int REMEMBERED = 10_000;

    /** The API's limit for an Event's message. */
    private static final int LONGEST_MESSAGE = 1024;

    /** Leaves room for the digest within a name's limit of 253 characters. */
    private static final int LONGEST_PREFIX = 200;

    private final KubeClient client;
    private final String component;
    private final Map<String, Boolean> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    EventRecorder(KubeClient client, String component) {
        this.client = client;
        this.component = component;
    }

    void tell(Kind<?, ?> kind, Meta about, Plan.Note note, Instant now) {
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        String name = name(about, note);
        synchronized (this) {
            if (told.containsKey(namespace + "/" + name)) {
                return;
            }
        }
        try {
            client.create(EVENTS, namespace, event(kind, about, note, namespace, name, now), component);
        } catch (ApiException e) {
            if (!e.alreadyExists()) {
                LOG.warn(
                        "an event could not be written object={} reason={} problem={}",
                        about.key(),
                        note.reason(),
                        e.getMessage());
                return;
            }
        } catch (KubeApi.NoReplyException e) {
            LOG.warn(
                    "an event could not be written object={} reason={} problem={}",
                    about.key(),
                    note.reason(),
                    e.getMessage());
            return;
        }
        synchronized (this) {
            told.put(namespace + "/" + name, true);
        }
    }

    private static String name(Meta about, Plan.Note note) {
        String said = about.uid() + "\n" + note.warning() + "\n" + note.reason() + "\n" + note.message();
        String digest = Hashing.sha256()
                .hashString(said, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
        String prefix = about.name().substring(0, Math.min(about.name().length(), LONGEST_PREFIX));
        return prefix + "." + digest;
    }

    private JsonObject event(Kind<?, ?> kind, Meta about, Plan.Note note, String namespace, String name, Instant now) {
        var meta = new JsonObject();
        meta.addProperty("name", name);
        meta.addProperty("namespace", namespace);
        var involved = new JsonObject();
        involved.addProperty("apiVersion", kind.apiVersion());
        involved.addProperty("kind", kind.kind());
        if (!about.namespace().isEmpty()) {
            involved.addProperty("namespace", about.namespace());
        }
        involved.addProperty("name", about.name());
        involved.addProperty("uid", about.uid());
        var source = new JsonObject();
        source.addProperty("component", component);
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        var event = new JsonObject();
        event.add("metadata", meta);
        event.add("involvedObject", involved);
        event.addProperty("type", note.warning() ? "Warning" : "Normal");
        event.addProperty("reason", note.reason());
        event.addProperty(
                "message", note.message().substring(0, Math.min(note.message().length(), LONGEST_MESSAGE)));
        event.add("source", source);
        event.addProperty("reportingComponent", component);
        event.addProperty("reportingInstance", component);
        event.addProperty("firstTimestamp", time);
        event.addProperty("lastTimestamp", time);
        event.addProperty("count", 1);
        return event;
    }
}
