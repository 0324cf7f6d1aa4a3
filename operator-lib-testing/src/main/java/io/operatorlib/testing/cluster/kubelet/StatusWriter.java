package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.Optional;
import java.util.Set;

/**
 * Writes one pod's status, and only what differs from what is there. While our own last write has not come back
 * through the watch, what was read is older than what was written, and is not compared with.
 */
final class StatusWriter {
    private static final Set<String> OURS = Set.of("reason", "message", "podIP", "podIPs");

    private final KubeletApi api;
    private JsonObject known = new JsonObject();
    private String awaited = "";

    StatusWriter(KubeletApi api) {
        this.api = api;
    }

    /** Takes in what the watch says. */
    void seen(Pod pod) {
        if (awaited.isEmpty() || reached(pod.resourceVersion())) {
            awaited = "";
            known = Json.object(pod.json(), "status");
        }
    }

    // resource versions of one kind are numbers that grow; where one is not, only the very same is the awaited one
    private boolean reached(String version) {
        String digits = "\\d{1,18}";
        return version.equals(awaited)
                || (version.matches(digits)
                        && awaited.matches(digits)
                        && Long.parseLong(version) >= Long.parseLong(awaited));
    }

    /** Writes what differs; tells whether the status is now as it is to be. */
    boolean write(Pod pod, JsonObject wished) {
        JsonObject patch = Json.diff(known, wished);
        // what others have put into the status is theirs
        patch.keySet().removeIf(field -> patch.get(field).isJsonNull() && !OURS.contains(field));
        if (patch.isEmpty()) {
            return true;
        }
        Optional<Pod> written = api.patchStatus(pod, patch);
        written.ifPresent(after -> {
            awaited = after.resourceVersion();
            known = Json.object(after.json(), "status");
        });
        return written.isPresent();
    }
}
