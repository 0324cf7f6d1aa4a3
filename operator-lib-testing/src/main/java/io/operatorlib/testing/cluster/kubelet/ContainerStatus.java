package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Exit;
import io.operatorlib.testing.cluster.kubelet.ContainerSlot.State;
import java.time.Instant;
import java.util.Optional;

/**
 * What a kubelet says of one container, as JSON; and what a later kubelet reads from it.
 *
 * @param finished whether the container is not to be started again
 */
record ContainerStatus(ContainerSlot slot, boolean finished) {
    private static final String SCHEME = "local://";

    JsonObject json() {
        boolean waitsForRestart = slot.state() instanceof State.Ended && !finished;
        var status = new JsonObject();
        status.addProperty("name", slot.name());
        status.addProperty("image", Json.text(slot.spec(), "image"));
        status.addProperty("imageID", Json.text(slot.spec(), "image"));
        status.addProperty("ready", slot.ready());
        status.addProperty("started", slot.hasStarted());
        status.addProperty("restartCount", slot.restarts());
        status.add("state", waitsForRestart ? backoff() : state(slot.state()));
        Optional<State.Ended> last = waitsForRestart ? Optional.of((State.Ended) slot.state()) : slot.last();
        status.add("lastState", last.map(this::state).orElseGet(JsonObject::new));
        id().ifPresent(id -> status.addProperty("containerID", SCHEME + id));
        return status;
    }

    private Optional<String> id() {
        if (slot.state() instanceof State.Running running) {
            return Optional.of(running.id());
        }
        return slot.state() instanceof State.Ended ended
                ? Optional.of(ended.id())
                : slot.last().map(State.Ended::id);
    }

    private JsonObject backoff() {
        return state(new State.Waiting(
                "CrashLoopBackOff",
                "back-off " + slot.delay().toSeconds() + "s restarting failed container=" + slot.name()));
    }

    private JsonObject state(State state) {
        var detail = new JsonObject();
        var json = new JsonObject();
        if (state instanceof State.Waiting waiting) {
            detail.addProperty("reason", waiting.reason());
            if (!waiting.message().isEmpty()) {
                detail.addProperty("message", waiting.message());
            }
            json.add("waiting", detail);
        } else if (state instanceof State.Running running) {
            detail.addProperty("startedAt", PodStatus.time(running.startedAt()));
            json.add("running", detail);
        } else if (state instanceof State.Ended ended) {
            detail.addProperty("exitCode", ended.exit().code());
            detail.addProperty("reason", ended.reason());
            if (saysItsLastWords() && !ended.exit().lastWords().isEmpty()) {
                detail.addProperty("message", ended.exit().lastWords());
            }
            detail.addProperty("startedAt", PodStatus.time(ended.startedAt()));
            detail.addProperty("finishedAt", PodStatus.time(ended.exit().at()));
            detail.addProperty("containerID", SCHEME + ended.id());
            json.add("terminated", detail);
        }
        return json;
    }

    private boolean saysItsLastWords() {
        return Json.text(slot.spec(), "terminationMessagePolicy").equals("FallbackToLogsOnError");
    }

    /** Reads the run that had ended when the status was written. */
    static Optional<State.Ended> ended(JsonObject status) {
        for (String field : new String[] {"state", "lastState"}) {
            JsonObject terminated = Json.object(status, field, "terminated");
            if (!terminated.isEmpty()) {
                return Optional.of(new State.Ended(
                        id(Json.text(terminated, "containerID")),
                        instant(Json.text(terminated, "startedAt")),
                        new Exit(
                                (int) Json.number(0, terminated, "exitCode"),
                                instant(Json.text(terminated, "finishedAt")),
                                Json.text(terminated, "message")),
                        Json.text(terminated, "reason")));
            }
        }
        return Optional.empty();
    }

    /** Reads the run that was going on when the status was written, and has ended unseen since. */
    static Optional<State.Ended> lost(JsonObject status, Instant now) {
        JsonObject running = Json.object(status, "state", "running");
        return running.isEmpty()
                ? Optional.empty()
                : Optional.of(new State.Ended(
                        id(Json.text(status, "containerID")),
                        instant(Json.text(running, "startedAt")),
                        new Exit(Exit.SIGKILL, now),
                        "ContainerStatusUnknown"));
    }

    private static String id(String url) {
        return url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : url;
    }

    private static Instant instant(String text) {
        return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    }
}
