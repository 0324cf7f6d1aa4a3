package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Hands requests for resources to the API server, and its replies back in the form that the client takes. */
final class Resources {

    /** So soon a quiet watch notices that its client has gone. */
    private static final Duration LOOK_FOR_CLIENT = Duration.ofMillis(500);

    /** As many lines as this are sent together, so that a burst of events is neither slow nor held back. */
    private static final int BURST = 100;

    private static final Set<String> YAML =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "application/apply-patch+yaml");
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private final Function<Caller, KubeApi> server;
    private final Connections connections;
    private final Forms forms;
    private final ProtobufBody protobuf = new ProtobufBody();

    Resources(Function<Caller, KubeApi> server, Connections connections, Forms forms) {
        this.server = server;
        this.connections = connections;
        this.forms = forms;
    }

    /** Answers the request, or says why not. */
    Optional<JsonObject> answer(Caller caller, HttpExchange exchange) throws IOException {
        HttpRequest http = exchange.request();
        Optional<ApiRequest.Method> method = method(http.method());
        if (method.isEmpty()) {
            return Optional.of(Statuses.methodNotAllowed());
        }
        String last = http.path().substring(http.path().lastIndexOf('/') + 1);
        if (Connections.has(http.path())) {
            return connections.answer(caller, method.get(), exchange);
        }
        ApiRequest request;
        try {
            request = request(http, method.get());
        } catch (ProtobufBody.UnreadableException e) {
            if (!forms.served(http.path())) {
                return Optional.of(Statuses.notFound());
            }
            return Optional.of(Statuses.unsupportedMediaType(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            return Optional.of(Statuses.badRequest(String.valueOf(e.getMessage())));
        }
        Accepted accepted = Accepted.of(http.headers().getOrDefault("accept", List.of()));
        Optional<Accepted.Form> form = last.equals("log") ? Optional.of(Accepted.Form.PLAIN) : accepted.form();
        if (form.isEmpty()) {
            return Optional.of(Statuses.notAcceptable());
        }
        Forms.Form way = forms.of(form.get(), request);
        boolean watch =
                method.get() == ApiRequest.Method.GET && truth(request.query().get("watch"));
        if (watch) {
            watch(caller, request, way, exchange);
        } else {
            send(caller, request, way, exchange);
        }
        return Optional.empty();
    }

    private static boolean truth(@org.jspecify.annotations.Nullable String text) {
        return text != null && Set.of("", "1", "t", "T", "true", "TRUE", "True").contains(text);
    }

    private static Optional<ApiRequest.Method> method(String name) {
        return List.of(ApiRequest.Method.values()).stream()
                .filter(method -> method.name().equals(name))
                .findFirst();
    }

    private ApiRequest request(HttpRequest http, ApiRequest.Method method) {
        String type = http.contentType();
        String body = http.text();
        if (type.equals(PROTOBUF)) {
            type = Statuses.JSON;
            body = http.body().hasRemaining() ? protobuf.json(http.bytes()).toString() : "";
        }
        if (YAML.contains(type) && !body.isBlank()) {
            body = body.stripLeading().startsWith("{") && isJson(body)
                    ? body
                    : Yaml.json(body).toString();
            type = type.equals("application/apply-patch+yaml") ? type : "application/json";
        }
        return new ApiRequest(method, http.path(), http.query(), type, body, ApiRequest.DEADLINE, OptionalLong.empty());
    }

    private static boolean isJson(String text) {
        try {
            return JsonParser.parseString(text).isJsonObject();
        } catch (com.google.gson.JsonParseException e) {
            return false;
        }
    }

    private void send(Caller caller, ApiRequest request, Forms.Form form, HttpExchange exchange) throws IOException {
        try (ApiResponse response = server.apply(caller).send(request)) {
            String type = response.headers().getOrDefault("content-type", Statuses.JSON);
            response.headers().forEach((name, value) -> {
                if (!name.equals("content-type") && !name.equals("content-length")) {
                    exchange.header(name, value);
                }
            });
            if (type.startsWith("application/json")) {
                String text = response.text();
                String answer = response.ok() ? form.answer(text) : text;
                exchange.reply(response.status(), type, answer.getBytes(StandardCharsets.UTF_8));
            } else {
                pump(response, type, exchange);
            }
        }
    }

    /** Passes on a body that may never end, as it comes. */
    private static void pump(ApiResponse response, String type, HttpExchange exchange) throws IOException {
        OutputStream out = exchange.stream(response.status(), type);
        ClientWatch client = ClientWatch.over(exchange, response);
        try {
            InputStream in = response.body();
            byte[] part = new byte[8192];
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                out.write(part, 0, length);
                out.flush();
            }
        } finally {
            client.close();
        }
        out.close();
    }

    private void watch(Caller caller, ApiRequest request, Forms.Form form, HttpExchange exchange) throws IOException {
        try (ApiWatch watch = server.apply(caller).watch(request)) {
            if (watch.status() != 200) {
                exchange.reply(watch.status(), Statuses.JSON, watch.refusal().getBytes(StandardCharsets.UTF_8));
                return;
            }
            WatchClient client = WatchClient.of(exchange);
            int unsent = 0;
            while (true) {
                ApiWatch.Next next = watch.next(unsent > 0 ? Duration.ZERO : LOOK_FOR_CLIENT);
                if (next instanceof ApiWatch.Line line) {
                    client.tell(form.event(line.json()));
                    unsent++;
                } else if (next instanceof ApiWatch.Ended) {
                    client.end();
                    return;
                } else if (unsent == 0 && client.gone()) {
                    return;
                }
                if (unsent > 0 && (unsent == BURST || next instanceof ApiWatch.Idle)) {
                    client.flush();
                    unsent = 0;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
