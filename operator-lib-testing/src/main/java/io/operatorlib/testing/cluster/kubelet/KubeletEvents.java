package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Tells people, with Events, what becomes of one pod. The same words are not said again within a while. */
final class KubeletEvents {
    /** As long as the longest back-off: whoever looks sees it again, and a pod that keeps failing does not flood. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final KubeletApi api;
    private final Scheduler scheduler;
    private final KubeletSettings settings;
    private final Map<String, Long> saidNanos = new HashMap<>();

    KubeletEvents(KubeletApi api, Scheduler scheduler, KubeletSettings settings) {
        this.api = api;
        this.scheduler = scheduler;
        this.settings = settings;
    }

    void say(Pod pod, boolean warning, String component, String reason, String message) {
        if (!settings.events()) {
            return;
        }
        long now = scheduler.nanoTime();
        Long said = saidNanos.get(reason + message);
        if (said != null && now - said < SILENCE.toNanos()) {
            return;
        }
        saidNanos.put(reason + message, now);
        api.event(pod.namespace(), event(pod, warning, component, reason, message));
    }

    private JsonObject event(Pod pod, boolean warning, String component, String reason, String message) {
        var meta = new JsonObject();
        meta.addProperty(
                "name", pod.name() + "." + Long.toHexString(scheduler.random().nextLong()));
        meta.addProperty("namespace", pod.namespace());
        var about = new JsonObject();
        about.addProperty("apiVersion", "v1");
        about.addProperty("kind", "Pod");
        about.addProperty("namespace", pod.namespace());
        about.addProperty("name", pod.name());
        about.addProperty("uid", pod.uid());
        var source = new JsonObject();
        source.addProperty("component", component);
        source.addProperty("host", settings.node());
        String now = PodStatus.time(scheduler.now());
        var event = new JsonObject();
        event.addProperty("apiVersion", "v1");
        event.addProperty("kind", "Event");
        event.add("metadata", meta);
        event.add("involvedObject", about);
        event.add("source", source);
        event.addProperty("type", warning ? "Warning" : "Normal");
        event.addProperty("reason", reason);
        event.addProperty("message", message);
        event.addProperty("firstTimestamp", now);
        event.addProperty("lastTimestamp", now);
        event.addProperty("count", 1);
        return event;
    }
}
