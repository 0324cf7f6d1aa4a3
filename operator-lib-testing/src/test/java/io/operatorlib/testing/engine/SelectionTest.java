package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is followed can be less than what there is. */
class SelectionTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    record Page(String name, int length) {
        static Page of(V1ConfigMap map) {
            String text = String.valueOf(map.getData().get("text"));
            if (text.equals("cannot be read")) {
                throw new IllegalStateException("this page is not for reading");
            }
            return new Page(map.getMetadata().getName(), text.length());
        }
    }

    private static V1ConfigMap page(Observed<GreetingSpec, GreetingStatus> seen) {
        return new V1ConfigMap()
                .metadata(seen.childMeta("page"))
                .data(Map.of("text", String.valueOf(seen.spec().text())));
    }

    @Test
    void whatIsOwnedCanBeSeenAsSomethingSmaller() {
        try (var world = new World()) {
            var meters = new SimpleMeterRegistry();
            world.sim.operator(
                    () -> world.server.as(Caller.user("greeter", Caller.MASTERS)),
                    ports -> Operator.named("greeter")
                            .controller(Controller.of(World.GREETING)
                                    .owns(Selection.of(V1ConfigMap.class).as(Page.class, Page::of))
                                    .reconcile(seen -> Plan.of(new GreetingStatus(seen.owned(Page.class).stream()
                                                    .mapToInt(Page::length)
                                                    .sum()))
                                            .apply(page(seen))))
                            .start(new Ports(ports.kubeApi(), ports.scheduler(), meters)));
            world.greet("hello", "four");
            world.settle("hello");
            world.sim.quiet(LONG);

            assertThat(Json.number(0, world.greeting("hello").orElseThrow(), "status", "pages"))
                    .isEqualTo(4);
            assertThat(world.map("hello-page")).isPresent();
            var size = meters.get("operatorlib.cache.size").tag("kept", "Page").gauge();
            assertThat(size.value())
                    .as("bytes")
                    .isGreaterThanOrEqualTo("{\"name\":\"hello-page\",\"length\":4}".length())
                    .isLessThan(500);
        }
    }

    @Test
    void whatCannotBeProjectedIsToldByItsOwnerAndStopsNobodyElse() {
        try (var world = new World()) {
            world.start(Controller.of(World.GREETING)
                    .owns(Selection.of(V1ConfigMap.class).as(Page.class, Page::of))
                    .reconcile(seen -> Plan.of(
                                    new GreetingStatus(seen.owned(Page.class).size()))
                            .apply(page(seen))));
            world.greet("bad", "cannot be read");
            world.greet("good", "four");
            world.settle("good");
            world.sim.eventually(
                    World.SOON,
                    "the one that cannot be read is told",
                    () -> world.conditionObject("bad", "Reconciled").toString().contains("not for reading"));
            assertThat(world.map("bad-page")).isPresent();
            world.patchGreeting("bad", "{'spec':{'text':'mended'}}");
            world.patchMap("bad-page", "{'data':{'text':'mended'}}");
            world.settle("bad");
        }
    }

    @Test
    void onlyWhatIsSelectedIsAskedForAndOwnWritesThatAreNotAreNotWaitedFor() {
        try (var world = new World()) {
            var seenNames = new TreeMap<String, List<String>>();
            world.start(Controller.of(World.GREETING)
                    .owns(Selection.of(V1ConfigMap.class).labelled("shown", "yes"))
                    .reconcile(seen -> {
                        List<String> names = seen.owned(V1ConfigMap.class).stream()
                                .map(map -> map.getMetadata().getName())
                                .toList();
                        seenNames.put(seen.meta().name(), names);
                        var shown = page(seen);
                        shown.getMetadata().putLabelsItem("shown", "yes");
                        var hidden = page(seen).metadata(seen.childMeta("hidden"));
                        return Plan.of(new GreetingStatus(names.size()))
                                .apply(hidden)
                                .apply(shown);
                    }));
            world.greet("hello", "a");
            world.sim.eventually(
                    Duration.ofSeconds(10),
                    "the page is seen, long before a bookmark",
                    () -> seenNames.getOrDefault("hello", List.of()).equals(List.of("hello-page")));
            world.settle("hello");
            world.sim.quiet(LONG);
            assertThat(world.map("hello-hidden")).isPresent();
        }
    }

    @Test
    void oneSecretThatManyResourcesOfOtherNamespacesNameIsToldToThemAll() {
        try (var world = new World()) {
            world.post("/api/v1/namespaces", "{'metadata':{'name':'shared'}}");
            var told = new TreeMap<String, List<String>>();
            world.start(Controller.of(World.GREETING)
                    .watches(
                            Selection.of(V1Secret.class).where("metadata.namespace", "shared"),
                            (greeting, secret) -> secret.getMetadata()
                                    .getName()
                                    .equals(greeting.spec().text()))
                    .reconcile(seen -> {
                        told.put(
                                seen.meta().name(),
                                seen.watched(V1Secret.class).stream()
                                        .map(secret -> secret.getMetadata().getResourceVersion())
                                        .toList());
                        return Plan.withoutStatus();
                    }));
            for (int i = 0; i < 20; i++) {
                world.greet("g" + i, i < 10 ? "key" : "other");
            }
            world.sim.eventually(World.SOON, "all are reconciled", () -> told.size() == 20);
            told.clear();
            world.post("/api/v1/namespaces/shared/secrets", "{'metadata':{'name':'key'}}");
            world.post("/api/v1/namespaces/default/secrets", "{'metadata':{'name':'other'}}");
            world.sim.eventually(World.SOON, "those that name it are told", () -> told.size() == 10);
            world.sim.pass(World.SOON);
            assertThat(told)
                    .hasSize(10)
                    .allSatisfy((name, secrets) -> assertThat(secrets).hasSize(1));
        }
    }

    @Test
    void anObjectThatIsMappedElsewhereIsNoLongerSeenWhereItWas() {
        try (var world = new World()) {
            var seenSecrets = new TreeMap<String, Integer>();
            world.start(Controller.of(World.GREETING)
                    .watches(
                            V1Secret.class,
                            secret -> Set.of(new ResourceKey(
                                    "default",
                                    String.valueOf(secret.getMetadata()
                                            .getAnnotations()
                                            .get("for")))))
                    .reconcile(seen -> {
                        seenSecrets.put(
                                seen.meta().name(), seen.watched(V1Secret.class).size());
                        return Plan.withoutStatus();
                    }));
            world.greet("a", "");
            world.greet("b", "");
            world.post("/api/v1/namespaces/default/secrets", "{'metadata':{'name':'s','annotations':{'for':'a'}}}");
            world.sim.eventually(World.SOON, "a sees it", () -> seenSecrets.equals(Map.of("a", 1, "b", 0)));
            world.patch("/api/v1/namespaces/default/secrets/s", "{'metadata':{'annotations':{'for':'b'}}}");
            world.sim.eventually(World.SOON, "b sees it", () -> seenSecrets.equals(Map.of("a", 0, "b", 1)));
        }
    }
}
