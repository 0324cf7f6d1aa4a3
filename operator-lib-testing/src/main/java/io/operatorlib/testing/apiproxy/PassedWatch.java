package io.operatorlib.testing.apiproxy;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.http.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A watch that passes through a proxy, event by event. Used by one thread.
 *
 * <p><b>Flow.</b> An event is taken from the API server; then it is asked what the rules say now; then it passes, is kept,
 * or is the first that the client does not get any more.
 */
final class PassedWatch {
    private static final String JSON = "application/json";

    private final Rules rules;
    private final Upstream server;
    private final Scheduler scheduler;
    private final HttpExchange exchange;
    private int passed;
    private boolean skipped;

    PassedWatch(Rules rules, Upstream server, Scheduler scheduler, HttpExchange exchange) {
        this.rules = rules;
        this.server = server;
        this.scheduler = scheduler;
        this.exchange = exchange;
    }

    /** What the rules say. */
    private sealed interface Say {
        /** Whatever comes passes, that much later. */
        record Pass(Duration late) implements Say {}

        /** Nothing passes. */
        record Hold() implements Say {}

        /** It ends, in order. */
        record Cut() implements Say {}

        /** It breaks off. */
        record Break() implements Say {}

        /** It ends with an error. */
        record Fail(ApiFault.Refuse why) implements Say {}
    }

    /** @param met the rules that it met when it arrived */
    void pass(Call call, List<Rule> met) throws IOException, InterruptedException {
        try (ApiWatch watch = server.watch(exchange.request())) {
            if (watch.status() != 200) {
                exchange.reply(watch.status(), JSON, watch.refusal().getBytes(StandardCharsets.UTF_8));
                return;
            }
            OutputStream out = exchange.stream(200, JSON);
            ApiWatch.Next next = new ApiWatch.Idle();
            while (true) {
                if (next instanceof ApiWatch.Idle) {
                    next = watch.next(Passage.LOOK);
                }
                Say say = say(call, met);
                if (say instanceof Say.Break) {
                    return;
                }
                if (say instanceof Say.Cut || (next instanceof ApiWatch.Ended && !(say instanceof Say.Hold))) {
                    out.close();
                    return;
                }
                if (say instanceof Say.Fail fail) {
                    write(error(fail.why()), out);
                    out.close();
                    return;
                }
                if (say instanceof Say.Pass pass && next instanceof ApiWatch.Line line) {
                    scheduler.sleep(pass.late());
                    write(line.json(), out);
                    passed += isOfAnObject(line) ? 1 : 0;
                    next = new ApiWatch.Idle();
                } else if (exchange.clientGone()) {
                    return;
                } else if (say instanceof Say.Hold) {
                    scheduler.sleep(Passage.LOOK);
                }
            }
        }
    }

    private Say say(Call call, List<Rule> met) {
        Duration late = Duration.ZERO;
        boolean held = false;
        Optional<ApiFault.Refuse> failure = Optional.empty();
        for (Rules.Met now : rules.over(call, met, passed).toList()) {
            if (now.fault() instanceof ApiFault.Partition) {
                return new Say.Break();
            } else if (now.fault() instanceof ApiFault.CutWatches) {
                return new Say.Cut();
            } else if (now.fault() instanceof ApiFault.FreezeWatches) {
                held = true;
            } else if (now.fault() instanceof ApiFault.SkipEvents) {
                held = true;
                skipped = true;
            } else if (now.fault() instanceof ApiFault.LagWatches lag) {
                late = late.plus(lag.time());
            } else if (now.fault() instanceof ApiFault.Refuse refuse && now.meant()) {
                failure = Optional.of(refuse);
            }
        }
        if (held) {
            return new Say.Hold();
        }
        if (skipped) {
            return new Say.Fail(ApiFault.Refuse.expired());
        }
        return failure.<Say>map(Say.Fail::new).orElse(new Say.Pass(late));
    }

    private static boolean isOfAnObject(ApiWatch.Line line) {
        String type = Json.text(Json.parse(line.json()), "type");
        return !type.equals("BOOKMARK") && !type.equals("ERROR");
    }

    private static String error(ApiFault.Refuse why) {
        var event = new JsonObject();
        event.addProperty("type", "ERROR");
        event.add("object", Json.parse(why.response().text()));
        return event.toString();
    }

    private static void write(String line, OutputStream out) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
