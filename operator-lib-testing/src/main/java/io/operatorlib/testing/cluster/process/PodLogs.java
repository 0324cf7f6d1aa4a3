package io.operatorlib.testing.cluster.process;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.Subresource;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Serves {@code pods/log} from the files of a {@link ProcessRuntime}. */
public final class PodLogs implements Subresource {
    private final ProcessRuntime runtime;
    private final Scheduler scheduler;

    public PodLogs(ProcessRuntime runtime, Scheduler scheduler) {
        this.runtime = runtime;
        this.scheduler = scheduler;
    }

    @Override
    public ApiResponse serve(Caller caller, ApiRequest request, JsonObject pod) {
        List<String> containers = Stream.of("containers", "initContainers")
                .flatMap(list -> Json.objects(pod, "spec", list).stream())
                .map(container -> Json.text(container, "name"))
                .toList();
        String asked = request.query().getOrDefault("container", "");
        int plain = Json.objects(pod, "spec", "containers").size();
        String name = asked.isEmpty() && plain == 1 ? containers.get(0) : asked;
        String podName = Json.text(pod, "metadata", "name");
        if (name.isEmpty()) {
            return bad("a container name must be specified for pod " + podName + ", choose one of: " + containers);
        }
        if (!containers.contains(name)) {
            return bad("container " + name + " is not valid for pod " + podName);
        }
        boolean previous = flag(request, "previous");
        JsonObject status = status(pod, name);
        int attempt = (int) Json.number(0, status, "restartCount") - (previous ? 1 : 0);
        Optional<ContainerLog> log = runtime.log(Json.uid(pod), name, attempt);
        if (log.isEmpty()) {
            String reason = Json.text(status, "state", "waiting", "reason");
            return bad(
                    previous
                            ? "previous terminated container \"" + name + "\" in pod \"" + podName + "\" not found"
                            : "container \"" + name + "\" in pod \"" + podName + "\" is waiting to start: "
                                    + (reason.isEmpty() ? "ContainerCreating" : reason));
        }
        try {
            return new ApiResponse(200, Map.of("content-type", "text/plain"), new LogStream(log.get(), query(request)));
        } catch (IOException | IllegalArgumentException e) {
            return bad("the log cannot be read: " + e.getMessage());
        }
    }

    private static JsonObject status(JsonObject pod, String container) {
        return Stream.of("containerStatuses", "initContainerStatuses")
                .flatMap(list -> Json.objects(pod, "status", list).stream())
                .filter(status -> Json.text(status, "name").equals(container))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    private LogStream.Query query(ApiRequest request) {
        Optional<Instant> since = number(request, "sinceSeconds")
                .map(seconds -> scheduler.now().minusSeconds(seconds))
                .or(() -> Optional.ofNullable(request.query().get("sinceTime")).map(Instant::parse));
        return new LogStream.Query(
                flag(request, "follow"),
                flag(request, "timestamps"),
                number(request, "tailLines"),
                since,
                number(request, "limitBytes"));
    }

    private static boolean flag(ApiRequest request, String name) {
        String value = request.query().getOrDefault(name, "");
        return value.equals("true") || value.equals("1");
    }

    private static Optional<Long> number(ApiRequest request, String name) {
        return Optional.ofNullable(request.query().get(name)).map(Long::valueOf);
    }

    private static ApiResponse bad(String message) {
        var status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Failure");
        status.addProperty("message", message);
        status.addProperty("reason", "BadRequest");
        status.addProperty("code", 400);
        return ApiResponse.of(400, status.toString());
    }
}
