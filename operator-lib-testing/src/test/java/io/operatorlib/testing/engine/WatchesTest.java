package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The forms of {@code watches}, and the namespaces that an operator looks at. */
class WatchesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static Plan<GreetingStatus> count(Observed<GreetingSpec, GreetingStatus> seen) {
        return Plan.of(new GreetingStatus(seen.watched(V1ConfigMap.class).size()));
    }

    private static int counted(World world, String name) {
        return world.greeting(name)
                .map(greeting -> greeting.getAsJsonObject("status"))
                .map(status -> status == null ? -1 : status.get("pages").getAsInt())
                .orElse(-1);
    }

    private static Set<ResourceKey> named(V1ConfigMap map) {
        String of = map.getMetadata().getLabels() == null
                ? null
                : map.getMetadata().getLabels().get("greeting");
        return of == null ? Set.of() : Set.of(new ResourceKey("default", of));
    }

    private static void map(World world, String name, String of) {
        world.post(
                MAPS,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name + "','labels':{'greeting':'" + of
                        + "'}}}");
        world.sim.pass(Duration.ofSeconds(5));
    }

    private void anObjectMovesFromOneToTheOther(Controller<GreetingSpec, GreetingStatus> controller) {
        try (var world = new World()) {
            world.start(controller.reconcile(WatchesTest::count));
            world.greet("a", "a");
            world.greet("b", "b");
            world.settle("b");
            map(world, "page", "a");
            assertThat(List.of(counted(world, "a"), counted(world, "b"))).containsExactly(1, 0);
            world.patchMap("page", "{'metadata':{'labels':{'greeting':'b'}}}");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(List.of(counted(world, "a"), counted(world, "b")))
                    .as("both are told")
                    .containsExactly(0, 1);
            world.deleteMap("page");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(List.of(counted(world, "a"), counted(world, "b"))).containsExactly(0, 0);
        }
    }

    @Test
    void anObjectThatSaysWhomItConcerns() {
        anObjectMovesFromOneToTheOther(Controller.of(World.GREETING).watches(V1ConfigMap.class, WatchesTest::named));
    }

    @Test
    void aResourceThatSaysWhatConcernsIt() {
        anObjectMovesFromOneToTheOther(Controller.of(World.GREETING)
                .watches(V1ConfigMap.class, (greeting, map) -> named(map).contains(greeting.key())));
    }

    @Test
    void oneObjectMayConcernMany() {
        try (var world = new World()) {
            world.start(Controller.of(World.GREETING)
                    .watches(
                            V1ConfigMap.class,
                            (greeting, map) -> map.getMetadata().getName().equals("shared"))
                    .reconcile(WatchesTest::count));
            for (int i = 0; i < 20; i++) {
                world.greet("hello-" + i, "a");
            }
            world.settle("hello-19");
            map(world, "shared", "nobody");
            for (int i = 0; i < 20; i++) {
                assertThat(counted(world, "hello-" + i)).isEqualTo(1);
            }
        }
    }

    @Test
    void onlyTheNamespacesThatWereNamedAreLookedAt() {
        try (var world = new World()) {
            for (String namespace : List.of("first", "second", "other")) {
                world.post("/api/v1/namespaces", "{'metadata':{'name':'" + namespace + "'}}");
            }
            var seen = new TreeSet<String>();
            world.start(Operator.named("greeter")
                    .namespaces(List.of("first", "second"))
                    .controller(Controller.of(World.GREETING)
                            .owns(V1ConfigMap.class)
                            .reconcile(resource -> {
                                seen.add(resource.meta().namespace());
                                return Plan.of(new GreetingStatus(1))
                                        .apply(new V1ConfigMap()
                                                .metadata(resource.childMeta("page"))
                                                .data(Map.of("a", "b")));
                            })));
            for (String namespace : List.of("first", "second", "other")) {
                world.post(
                        "/apis/demo.operatorlib.io/v1/namespaces/" + namespace + "/greetings",
                        "{'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','metadata':{'name':'hello'},"
                                + "'spec':{'text':'a'}}");
            }
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(seen).containsExactly("first", "second");
            assertThat(world.find("/api/v1/namespaces/second/configmaps/hello-page"))
                    .isPresent();
            assertThat(world.find("/api/v1/namespaces/other/configmaps/hello-page"))
                    .isEmpty();
            world.sim.quiet(Duration.ofMinutes(10));
        }
    }
}
