package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.Selection;
import io.operatorlib.testing.ApiFault.Refuse;
import io.operatorlib.testing.engine.World.GreetingStatus;
import io.operatorlib.testing.engine.World.StrictSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Everything that can be the matter with single resources, at the same time, under one controller: each is named in its
 * status, in the metrics and in the log, and all the others are served as if nothing were.
 */
class OneBadAppleTest {
    private static final int GOOD = 20;
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String QUOTA =
            "exceeded quota: small, requested: configmaps=1, used: configmaps=3, limited: 3";
    private static final Duration SOON = Duration.ofSeconds(10);

    /** What is the matter with each, as its condition says. */
    private static final Map<String, String> BAD = Map.of(
            "unreadable", "Undecodable",
            "owner-of-unreadable", "Undecodable",
            "concerned-by-unreadable", "Undecodable",
            "knows-unreadable", "Undecodable",
            "throws", "IllegalStateException",
            "hangs", "DeadlineExceeded",
            "under-quota", "Forbidden");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.operatorlib.internal.engine");
    private boolean mended;

    /** A page, as its readers want it: of so many words. */
    record Page(int words) {
        static Page of(V1ConfigMap map) {
            return new Page(Integer.parseInt(String.valueOf(map.getData().get("words"))));
        }
    }

    /** A setting that says whom it is for. */
    record Sent(String to, int value) {
        static Sent of(V1Secret secret) {
            return new Sent(text(secret, "to"), Integer.parseInt(text(secret, "value")));
        }
    }

    /** A setting of which a resource knows that it is for it. */
    record Kept(String of, int value) {
        static Kept of(V1Secret secret) {
            return new Kept(text(secret, "of"), Integer.parseInt(text(secret, "value")));
        }
    }

    private static String text(V1Secret secret, String key) {
        return new String(secret.getData().getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private Controller<StrictSpec, GreetingStatus> controller(World world) {
        return Controller.of(World.STRICT)
                .owns(Selection.of(V1ConfigMap.class).as(Page.class, Page::of))
                .watches(
                        Selection.of(V1Secret.class).as(Sent.class, Sent::of),
                        sent -> sent.to().isEmpty() ? Set.of() : Set.of(new ResourceKey("default", sent.to())))
                .watches(
                        Selection.of(V1Secret.class).as(Kept.class, Kept::of),
                        (resource, kept) -> kept.of().equals(resource.meta().name()))
                .workers(2)
                .deadline(Duration.ofSeconds(20))
                .reconcile(seen -> plan(world, seen));
    }

    private Plan<GreetingStatus> plan(World world, Observed<StrictSpec, GreetingStatus> seen) {
        String name = seen.meta().name();
        if (!mended && name.equals("throws")) {
            throw new IllegalStateException("as it was asked to");
        }
        while (!mended && name.equals("hangs")) {
            sleepAndDoNotHeed(world);
        }
        return Plan.of(new GreetingStatus(seen.owned(Page.class).size()))
                .apply(new V1ConfigMap()
                        .metadata(seen.childMeta("page"))
                        .data(Map.of("words", String.valueOf(seen.spec().text()))));
    }

    private static void sleepAndDoNotHeed(World world) {
        try {
            world.schedulerOfOperator().sleep(Duration.ofSeconds(1));
        } catch (InterruptedException ignored) {
            // as some do
        }
    }

    private static void secret(World world, String name, String key, String value) {
        world.post(
                SECRETS,
                "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'" + name + "'},'stringData':{'" + key + "':'"
                        + value + "','value':'1'}}");
    }

    private static void words(World world, String name, String words) {
        world.patchMap(name + "-page", "{'data':{'words':'" + words + "'}}");
    }

    private static void value(World world, String secret, String value) {
        world.patch(SECRETS + "/" + secret, "{'stringData':{'value':'" + value + "'}}");
    }

    private static boolean served(World world, String name, int words) {
        return world.condition(name, "Reconciled").equals("True Reconciled")
                && world.map(name + "-page")
                        .map(page -> page.getAsJsonObject("data").get("words").getAsString())
                        .equals(Optional.of(String.valueOf(words)));
    }

    private static void allGoodOnesAreServed(World world, int words) {
        for (int i = 0; i < GOOD; i++) {
            world.patchGreeting("good-" + i, "{'spec':{'text':'" + words + "'}}");
        }
        world.sim.eventually(SOON, "the good ones are served", () -> {
            for (int i = 0; i < GOOD; i++) {
                if (!served(world, "good-" + i, words)) {
                    return false;
                }
            }
            return true;
        });
    }

    private double failing(String reason) {
        var gauge = meters.find("operatorlib.resources.failing")
                .tag("reason", reason)
                .gauge();
        return gauge == null ? 0 : gauge.value();
    }

    private List<String> warnings(String name) {
        synchronized (log) {
            return log.list.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .map(ILoggingEvent::getFormattedMessage)
                    .filter(line -> line.contains(name))
                    .toList();
        }
    }

    @Test
    void eachIsNamedInStatusMetricsAndLogAndAllOthersAreServed() {
        try (var world = new World()) {
            var quota = new Refuse(
                    request -> request.method().mutating() && request.path().contains("under-quota-page"),
                    403,
                    "Forbidden",
                    QUOTA,
                    Duration.ZERO);
            world.sim.begin(quota);
            var operator = Operator.named("greeter").controller(controller(world));
            world.start(operator, ports -> new Ports(ports.kubeApi(), ports.scheduler(), meters));
            for (int i = 0; i < GOOD; i++) {
                world.greet("good-" + i, "1");
            }
            secret(world, "nobody-ever-read-it", "to", "good-1");
            secret(world, "sent", "to", "concerned-by-unreadable");
            secret(world, "kept", "of", "knows-unreadable");
            value(world, "nobody-ever-read-it", "one");
            BAD.keySet().forEach(name -> world.greet(name, name.equals("unreadable") ? "one" : "1"));
            world.sim.eventually(
                    World.SOON,
                    "what can be read is read",
                    () -> served(world, "owner-of-unreadable", 1)
                            && served(world, "concerned-by-unreadable", 1)
                            && served(world, "knows-unreadable", 1));

            words(world, "owner-of-unreadable", "many");
            value(world, "sent", "one");
            value(world, "kept", "one");
            world.sim.eventually(
                    Duration.ofMinutes(2),
                    "each says in its status what is the matter",
                    () -> BAD.entrySet().stream()
                            .allMatch(bad ->
                                    world.condition(bad.getKey(), "Reconciled").equals("False " + bad.getValue())));

            allGoodOnesAreServed(world, 2);
            world.sim.pass(Duration.ofMinutes(30));
            allGoodOnesAreServed(world, 3);
            assertThat(world.running.get(0).healthy()).isTrue();
            assertThat(world.running.get(0).ready()).isTrue();

            assertThat(message(world, "unreadable")).contains("Greeting default/unreadable", "spec.text");
            assertThat(message(world, "owner-of-unreadable"))
                    .contains("ConfigMap default/owner-of-unreadable-page", "many");
            assertThat(message(world, "concerned-by-unreadable")).contains("Secret default/sent");
            assertThat(message(world, "knows-unreadable")).contains("Secret default/kept");
            assertThat(message(world, "throws")).contains("as it was asked to");
            assertThat(message(world, "under-quota")).contains(QUOTA);

            var counted = new HashMap<String, Double>();
            BAD.values().forEach(reason -> counted.merge(reason, 1.0, Double::sum));
            assertThat(meters.get("operatorlib.workers.hanging").gauge().value())
                    .isEqualTo(counted.remove("DeadlineExceeded"));
            counted.forEach(
                    (reason, number) -> assertThat(failing(reason)).as(reason).isEqualTo(number));
            assertThat(meters.get("operatorlib.objects.unreadable").gauge().value())
                    .as("three Secrets, each for two readers")
                    .isEqualTo(6);

            BAD.keySet()
                    .forEach(name ->
                            assertThat(warnings("default/" + name)).as(name).isNotEmpty());
            assertThat(warnings("Secret default/nobody-ever-read-it")).isNotEmpty();

            mended = true;
            world.sim.end(quota);
            world.patchGreeting("unreadable", "{'spec':{'text':'1'}}");
            words(world, "owner-of-unreadable", "1");
            List.of("nobody-ever-read-it", "sent", "kept").forEach(secret -> value(world, secret, "1"));
            world.sim.eventually(
                    Duration.ofMinutes(10),
                    "all are well again",
                    () -> BAD.keySet().stream().allMatch(name -> served(world, name, 1)));
            counted.keySet().forEach(reason -> assertThat(failing(reason)).isZero());
            assertThat(meters.get("operatorlib.objects.unreadable").gauge().value())
                    .isZero();
            world.sim.pass(SOON);
            world.sim.quiet(Duration.ofMinutes(10));
        }
    }

    private static String message(World world, String name) {
        return world.conditionObject(name, "Reconciled")
                .orElseThrow()
                .get("message")
                .getAsString();
    }
}
