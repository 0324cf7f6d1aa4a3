package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Controller;
import io.operatorlib.Plan;
import io.operatorlib.testing.ApiFault.Refuse;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events";

    /** Warns of each of the spec's pages. */
    private static Controller<GreetingSpec, GreetingStatus> warning() {
        return Controller.of(World.GREETING).reconcile(seen -> {
            var plan = Plan.of(new GreetingStatus(0)).note("Greeted", "hello");
            for (String page : Objects.requireNonNull(seen.spec().pages())) {
                plan = plan.warn("PageMissing", page + " is missing");
            }
            return plan;
        });
    }

    private static List<JsonObject> warnings(World world) {
        return world.items(EVENTS).stream()
                .filter(event -> event.get("type").getAsString().equals("Warning"))
                .toList();
    }

    private static World world() {
        var world = new World();
        world.start(warning());
        world.greet("hello", "a");
        world.settle("hello");
        return world;
    }

    private static void missing(World world, String pages) {
        world.patchGreeting("hello", "{'spec':{'pages':" + pages + "}}");
        world.sim.pass(Duration.ofSeconds(10));
    }

    @Test
    void anEventSaysWhoTellsWhatOfWhom() {
        try (var world = world()) {
            var events = world.items(EVENTS);
            assertThat(events).hasSize(1);
            JsonObject event = events.get(0);
            assertThat(event.get("reason").getAsString()).isEqualTo("Greeted");
            assertThat(event.get("note").getAsString()).isEqualTo("hello");
            assertThat(event.get("action").getAsString()).isEqualTo("Reconcile");
            assertThat(event.get("reportingController").getAsString()).isEqualTo("greeter");
            assertThat(event.getAsJsonObject("regarding").get("name").getAsString())
                    .isEqualTo("hello");
            assertThat(world.items("/api/v1/namespaces/default/events"))
                    .as("kubectl describe finds it")
                    .hasSize(1);
        }
    }

    @Test
    void theSameWordsInPlanAfterPlanAreOneEventAndOneWrite() {
        try (var world = world()) {
            missing(world, "['a.html']");
            for (int i = 0; i < 5; i++) {
                world.patchGreeting("hello", "{'spec':{'text':'" + i + "'}}");
                world.sim.pass(Duration.ofMinutes(2));
            }
            assertThat(warnings(world)).hasSize(1);
            assertThat(world.sim.effects().stream().filter(effect -> effect.contains("/events")))
                    .hasSize(2);
            world.sim.quiet(Duration.ofMinutes(20));
        }
    }

    @Test
    void whatComesAndGoesIsASeriesThatIsWrittenNowAndThenOnly() {
        try (var world = world()) {
            for (int i = 0; i < 60; i++) {
                missing(world, "['a.html']");
                missing(world, "[]");
            }
            assertThat(warnings(world)).hasSize(1);
            var series = warnings(world).get(0).getAsJsonObject("series");
            assertThat(series.get("count").getAsInt()).isBetween(30, 60);
            assertThat(world.sim.effects().stream().filter(effect -> effect.contains("/events")))
                    .as("twenty minutes")
                    .hasSizeBetween(4, 7);
        }
    }

    @Test
    void afterARestartNothingIsToldTwice() {
        try (var world = world()) {
            missing(world, "['a.html']");
            world.sim.crash();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(world.items(EVENTS)).hasSize(2);
            assertThat(warnings(world).get(0).has("series")).isFalse();
        }
    }

    @Test
    void anEventThatTheServerHasForgottenIsToldAnewWhenItIsNotedAgain() {
        try (var world = world()) {
            missing(world, "['a.html']");
            missing(world, "[]");
            String name = warnings(world)
                    .get(0)
                    .getAsJsonObject("metadata")
                    .get("name")
                    .getAsString();
            world.delete(EVENTS + "/" + name);
            world.sim.pass(Duration.ofMinutes(10));
            missing(world, "['a.html']");
            assertThat(warnings(world)).hasSize(1);
        }
    }

    @Test
    void anEventThatCannotBeWrittenFailsNoPlanAndIsToldWithALaterOne() {
        try (var world = world()) {
            var refusal = new Refuse(request -> request.path().contains("/events"), 403, "Forbidden", Duration.ZERO);
            world.sim.begin(refusal);
            missing(world, "['a.html']");
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("True Reconciled");
            assertThat(warnings(world)).isEmpty();
            world.sim.end(refusal);
            world.patchGreeting("hello", "{'spec':{'text':'b'}}");
            world.sim.pass(Duration.ofSeconds(10));
            assertThat(warnings(world)).hasSize(1);
        }
    }
}
