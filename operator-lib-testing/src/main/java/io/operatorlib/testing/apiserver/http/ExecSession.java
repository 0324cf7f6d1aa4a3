package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.testing.apiserver.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container, for a client at a WebSocket. The first byte of each message names its channel.
 *
 * <p><b>Flow:</b> standard input comes in on one thread; the command's output goes out on two more; when both have
 * ended, the exit code is said and the connection closed. A client that leaves ends the command.
 *
 * <p><b>Limits:</b> a terminal does not follow the size of the client's.
 */
final class ExecSession {
    /** Those of Kubernetes' remote commands that this speaks; the newer can close standard input. */
    static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

    private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;
    private static final int END_OF = 255;
    private static final int PART_BYTES = 16 * 1024;

    private final WebSocket client;
    private final Process process;

    private ExecSession(WebSocket client, Process process) {
        this.client = client;
        this.process = process;
    }

    /** Why a request cannot be served, where that can be told before it is. */
    static Optional<JsonObject> refusal(JsonObject pod, HttpRequest request) {
        if (!request.repeated().containsKey("command")) {
            return Optional.of(Statuses.badRequest("you must specify at least 1 command for the container"));
        }
        var names = new ArrayList<String>();
        for (JsonElement each : pod.getAsJsonObject("spec").getAsJsonArray("containers")) {
            names.add(each.getAsJsonObject().get("name").getAsString());
        }
        String container = request.query().getOrDefault("container", names.get(0));
        String name = pod.getAsJsonObject("metadata").get("name").getAsString();
        return names.contains(container)
                ? Optional.empty()
                : Optional.of(Statuses.badRequest("container " + container + " is not valid for pod " + name));
    }

    /** Serves until the command has ended. */
    static void serve(Connection.Allowed allowed, HttpExchange exchange, String key, String protocol)
            throws IOException {
        var query = exchange.request().repeated();
        var containers = allowed.pod().getAsJsonObject("spec").getAsJsonArray("containers");
        String container = query.containsKey("container")
                ? query.get("container").get(0)
                : containers.get(0).getAsJsonObject().get("name").getAsString();
        WebSocket client = WebSocket.accept(exchange, key, protocol);
        Process process;
        try {
            process = allowed.pods()
                    .exec(allowed.pod(), container, query.getOrDefault("command", List.of()), flag(query, "tty"));
        } catch (IOException e) {
            end(client, Statuses.internal("unable to upgrade connection: " + e.getMessage()));
            return;
        }
        try {
            new ExecSession(client, process).run(flag(query, "stdin"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean flag(Map<String, List<String>> query, String name) {
        return query.getOrDefault(name, List.of()).contains("true");
    }

    private void run(boolean stdin) throws IOException, InterruptedException {
        if (!stdin) {
            process.getOutputStream().close();
        }
        thread("exec-in", this::listen);
        Thread out = thread("exec-out", () -> tell(STDOUT, process.getInputStream()));
        Thread err = thread("exec-err", () -> tell(STDERR, process.getErrorStream()));
        out.join();
        err.join();
        end(client, status(process.waitFor()));
    }

    private static void end(WebSocket client, JsonObject status) throws IOException {
        byte[] text = status.toString().getBytes(StandardCharsets.UTF_8);
        client.send(message(STATUS, text, text.length));
        client.close();
    }

    private static Thread thread(String name, Runnable body) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void listen() {
        try {
            for (var message = client.receive(); message.isPresent(); message = client.receive()) {
                take(message.get());
            }
        } catch (IOException e) {
            LOG.debug("the client left reason={}", e.toString());
        }
        process.destroyForcibly();
    }

    private void take(byte[] message) {
        int channel = message.length == 0 ? -1 : message[0] & 0xff;
        OutputStream in = process.getOutputStream();
        try {
            if (channel == STDIN) {
                in.write(message, 1, message.length - 1);
                in.flush();
            } else if (channel == END_OF && message.length > 1 && message[1] == STDIN) {
                in.close();
            }
        } catch (IOException e) {
            LOG.debug("the command reads no more reason={}", e.toString());
        }
    }

    private void tell(int channel, InputStream from) {
        byte[] part = new byte[PART_BYTES];
        try {
            for (int length = from.read(part); length >= 0; length = from.read(part)) {
                client.send(message(channel, part, length));
            }
        } catch (IOException e) {
            LOG.debug("output ended reason={}", e.toString());
            process.destroyForcibly();
        }
    }

    private static byte[] message(int channel, byte[] part, int length) {
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(part, 0, message, 1, length);
        return message;
    }

    private static JsonObject status(int code) {
        if (code == 0) {
            return JsonParser.parseString("{\"metadata\":{},\"status\":\"Success\"}")
                    .getAsJsonObject();
        }
        var cause = new JsonObject();
        cause.addProperty("reason", "ExitCode");
        cause.addProperty("message", String.valueOf(code));
        var causes = new JsonArray();
        causes.add(cause);
        var details = new JsonObject();
        details.add("causes", causes);
        var status = new JsonObject();
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Failure");
        status.addProperty("reason", "NonZeroExitCode");
        status.addProperty("message", "command terminated with non-zero exit code: exit status " + code);
        status.add("details", details);
        return status;
    }
}
