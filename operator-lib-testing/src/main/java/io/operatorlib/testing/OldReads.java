package io.operatorlib.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads as an API server answers them that lags behind the others: those that allow any state get an old one, all others
 * the present. Only what the server still remembers can be shown.
 */
final class OldReads {
    private final KubeApi server;
    private final long revision;

    OldReads(KubeApi server, long revision) {
        this.server = server;
        this.revision = revision;
    }

    /** Tells whether a request takes any state for an answer. */
    static boolean allowed(ApiRequest request) {
        var version = request.query().getOrDefault("resourceVersion", "");
        if (request.method().mutating() || request.query().containsKey("sendInitialEvents")) {
            return false;
        }
        return version.equals("0") || (version.isEmpty() && request.query().containsKey("watch"));
    }

    /** Tells whether a watch goes on from such a state: it hears of what came later when the server does. */
    static boolean goesOn(ApiRequest watch, long revision) {
        var version = WatchEvent.number(watch.query().getOrDefault("resourceVersion", ""));
        return version.isPresent() && version.getAsLong() <= revision;
    }

    /** The answer to a list, or to a read of one object, as it was; empty where that is forgotten. */
    Optional<ApiResponse> send(ApiRequest request) {
        return isObject(request.path())
                ? object(request)
                : list(request).map(list -> ApiResponse.of(200, list.toString()));
    }

    private Optional<ApiResponse> object(ApiRequest request) {
        int slash = request.path().lastIndexOf('/');
        var collection = new ApiRequest(
                request.method(),
                request.path().substring(0, slash),
                request.query(),
                "",
                "",
                request.deadline(),
                request.notAfter());
        return list(collection.with(
                        "fieldSelector", "metadata.name=" + request.path().substring(slash + 1)))
                .map(list -> list.getAsJsonArray("items"))
                .map(items -> items.isEmpty()
                        ? ApiFault.Refuse.status(404, "NotFound", "not found at that time")
                        : ApiResponse.of(200, items.get(0).toString()));
    }

    private Optional<JsonObject> list(ApiRequest request) {
        var query = new TreeMap<>(request.query());
        query.keySet().removeAll(List.of("watch", "allowWatchBookmarks", "timeoutSeconds", "limit"));
        query.put("resourceVersion", String.valueOf(revision));
        query.put("resourceVersionMatch", "Exact");
        try (var reply = server.send(new ApiRequest(
                ApiRequest.Method.GET, request.path(), query, "", "", request.deadline(), request.notAfter()))) {
            return reply.ok() ? Optional.of(JsonParser.parseString(reply.text()).getAsJsonObject()) : Optional.empty();
        }
    }

    /** A watch that begins with what there was; empty where that is forgotten. */
    Optional<ApiWatch> watch(ApiRequest request) {
        return list(request)
                .map(list -> new Beginning(
                        added(list), server.watch(request.with("resourceVersion", String.valueOf(revision)))));
    }

    private static Deque<ApiWatch.Next> added(JsonObject list) {
        var lines = new ArrayDeque<ApiWatch.Next>();
        var items = new ArrayList<JsonObject>();
        Optional.ofNullable(list.getAsJsonArray("items"))
                .orElse(new JsonArray())
                .forEach(item -> items.add(item.getAsJsonObject()));
        items.forEach(item -> lines.add(new ApiWatch.Line("{\"type\":\"ADDED\",\"object\":" + item + "}")));
        return lines;
    }

    /** What there was, and then a watch. */
    private static final class Beginning extends ForwardingWatch {
        private final Deque<Next> lines;

        Beginning(Deque<Next> lines, ApiWatch rest) {
            super(rest);
            this.lines = lines;
        }

        @Override
        public Next next(Duration atMost) throws InterruptedException {
            return lines.isEmpty() ? watch.next(atMost) : lines.remove();
        }
    }

    /** Tells whether a path names an object, rather than a collection. */
    private static boolean isObject(String path) {
        var words = List.of(path.substring(1).split("/"));
        var place = words.subList(words.get(0).equals("api") ? 2 : 3, words.size());
        boolean namespaced = place.get(0).equals("namespaces") && place.size() > 2;
        return place.size() - (namespaced ? 2 : 0) > 1;
    }
}
