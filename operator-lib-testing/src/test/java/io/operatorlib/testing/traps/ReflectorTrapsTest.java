package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Informer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists and watches that are asked for too often, too seldom, or from a version that is of no use. */
class ReflectorTrapsTest {
    private static final Duration WATCHED = Duration.ofSeconds(2);

    private final TrapServer server = new TrapServer();
    private final SharedInformerFactory factory = new SharedInformerFactory(server.client());
    private Informer ours = server.informer();

    @AfterEach
    void end() {
        ours.stop();
        factory.stopAllRegisteredInformers(true);
        server.close();
    }

    private SharedIndexInformer<V1ConfigMap> theirs() {
        return factory.sharedIndexInformerFor(server.maps(), V1ConfigMap.class, 0, "default");
    }

    private void synced() {
        ours.start();
        assertThat(TrapServer.comes(ours::synced)).isTrue();
    }

    /** Counts the requests of theirs alone, then of ours alone, under the same fault. */
    private record Counts(long theirLists, long theirWatches, long lists, long watches) {}

    private Counts counted(TrapServer.Fault fault, Duration time) {
        server.fault = fault;
        server.requests.clear();
        theirs().run();
        TrapServer.pass(time);
        factory.stopAllRegisteredInformers(true);
        var theirLists = server.theirLists();
        var theirWatches = server.theirWatches();
        ours = server.informer();
        ours.start();
        TrapServer.pass(time);
        return new Counts(theirLists, theirWatches, server.lists(), server.watches());
    }

    @Test
    void t16_watchesThatEndAtOnceAreOpenedAFewTimesASecond() {
        var counts = counted(
                (request, exchange) -> {
                    if (request.query().containsKey("sendInitialEvents")) {
                        TrapServer.reply(exchange, 422, TrapServer.status(422, "Invalid"));
                        return true;
                    }
                    if (!TrapServer.watching(request)) {
                        return false;
                    }
                    exchange.sendResponseHeaders(200, 0);
                    return true;
                },
                WATCHED);

        assertThat(counts.watches()).isBetween(1L, 10L * WATCHED.toSeconds());
        SideBySide.tell("T16", counts.theirWatches() + " watches in 2 s", counts.watches() + " watches in 2 s");
    }

    @Test
    void t17_listsThatFailAreTriedAgainMoreAndMoreSeldom() {
        var counts = counted(
                (request, exchange) -> {
                    TrapServer.reply(exchange, 500, TrapServer.status(500, "InternalError"));
                    return true;
                },
                WATCHED);

        assertThat(counts.lists()).isBetween(1L, 6L);
        assertThat(ours.health().failures()).isPositive();
        SideBySide.tell(
                "T17",
                counts.theirLists() + " lists in 2 s, one a second for ever",
                counts.lists() + " lists in 2 s, ever more seldom");
    }

    /** As a server answers whose etcd was restored: it has not come to that version yet. */
    private static final TrapServer.Fault TOO_LARGE = (request, exchange) -> {
        if ("1".equals(request.query().get("limit"))
                || request.query().getOrDefault("resourceVersion", "0").equals("0")) {
            return false;
        }
        TrapServer.reply(
                exchange,
                504,
                "{\"kind\":\"Status\",\"code\":504,\"reason\":\"Timeout\",\"message\":\"Too large resource version\","
                        + "\"details\":{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\"}]}}");
        return true;
    };

    @Test
    void t20_aVersionThatTheServerHasNotComeToIsGivenUp() {
        server.put("a", "1");
        var theirs = theirs();
        theirs.run();
        assertThat(TrapServer.comes(theirs::hasSynced)).isTrue();
        server.requests.clear();
        var met = new AtomicInteger();
        server.fault = (request, exchange) -> {
            boolean answered = TOO_LARGE.answers(request, exchange);
            met.addAndGet(answered ? 1 : 0);
            return answered;
        };
        assertThat(TrapServer.comes(() -> met.get() > 0)).isTrue();
        server.put("b", "1");
        boolean recovered = TrapServer.comes(() -> theirs.getIndexer().list().size() == 2, Duration.ofSeconds(3));
        long asked = server.theirLists();
        factory.stopAllRegisteredInformers(true);
        server.fault = TrapServer.NONE;
        synced();
        server.requests.clear();
        var refused = new AtomicInteger();
        server.fault = (request, exchange) ->
                TrapServer.watching(request) && refused.getAndIncrement() == 0 && TOO_LARGE.answers(request, exchange);
        server.put("c", "1");
        assertThat(TrapServer.comes(() -> ours.store().size() == 3)).isTrue();
        SideBySide.tell(
                "T20",
                (recovered ? "recovered" : "not recovered") + " after " + asked + " lists in 3 s",
                "recovered after " + server.lists() + " list");
    }

    @Test
    void t21_aWatchThatBreaksIsTakenUpWithoutAList() {
        server.put("a", "1");
        var theirs = theirs();
        theirs.run();
        assertThat(TrapServer.comes(theirs::hasSynced)).isTrue();
        synced();
        assertThat(TrapServer.comes(() -> server.theirWatches() == 1)).isTrue();
        server.requests.clear();
        // the connection breaks in the middle of an event
        var broken = new AtomicInteger();
        var theirsBroken = new AtomicInteger();
        server.fault = (request, exchange) -> {
            var count = TrapServer.ours(request) ? broken : theirsBroken;
            if (!TrapServer.watching(request) || count.incrementAndGet() > 2) {
                return false;
            }
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{\"type\":\"ADD".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            return true;
        };
        assertThat(TrapServer.comes(() -> broken.get() > 0 && theirsBroken.get() > 0))
                .isTrue();
        server.put("b", "1");
        assertThat(TrapServer.comes(() -> ours.store().size() == 2)).isTrue();
        TrapServer.comes(() -> theirs.getIndexer().list().size() == 2);
        assertThat(server.lists()).isZero();
        SideBySide.tell("T21", server.theirLists() + " full lists after 2 breaks", "none");
    }

    @Test
    void t28_bookmarksAndPagesAreAskedFor() {
        server.put("a", "1");
        var theirs = theirs();
        theirs.run();
        assertThat(TrapServer.comes(() -> server.theirWatches() == 1)).isTrue();
        String asked = queries();
        factory.stopAllRegisteredInformers(true);
        server.requests.clear();
        synced();
        assertThat(server.requests)
                .noneMatch(request -> "0".equals(request.query().get("resourceVersion")));
        assertThat(server.requests)
                .filteredOn(request -> request.query().containsKey("watch"))
                .isNotEmpty()
                .allMatch(request -> "true".equals(request.query().get("allowWatchBookmarks")));
        SideBySide.tell("T28", asked, queries());
    }

    private String queries() {
        return server.requests.stream()
                .map(request -> request.query().toString())
                .collect(Collectors.joining(" "));
    }

    @Test
    void t29_410InEachOfItsShapesLeadsToAListAndRetryAfterIsObeyed() {
        server.put("a", "1");
        synced();
        for (TrapServer.Fault shape : List.<TrapServer.Fault>of(
                (request, exchange) -> {
                    TrapServer.reply(exchange, 410, TrapServer.status(410, "Expired"));
                    return true;
                },
                (request, exchange) -> {
                    TrapServer.reply(
                            exchange, 200, "{\"type\":\"ERROR\",\"object\":" + TrapServer.status(410, "Gone") + "}\n");
                    return true;
                },
                (request, exchange) -> {
                    exchange.sendResponseHeaders(200, 0);
                    return true;
                })) {
            long lists = server.lists();
            server.fault = (request, exchange) ->
                    TrapServer.watching(request) && server.lists() == lists && shape.answers(request, exchange);
            assertThat(TrapServer.comes(() -> server.lists() == lists + 1)).isTrue();
            String name = "after" + lists;
            server.put(name, "1");
            assertThat(TrapServer.comes(() ->
                            ours.store().get(new ResourceKey("default", name)).isPresent()))
                    .as("what comes after is seen, and the pauses start over")
                    .isTrue();
        }
        ours.stop();

        var counts = counted(
                (request, exchange) -> {
                    exchange.getResponseHeaders().add("Retry-After", "3");
                    TrapServer.reply(exchange, 429, TrapServer.status(429, "TooManyRequests"));
                    return true;
                },
                WATCHED);
        SideBySide.tell(
                "T29",
                counts.theirLists() + " lists in 2 s where 3 s were asked for",
                "410 in three shapes leads to a list; the wait is kept");
    }
}
