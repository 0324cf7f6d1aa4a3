package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A door behind which nothing changes: the server is asked what would become of each request ({@code ?dryRun=All}),
 * validation, defaults and permissions included. What it says is kept, the last word for each request.
 */
final class DryRunDoor implements KubeApi {
    private final KubeApi door;
    private final Map<String, List<String>> would = new LinkedHashMap<>();

    DryRunDoor(KubeApi door) {
        this.door = door;
    }

    /** What each request would change, in the order in which they came. */
    synchronized Map<String, List<String>> would() {
        return new LinkedHashMap<>(would);
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        if (!request.method().mutating()) {
            return door.send(request);
        }
        JsonObject before = before(request);
        ApiResponse response = door.send(request.with("dryRun", "All"));
        String text = response.text();
        if (response.ok()) {
            note(request, change(request, before, Json.parse(text)));
        } else {
            var refusal = ApiException.of(request, response.status(), response.headers(), text);
            note(request, List.of("! " + refusal.code() + " " + refusal.status()));
        }
        return new ApiResponse(
                response.status(),
                response.headers(),
                ApiResponse.of(response.status(), text).body());
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        return door.watch(request);
    }

    private JsonObject before(ApiRequest request) {
        if (request.method() == Method.POST) {
            return new JsonObject();
        }
        String path = request.path().endsWith("/status")
                ? request.path().substring(0, request.path().length() - "/status".length())
                : request.path();
        try (ApiResponse response = door.send(ApiRequest.of(Method.GET, path))) {
            return response.ok() ? Json.parse(response.text()) : new JsonObject();
        }
    }

    private static List<String> change(ApiRequest request, JsonObject before, JsonObject after) {
        return request.method() == Method.DELETE ? List.of("- all of it") : JsonDiff.lines(before, after);
    }

    private void note(ApiRequest request, List<String> lines) {
        // a create goes to the collection: the object's name tells one from another
        String name = lines.stream()
                .filter(line -> line.startsWith("+ .metadata.name:"))
                .map(line -> " " + line.substring("+ .metadata.name: ".length()).replace("\"", ""))
                .findFirst()
                .filter(any -> request.method() == Method.POST)
                .orElse("");
        synchronized (this) {
            would.put(request.method() + " " + request.path() + name, lines);
        }
    }
}
