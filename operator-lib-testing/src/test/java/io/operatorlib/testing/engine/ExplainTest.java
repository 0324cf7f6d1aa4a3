package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private static World world() {
        var world = new World();
        world.start(Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(seen -> {
            if ("throw".equals(seen.spec().text())) {
                throw new IllegalStateException("as it was asked to");
            }
            return Plan.of(new GreetingStatus(seen.owned(V1ConfigMap.class).size()))
                    .apply(new V1ConfigMap().metadata(seen.childMeta("page")).data(Map.of("word", "pssst")));
        }));
        world.greet("hello", "a");
        world.settle("hello");
        return world;
    }

    private static String explain(World world) {
        return world.running
                .get(0)
                .explain("greetings", new ResourceKey("default", "hello"))
                .orElse("");
    }

    @Test
    void itTellsWhyAResourceWasReconciledWhatWasPlannedAndWrittenAndWhatIsWaitedFor() {
        try (var world = world()) {
            world.patchMap("hello-page", "{'data':{'word':'vandal'}}");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(explain(world))
                    .startsWith("Greeting default/hello\n")
                    .containsPattern("because +default/hello-page, which it owns, has changed")
                    .containsPattern("observed +generation 1, version \\d+")
                    .containsPattern("planned +Apply ConfigMap hello-page")
                    .containsPattern("written before +2030-\\S+: Apply ConfigMap hello-page")
                    .containsPattern("outcome +done")
                    .containsPattern("now +waits for a change")
                    .as("nothing of what is in objects is shown")
                    .doesNotContain("pssst", "vandal");
        }
    }

    @Test
    void itTellsHowOftenAResourceHasFailedAndWhenItIsTriedAgain() {
        try (var world = world()) {
            world.patchGreeting("hello", "{'spec':{'text':'throw'}}");
            world.sim.pass(Duration.ofMinutes(10));
            assertThat(explain(world))
                    .containsPattern("because +it had failed")
                    .containsPattern(
                            "outcome +failed at Plan: IllegalStateException: as it was asked to; \\d+ times since 2030-")
                    .containsPattern("now +waits for \\d+ s, or for a change");
        }
    }

    @Test
    void aResourceThatIsGoneOrNeverWasIsNotKnown() {
        try (var world = world()) {
            var running = world.running.get(0);
            assertThat(running.explain("greetings", new ResourceKey("default", "nobody")))
                    .isEmpty();
            assertThat(running.explain("pods", new ResourceKey("default", "hello")))
                    .isEmpty();
            world.deleteGreeting("hello");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(explain(world)).isEmpty();
        }
    }
}
