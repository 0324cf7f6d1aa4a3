package io.operatorlib.testing.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the cases of a script through a door, in one namespace. */
final class ScriptRun {
    /** A real server's watch sends what it has within a few milliseconds; this is for slow machines. */
    private static final Duration QUIET = Duration.ofMillis(250);

    /** A custom kind is served within a second of its definition on a real server. */
    private static final int ATTEMPTS = 200;

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final KubeApi api;
    private final String namespace;
    private final KubeApiContract.Waiting waiting;

    ScriptRun(KubeApi api, String namespace, KubeApiContract.Waiting waiting) {
        this.api = api;
        this.namespace = namespace;
        this.waiting = waiting;
    }

    void begin() {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + namespace + "\"}}";
        ApiResponse reply =
                api.send(ApiRequest.of(Method.POST, "/api/v1/namespaces").withBody("application/json", body));
        if (!reply.ok()) {
            throw new AssertionError("no namespace for the contract: " + reply.text());
        }
    }

    /** The case with the answers of this run. */
    Script.Case run(Script.Case one) throws InterruptedException {
        var normal = new Normal(namespace);
        var answered = new ArrayList<Script.Step>();
        for (Script.Step step : one.steps()) {
            answered.add(answer(step, normal));
        }
        return new Script.Case(one.sentence(), answered);
    }

    private Script.Step answer(Script.Step step, Normal normal) throws InterruptedException {
        return switch (step.method()) {
            case "AWAIT" -> await(step, normal);
            case "WATCH" -> watch(step, normal);
            default -> {
                ApiResponse response = api.send(request(step, normal));
                yield step.answered(response.status(), List.of(normal(response.text(), normal)));
            }
        };
    }

    private static String normal(String text, Normal normal) {
        try {
            return normal.normal(JsonParser.parseString(text)).toString();
        } catch (JsonParseException e) {
            return new JsonPrimitive(text.strip()).toString();
        }
    }

    private Script.Step await(Script.Step step, Normal normal) throws InterruptedException {
        int code = 0;
        for (int i = 0; i < ATTEMPTS && code != 200; i++) {
            ApiResponse response = api.send(target(Method.GET, normal.denormal(step.target())));
            code = response.status();
            response.close();
            if (code != 200) {
                waiting.pause(BETWEEN);
            }
        }
        return step.answered(code, List.of());
    }

    private Script.Step watch(Script.Step step, Normal normal) throws InterruptedException {
        try (ApiWatch watch =
                api.watch(target(Method.GET, normal.denormal(step.target())).with("watch", "true"))) {
            if (watch.status() != 200) {
                return step.answered(watch.status(), List.of(normal(watch.refusal(), normal)));
            }
            var events = new ArrayList<String>();
            while (watch.next(QUIET) instanceof ApiWatch.Line line) {
                events.add(normal(line.json(), normal));
            }
            return step.answered(200, events);
        }
    }

    private static ApiRequest request(Script.Step step, Normal normal) {
        String method = step.method().replaceFirst("\\(.*", "");
        ApiRequest request = target(Method.valueOf(method), normal.denormal(step.target()));
        boolean writes = request.method().mutating() && request.method() != Method.DELETE;
        if (writes && !request.query().containsKey("fieldManager")) {
            request = request.with("fieldManager", "contract");
        }
        return step.body().isEmpty()
                ? request
                : request.withBody(mediaType(step.method()), normal.denormal(step.body()));
    }

    private static String mediaType(String method) {
        return switch (method) {
            case "PATCH(merge)" -> "application/merge-patch+json";
            case "PATCH(json)" -> "application/json-patch+json";
            case "PATCH(strategic)" -> "application/strategic-merge-patch+json";
            case "PATCH(apply)" -> "application/apply-patch+yaml";
            case "PATCH(unknown)" -> "application/unknown";
            default -> "application/json";
        };
    }

    private static ApiRequest target(Method method, String target) {
        int question = target.indexOf('?');
        ApiRequest request = ApiRequest.of(method, question < 0 ? target : target.substring(0, question));
        if (question >= 0) {
            for (String pair : target.substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                request = request.with(equals < 0 ? pair : pair.substring(0, equals), value);
            }
        }
        return request;
    }

    /** The first difference between what was recorded and what was answered now. */
    static Optional<String> difference(Script.Case recorded, Script.Case now) {
        for (int i = 0; i < recorded.steps().size(); i++) {
            Script.Step wanted = recorded.steps().get(i);
            Script.Step step = now.steps().get(i);
            String where = step.method() + " " + step.target() + ": ";
            if (!wanted.code().equals(step.code())) {
                return Optional.of(where + "code " + wanted.code().orElse(0) + " was recorded, "
                        + step.code().orElse(0) + " came: " + step.answer());
            }
            if (wanted.answer().size() != step.answer().size()) {
                return Optional.of(where + wanted.answer() + " was recorded, " + step.answer() + " came");
            }
            for (int line = 0; line < wanted.answer().size(); line++) {
                Optional<String> difference = difference(
                        "",
                        JsonParser.parseString(wanted.answer().get(line)),
                        JsonParser.parseString(step.answer().get(line)));
                if (difference.isPresent()) {
                    return Optional.of(where + difference.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(String path, JsonElement wanted, JsonElement is) {
        if (wanted instanceof JsonObject left && is instanceof JsonObject right) {
            var names = new java.util.TreeSet<>(left.keySet());
            names.addAll(right.keySet());
            for (String name : names) {
                if (!left.has(name) || !right.has(name)) {
                    return Optional.of(path + "." + name
                            + (left.has(name)
                                    ? " is missing; recorded: " + left.get(name)
                                    : " is too much: " + right.get(name)));
                }
                Optional<String> below = difference(path + "." + name, left.get(name), right.get(name));
                if (below.isPresent()) {
                    return below;
                }
            }
            return Optional.empty();
        }
        if (wanted instanceof JsonArray left && is instanceof JsonArray right && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                Optional<String> below = difference(path + "[" + i + "]", left.get(i), right.get(i));
                if (below.isPresent()) {
                    return below;
                }
            }
            return Optional.empty();
        }
        return wanted.equals(is) ? Optional.empty() : Optional.of(path + " is " + is + "; recorded: " + wanted);
    }
}
