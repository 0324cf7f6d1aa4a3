package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Serves connections to pods over WebSockets, as kubectl asks for them since 1.31: {@code exec} and
 * {@code portforward}.
 *
 * <p><b>Limits:</b> no {@code attach} and no {@code proxy}; no SPDY but within a WebSocket.
 */
final class Connections {
    private static final Pattern PATH = Pattern.compile(
            "/api/v1/namespaces/[^/]+/(pods/[^/]+/(exec|attach|portforward)|(pods|services)/[^/]+/proxy.*)");

    private final ApiServer server;

    Connections(ApiServer server) {
        this.server = server;
    }

    static boolean has(String path) {
        return PATH.matcher(path).matches();
    }

    /** Serves the connection until its end, or says why not. */
    Optional<JsonObject> answer(Caller caller, ApiRequest.Method method, HttpExchange exchange) throws IOException {
        HttpRequest http = exchange.request();
        boolean exec = http.path().endsWith("/exec");
        if (!exec && !http.path().endsWith("/portforward")) {
            return Optional.of(Statuses.notImplemented("this API server does not support attach and proxy"));
        }
        var request =
                new ApiRequest(method, http.path(), http.query(), "", "", ApiRequest.DEADLINE, OptionalLong.empty());
        Connection connection = server.connect(caller, request);
        if (connection instanceof Connection.Refused refused) {
            try (var reply = refused.reply()) {
                exchange.reply(reply.status(), Statuses.JSON, reply.text().getBytes(StandardCharsets.UTF_8));
                return Optional.empty();
            }
        }
        var allowed = (Connection.Allowed) connection;
        if (exec) {
            Optional<JsonObject> refusal = ExecSession.refusal(allowed.pod(), http);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        Optional<String> key = http.header("sec-websocket-key");
        if (key.isEmpty()) {
            return Optional.of(
                    http.header("upgrade").isEmpty()
                            ? Statuses.badRequest("Upgrade request required")
                            : Statuses.notImplemented(
                                    "this API server upgrades a connection to a WebSocket and to nothing"
                                            + " else: take a kubectl of 1.31 or newer"));
        }
        Predicate<String> known = exec ? ExecSession.PROTOCOLS::contains : ForwardSession.PROTOCOL::equals;
        Optional<String> protocol = http.headers().getOrDefault("sec-websocket-protocol", List.of()).stream()
                .flatMap(line -> Stream.of(line.split(" *, *")))
                .filter(known)
                .findFirst();
        if (protocol.isEmpty()) {
            return Optional.of(Statuses.badRequest("no WebSocket protocol that this API server knows was asked for"));
        }
        if (exec) {
            ExecSession.serve(allowed, exchange, key.get(), protocol.get());
        } else {
            ForwardSession.serve(allowed, exchange, key.get());
        }
        return Optional.empty();
    }
}
