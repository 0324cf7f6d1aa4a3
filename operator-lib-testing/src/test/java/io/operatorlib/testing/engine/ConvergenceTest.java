package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvergenceTest {

    private static Plan<GreetingStatus> page(Observed<GreetingSpec, GreetingStatus> seen) {
        var page = new V1ConfigMap()
                .metadata(seen.childMeta("page"))
                .data(Map.of("index.html", String.valueOf(seen.spec().text()), "lang", "en"));
        int pages = seen.owned(V1ConfigMap.class).size();
        return Plan.of(new GreetingStatus(pages))
                .apply(page)
                .condition(Condition.ready(pages == 1, "PageWritten", "the page is in a ConfigMap"));
    }

    private static final Controller<GreetingSpec, GreetingStatus> CONTROLLER =
            Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(ConvergenceTest::page);

    @Test
    void aConvergedResourceCausesNoWrites() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "Hello!");
            world.settle("hello");
            assertThat(world.map("hello-page")
                            .orElseThrow()
                            .getAsJsonObject("data")
                            .get("index.html")
                            .getAsString())
                    .isEqualTo("Hello!");
            assertThat(world.condition("hello", "Ready")).isEqualTo("True PageWritten");
            world.sim.quiet(Duration.ofMinutes(10));
        }
    }
}
