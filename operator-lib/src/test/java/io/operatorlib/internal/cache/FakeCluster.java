package io.operatorlib.internal.cache;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
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

/** ConfigMaps in one namespace, with versions and a history that can be forgotten; and whatever may go wrong. */
final class FakeCluster implements KubeApi {
    /** What a stream gives when there is no event to give; empty to go on with events that came meanwhile. */
    interface Step {
        Optional<ApiWatch.Next> take();
    }

    private record Event(long version, JsonObject json) {}

    final TreeMap<String, JsonObject> objects = new TreeMap<>();
    final List<ApiRequest> requests = new ArrayList<>();
    final List<ApiRequest> initial = new ArrayList<>(); // for watches that begin with all there is
    boolean streams; // whether those are served
    int sentBeforeTheEnd = Integer.MAX_VALUE;
    final Deque<Step> steps = new ArrayDeque<>();
    final Deque<ApiResponse> listReplies = new ArrayDeque<>(); // in the place of lists
    final Deque<Integer> watchRefusals = new ArrayDeque<>();
    Runnable onWatch = () -> {};
    Runnable whenStepsAreOver = () -> {};
    long version = 100;
    long uids;
    private long forgotten;
    private List<Event> history = new ArrayList<>();

    void put(String name, String value) {
        JsonObject before = objects.get(name);
        var json = Json.parse("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"namespace\":\"ns\"}}");
        JsonObject meta = json.getAsJsonObject("metadata");
        meta.addProperty("name", name);
        meta.addProperty("uid", before == null ? "u" + ++uids : Json.uid(before));
        meta.addProperty("resourceVersion", String.valueOf(++version));
        json.addProperty("value", value);
        objects.put(name, json);
        record(before == null ? "ADDED" : "MODIFIED", json);
    }

    void delete(String name) {
        JsonObject json = objects.remove(name).deepCopy();
        json.getAsJsonObject("metadata").addProperty("resourceVersion", String.valueOf(++version));
        record("DELETED", json);
    }

    /** Forgets all events so far: a watch from an earlier version is told 410. */
    void forget() {
        forgotten = version;
        history.clear();
    }

    /** Begins to count versions from here, as after the restoration of a backup. */
    void goBackTo(long earlier) {
        version = earlier;
        history = new ArrayList<>();
        forgotten = 0;
    }

    private void record(String type, JsonObject object) {
        var event = new JsonObject();
        event.addProperty("type", type);
        event.add("object", object);
        history.add(new Event(version, event));
    }

    void then(Runnable change) {
        steps.add(() -> {
            change.run();
            return Optional.empty();
        });
    }

    void thenEnd() {
        steps.add(() -> Optional.of(new ApiWatch.Ended()));
    }

    void thenLine(String json) {
        steps.add(() -> Optional.of(new ApiWatch.Line(json)));
    }

    long lists() {
        return requests.stream()
                .filter(r -> !r.query().containsKey("watch") && full(r))
                .count();
    }

    private static boolean full(ApiRequest request) {
        return !"1".equals(request.query().get("limit"));
    }

    long watches() {
        return requests.stream().filter(r -> r.query().containsKey("watch")).count();
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        requests.add(request);
        if (!listReplies.isEmpty() && full(request)) {
            return listReplies.poll();
        }
        var items = new JsonArray();
        if (full(request)) {
            objects.values().forEach(items::add);
        }
        var list = Json.parse("{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{}}");
        list.getAsJsonObject("metadata").addProperty("resourceVersion", String.valueOf(version));
        list.add("items", items);
        return ApiResponse.of(200, list.toString());
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        if (request.query().containsKey("sendInitialEvents")) {
            initial.add(request);
            return new Beginning();
        }
        requests.add(request);
        onWatch.run();
        Integer refusal = watchRefusals.poll();
        return new Stream(Long.parseLong(request.query().get("resourceVersion")), refusal == null ? 200 : refusal);
    }

    static String status(int code, String reason) {
        return "{\"kind\":\"Status\",\"code\":" + code + ",\"reason\":\"" + reason + "\",\"message\":\"it is so\"}";
    }

    /** A watch that begins with all there is, and goes on; refused by a server that does not know it. */
    private final class Beginning implements ApiWatch {
        private final Deque<Next> lines = new ArrayDeque<>();
        private final Stream rest = new Stream(version, 200);

        Beginning() {
            objects.values().stream()
                    .limit(sentBeforeTheEnd)
                    .forEach(object -> lines.add(new Line("{\"type\":\"ADDED\",\"object\":" + object + "}")));
            lines.add(
                    sentBeforeTheEnd < Integer.MAX_VALUE
                            ? new Ended()
                            : new Line("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\""
                                    + version + "\",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}"));
        }

        @Override
        public int status() {
            return streams ? 200 : 422;
        }

        @Override
        public String refusal() {
            return FakeCluster.status(422, "Invalid");
        }

        @Override
        public Next next(Duration atMost) {
            Next line = lines.poll();
            return line == null ? rest.next(atMost) : line;
        }

        @Override
        public void close() {
            rest.close();
        }
    }

    private final class Stream implements ApiWatch {
        private final int status;
        private long from;
        private boolean ended;

        Stream(long from, int status) {
            this.from = from;
            this.status = status;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public String refusal() {
            return FakeCluster.status(status, status == 410 ? "Expired" : "Other");
        }

        @Override
        public Next next(Duration atMost) {
            while (!ended) {
                if (from < forgotten) {
                    ended = true;
                    return new Line("{\"type\":\"ERROR\",\"object\":" + FakeCluster.status(410, "Expired") + "}");
                }
                for (Event event : history) {
                    if (event.version() > from) {
                        from = event.version();
                        return new Line(event.json().toString());
                    }
                }
                Step step = steps.poll();
                if (step == null) {
                    whenStepsAreOver.run();
                    ended = true;
                } else {
                    var next = step.take();
                    if (next.isPresent()) {
                        ended = !(next.get() instanceof Line);
                        return next.get();
                    }
                }
            }
            return new Ended();
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
