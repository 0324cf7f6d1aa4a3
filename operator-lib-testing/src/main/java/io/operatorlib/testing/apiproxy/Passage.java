package io.operatorlib.testing.apiproxy;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiproxy.Rule.Deed;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.http.HttpExchange;
import io.operatorlib.testing.apiserver.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way through a proxy to the API server, and its reply on the way back. Used by one thread. */
final class Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);

    /** So soon it is noticed that a client has given up, or that what is held back may go on. */
    static final Duration LOOK = Duration.ofMillis(50);

    /** A reply that is known to be no longer than that is sent as a whole; any other as it comes. */
    private static final int WHOLE_BYTES = 64 << 10;

    /** Those of one connection, and not of what is said over it; the transport makes its own. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "content-type", "keep-alive", "transfer-encoding");

    private final Rules rules;
    private final Upstream server;
    private final Scheduler scheduler;
    private final HttpExchange exchange;
    private final HttpRequest http;

    Passage(Rules rules, Upstream server, Scheduler scheduler, HttpExchange exchange) {
        this.rules = rules;
        this.server = server;
        this.scheduler = scheduler;
        this.exchange = exchange;
        this.http = exchange.request();
    }

    /** @param own whether the client has proved that it may act with the proxy's credentials */
    void pass(boolean own) {
        try {
            if (!own && http.header("authorization").isEmpty()) {
                reply(new ApiFault.Refuse(any -> true, 401, "Unauthorized", "Unauthorized", Duration.ZERO).response());
            } else if (http.header("upgrade").isPresent()) {
                reply(new ApiFault.Refuse(any -> true, 501, "NotImplemented", "no way past a proxy", Duration.ZERO)
                        .response());
            } else {
                pass(call());
            }
        } catch (IOException e) {
            LOG.debug("a request did not get through path={} problem={}", http.path(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Call call() throws IOException {
        ApiRequest.Method method;
        try {
            method = ApiRequest.Method.valueOf(http.method());
        } catch (IllegalArgumentException e) {
            throw new IOException("no method of the Kubernetes API: " + http.method(), e);
        }
        var request = new ApiRequest(
                method,
                http.path(),
                http.query(),
                http.contentType(),
                http.text(),
                ApiRequest.DEADLINE,
                OptionalLong.empty());
        String verb = method.name().toLowerCase(Locale.ROOT);
        return Call.of(request).orElseGet(() -> new Call(verb, "", "", "", "", "", "", request));
    }

    private void pass(Call call) throws IOException, InterruptedException {
        List<Rule> met = rules.arrived(call);
        if (!arrives(call, met)) {
            return;
        }
        if (call.verb().equals("watch")) {
            new PassedWatch(rules, server, scheduler, exchange).pass(call, met);
            return;
        }
        try (Response response = server.send(http)) {
            if (leaves(call, met, response)) {
                passBack(response);
            }
        }
    }

    /** Tells whether the request goes on to the API server. */
    private boolean arrives(Call call, List<Rule> met) throws IOException, InterruptedException {
        for (Rule rule : met) {
            if (rule.afterArrival()) {
                continue;
            }
            if (rule.deed() instanceof Deed.Crash crash) {
                crash.kill().run();
                return false;
            }
            ApiFault fault = rule.deed() instanceof Deed.Meet meet ? meet.fault() : null;
            if (fault instanceof ApiFault.Refuse refuse && refuse.which().test(call.request())) {
                reply(refuse.response());
                return false;
            }
            if (fault instanceof ApiFault.Partition) {
                while (!rule.ended() && !exchange.clientGone()) {
                    scheduler.sleep(LOOK);
                }
                return false;
            }
            if (fault instanceof ApiFault.Delay delay) {
                scheduler.sleep(delay.time());
            }
        }
        return true;
    }

    /** Tells whether the reply goes on to the client. */
    private boolean leaves(Call call, List<Rule> met, Response response) throws InterruptedException {
        if (response.isSuccessful()) {
            for (Deed deed : rules.accepted(call)) {
                if (deed instanceof Deed.Crash crash) {
                    crash.kill().run();
                    return false;
                }
                if (deed instanceof Deed.Then then) {
                    then.hook().accept(call);
                }
            }
        }
        for (Rule rule : met) {
            ApiFault fault = rule.deed() instanceof Deed.Meet meet ? meet.fault() : null;
            if (fault instanceof ApiFault.LoseReplies lose && lose.which().test(call.request())) {
                return false;
            }
            if (fault instanceof ApiFault.SlowReplies slow) {
                scheduler.sleep(slow.time());
            }
        }
        return true;
    }

    private void reply(ApiResponse refusal) throws IOException {
        refusal.headers().forEach((name, value) -> {
            if (!NOT_PASSED_ON.contains(name)) {
                exchange.header(name, value);
            }
        });
        exchange.reply(refusal.status(), "application/json", refusal.text().getBytes(StandardCharsets.UTF_8));
    }

    private void passBack(Response response) throws IOException {
        response.headers().forEach(header -> {
            if (!NOT_PASSED_ON.contains(header.getFirst().toLowerCase(Locale.ROOT))) {
                exchange.header(header.getFirst(), header.getSecond());
            }
        });
        ResponseBody body = response.body();
        String type = response.header("Content-Type", "application/octet-stream");
        long length = body.contentLength();
        if (length >= 0 && length <= WHOLE_BYTES) {
            exchange.reply(response.code(), type, body.bytes());
            return;
        }
        OutputStream out = exchange.stream(response.code(), type);
        InputStream in = body.byteStream();
        byte[] part = new byte[WHOLE_BYTES];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            out.write(part, 0, read);
            out.flush();
        }
        out.close();
    }
}
