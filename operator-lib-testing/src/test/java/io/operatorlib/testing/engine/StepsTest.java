package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepsTest {

    private static V1ConfigMap page(Observed<GreetingSpec, GreetingStatus> seen, String name) {
        return new V1ConfigMap().metadata(seen.childMeta(name)).data(Map.of("index.html", "hello"));
    }

    private static Plan<GreetingStatus> report(Observed<GreetingSpec, GreetingStatus> seen) {
        return Plan.of(new GreetingStatus(seen.owned(V1ConfigMap.class).size()));
    }

    private static Controller<GreetingSpec, GreetingStatus> controller() {
        return Controller.of(World.GREETING).owns(V1ConfigMap.class);
    }

    /** A page with a new name each time, where there is none. */
    private static Plan<GreetingStatus> onePage(Observed<GreetingSpec, GreetingStatus> seen) {
        return seen.owned(V1ConfigMap.class).isEmpty()
                ? report(seen).create(page(seen, Long.toHexString(seen.nonce())))
                : report(seen);
    }

    @Test
    void aStaleCacheNeverMakesASecondChild() {
        for (int seed = 1; seed <= 20; seed++) {
            try (var world = new World(seed)) {
                world.start(controller().reconcile(StepsTest::onePage));
                world.sim.always(
                        "one page at the most",
                        () -> assertThat(world.maps().stream()
                                        .filter(map ->
                                                map.getAsJsonObject("metadata").has("ownerReferences"))
                                        .count())
                                .isLessThanOrEqualTo(1));
                world.greet("hello", "a");
                world.sim.pass(Duration.ofMillis(seed));
                for (int edit = 0; edit < 5; edit++) {
                    world.patchGreeting("hello", "{'spec':{'text':'" + edit + "'}}");
                    world.sim.pass(Duration.ofMillis(edit));
                }
                world.settle("hello");
                assertThat(world.maps()).hasSize(1);
                world.sim.quiet(Duration.ofMinutes(5));
            }
        }
    }

    @Test
    void aChildThatSomebodyDeletedComesBack() {
        try (var world = new World()) {
            world.start(controller().reconcile(StepsTest::onePage));
            world.greet("hello", "a");
            world.settle("hello");
            String name = name(world);
            world.deleteMap(name);
            world.sim.eventually(World.SOON, "another page", () -> world.maps().size() == 1);
            assertThat(name(world)).isNotEqualTo(name);
            world.settle("hello");
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    private static String name(World world) {
        return world.maps().get(0).getAsJsonObject("metadata").get("name").getAsString();
    }

    @Test
    void aPatchThatWouldChangeNothingIsNotSent() {
        try (var world = new World()) {
            world.start(controller().reconcile(seen -> {
                var plan = onePage(seen);
                for (var page : seen.owned(V1ConfigMap.class)) {
                    plan = plan.patch(page, Map.of("metadata", Map.of("labels", Map.of("seen", "yes"))));
                }
                return plan;
            }));
            world.greet("hello", "a");
            world.settle("hello");
            assertThat(world.sim.effects().stream()
                            .filter(effect -> effect.contains("PATCH") && effect.contains("configmaps")))
                    .hasSize(1);
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    @Test
    void aDeleteReachesOnlyTheObjectThatWasObserved() {
        try (var world = new World()) {
            world.start(controller().reconcile(seen -> {
                var pages = seen.owned(V1ConfigMap.class);
                return "delete".equals(seen.spec().text()) && !pages.isEmpty()
                        ? report(seen).delete(pages.get(0))
                        : report(seen);
            }));
            String uid = world.greet("hello", "keep")
                    .getAsJsonObject("metadata")
                    .get("uid")
                    .getAsString();
            world.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'page','ownerReferences':[{"
                            + "'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','name':'hello','uid':'" + uid
                            + "'}]}}");
            world.settle("hello");
            world.patchGreeting("hello", "{'spec':{'text':'delete'}}");
            world.sim.eventually(
                    World.SOON, "the page is gone", () -> world.maps().isEmpty());
            world.settle("hello");
            assertThat(world.sim.effects().stream().filter(effect -> effect.startsWith("DELETE")))
                    .hasSize(1);
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    @Test
    void aStepThatFailsIsNamedInTheConditionReconciledAndTheStepsAfterItAreNotTried() {
        try (var world = new World()) {
            var seenFailures = new AtomicInteger();
            world.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'hello-taken'}}");
            world.start(controller().reconcile(seen -> {
                if (seen.lastOutcome() instanceof io.operatorlib.Outcome.Failed failed) {
                    seenFailures.set(failed.times());
                    assertThat(failed.reason()).isEqualTo("AlreadyExists");
                }
                return report(seen).create(page(seen, "taken")).create(page(seen, "never"));
            }));
            world.greet("hello", "a");
            world.sim.eventually(
                    World.SOON,
                    "the failure is told",
                    () -> world.condition("hello", "Reconciled").equals("False AlreadyExists"));
            var condition = world.conditionObject("hello", "Reconciled").orElseThrow();
            assertThat(condition.get("message").getAsString()).startsWith("Create ConfigMap hello-taken: ");
            world.sim.eventually(World.SOON, "it is tried again", () -> seenFailures.get() >= 3);
            assertThat(world.map("hello-never")).isEmpty();
            assertThat(world.sim.effects().stream().filter(effect -> effect.contains("/status")))
                    .as("the status is written once, not with each try")
                    .hasSize(1);

            world.deleteMap("hello-taken");
            world.sim.eventually(
                    World.SOON.multipliedBy(4),
                    "both are made",
                    () -> world.maps().size() == 2);
        }
    }

    @Test
    void anObjectOfSomebodyElseIsNotTakenOver() {
        try (var world = new World()) {
            world.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'hello-page'},'data':{'mine':'yes'}}");
            world.start(controller().reconcile(seen -> report(seen).apply(page(seen, "page"))));
            world.greet("hello", "a");
            world.sim.eventually(
                    World.SOON,
                    "the failure is told",
                    () -> world.condition("hello", "Reconciled").equals("False AlreadyExists"));
            assertThat(world.map("hello-page")
                            .orElseThrow()
                            .getAsJsonObject("data")
                            .has("index.html"))
                    .isFalse();
        }
    }

    @Test
    void theFinalizerIsStoredBeforeTheFirstEffectAndGoesAfterTheLast() {
        try (var world = new World()) {
            world.start(controller().finalizer("demo.operatorlib.io/pages").reconcile(seen -> {
                var pages = seen.owned(V1ConfigMap.class);
                if (!seen.deleting()) {
                    return (pages.isEmpty() ? report(seen).create(page(seen, "page")) : report(seen))
                            .finalizer("demo.operatorlib.io/pages");
                }
                return pages.isEmpty()
                        ? report(seen)
                        : report(seen).delete(pages.get(0)).finalizer("demo.operatorlib.io/pages");
            }));
            world.sim.always(
                    "no page without a finalizer",
                    () -> assertThat(world.map("hello-page").isEmpty()
                                    || finalizers(world).contains("demo.operatorlib.io/pages"))
                            .isTrue());
            world.greet("hello", "a");
            world.patchGreeting("hello", "{'metadata':{'finalizers':['other.io/keep']}}");
            world.settle("hello");
            assertThat(world.map("hello-page")).isPresent();
            world.deleteGreeting("hello");
            world.sim.eventually(
                    World.SOON,
                    "only the foreign finalizer is left",
                    () -> finalizers(world).equals("[\"other.io/keep\"]"));
            assertThat(world.map("hello-page")).isEmpty();
            world.sim.pass(World.SOON);
            world.sim.quiet(Duration.ofMinutes(5));
            world.patchGreeting("hello", "{'metadata':{'finalizers':null}}");
            assertThat(world.greeting("hello")).isEmpty();
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    private static String finalizers(World world) {
        return world.greeting("hello")
                .map(object -> object.getAsJsonObject("metadata").get("finalizers"))
                .map(String::valueOf)
                .orElse("");
    }

    @Test
    void aFinalizerThatWasNotDeclaredIsRefused() {
        try (var world = new World()) {
            world.start(controller().reconcile(seen -> report(seen).finalizer("demo.operatorlib.io/pages")));
            world.greet("hello", "a");
            world.sim.eventually(
                    World.SOON,
                    "the failure is told",
                    () -> world.condition("hello", "Reconciled").equals("False IllegalArgumentException"));
        }
    }

    @Test
    void nothingIsMadeForAResourceThatIsBeingDeleted() {
        try (var world = new World()) {
            world.start(controller().reconcile(seen -> report(seen).create(page(seen, "page"))));
            world.greet("hello", "a");
            world.patchGreeting("hello", "{'metadata':{'finalizers':['other.io/keep']}}");
            world.deleteGreeting("hello");
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(world.maps()).isEmpty();
        }
    }
}
