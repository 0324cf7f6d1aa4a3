package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the server says of itself: health, version, discovery, OpenAPI. Each is read, and none is changed. */
final class Documents {
    private static final String AGGREGATED = "apidiscovery.k8s.io";

    private final ApiServer server;
    private final OpenApi openApi;

    Documents(ApiServer server, OpenApi openApi) {
        this.server = server;
        this.openApi = openApi;
    }

    /** Tells whether the path is one of a document, whether it exists or not. */
    boolean has(String path) {
        String[] parts = parts(path);
        return switch (parts[0]) {
            case "api" -> parts.length <= 2;
            case "apis" -> parts.length <= 3;
            default -> true;
        };
    }

    private static String[] parts(String path) {
        return path.replaceFirst("^/+", "").split("/");
    }

    /** Answers a request for a document, or says why not. */
    Optional<JsonObject> answer(Caller caller, HttpExchange exchange) throws IOException {
        HttpRequest request = exchange.request();
        var refusal = server.refusal(caller, request.method().toLowerCase(Locale.ROOT), request.path());
        if (refusal.isPresent()) {
            return Optional.of(JsonParser.parseString(refusal.get().text()).getAsJsonObject());
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Optional.of(Statuses.methodNotAllowed());
        }
        Accepted accepted = Accepted.of(request.headers().getOrDefault("accept", List.of()));
        String[] parts = parts(request.path());
        Optional<JsonObject> document = switch (parts[0]) {
            case "" -> Optional.of(paths());
            case "version" -> Optional.of(version());
            case "api", "apis" -> {
                if (parts.length == 1 && accepted.prefers("APIGroupDiscoveryList", AGGREGATED, "v2")) {
                    reply(
                            exchange,
                            Statuses.JSON + ";g=" + AGGREGATED + ";v=v2;as=APIGroupDiscoveryList",
                            new Discovery(server.served())
                                    .aggregated(parts[0].equals("api"))
                                    .toString());
                    yield Optional.empty();
                }
                yield discovery(parts);
            }
            case "healthz", "livez", "readyz" -> {
                reply(exchange, "text/plain; charset=utf-8", health(request));
                yield Optional.empty();
            }
            case "openapi" -> {
                if (request.path().equals("/openapi/v2") && accepted.takes(OpenApi.V2_PROTOBUF)) {
                    exchange.reply(200, OpenApi.V2_REPLY, OpenApi.v2());
                    yield Optional.empty();
                }
                OpenApi.Answer answer = openApi.answer(request.path(), accepted, server.served());
                if (answer.refusal().isEmpty()) {
                    reply(exchange, Statuses.JSON, answer.document());
                }
                yield answer.refusal();
            }
            default -> Optional.of(Statuses.notFound());
        };
        if (document.isPresent() && document.get().has("code") && document.get().has("reason")) {
            return document;
        }
        if (document.isPresent()) {
            reply(exchange, Statuses.JSON, document.get().toString());
        }
        return Optional.empty();
    }

    private Optional<JsonObject> discovery(String[] parts) {
        Discovery discovery = new Discovery(server.served());
        boolean core = parts[0].equals("api");
        Optional<JsonObject> found = switch (parts.length) {
            case 1 -> Optional.of(core ? discovery.versions() : discovery.groups());
            case 2 -> core ? discovery.resources("", parts[1]) : discovery.group(parts[1]);
            default -> discovery.resources(parts[1], parts[2]);
        };
        return Optional.of(found.orElseGet(Statuses::notFound));
    }

    private static String health(HttpRequest request) {
        return request.query().containsKey("verbose")
                ? "[+]ping ok\n" + request.path().substring(1) + " check passed\n"
                : "ok";
    }

    private static JsonObject version() {
        JsonObject version = new JsonObject();
        version.addProperty("major", "1");
        version.addProperty("minor", "34");
        version.addProperty("gitVersion", "v1.34.0+operatorlib");
        version.addProperty("gitCommit", "");
        version.addProperty("gitTreeState", "");
        version.addProperty("buildDate", "");
        version.addProperty("goVersion", "");
        version.addProperty("compiler", "");
        version.addProperty("platform", "java/" + Runtime.version().feature());
        return version;
    }

    private JsonObject paths() {
        JsonArray paths = new JsonArray();
        List.of("/api", "/api/v1", "/apis").forEach(paths::add);
        server.served().stream()
                .filter(kind -> !kind.group().isEmpty())
                .map(kind -> "/apis/" + kind.apiVersion())
                .distinct()
                .forEach(paths::add);
        List.of("/healthz", "/livez", "/openapi/v3", "/readyz", "/version").forEach(paths::add);
        JsonObject json = new JsonObject();
        json.add("paths", paths);
        return json;
    }

    private static void reply(HttpExchange exchange, String type, String text) throws IOException {
        exchange.reply(200, type, text.getBytes(StandardCharsets.UTF_8));
    }
}
