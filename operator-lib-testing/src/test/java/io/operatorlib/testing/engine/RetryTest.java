package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Plan;
import io.operatorlib.testing.ApiFault.Refuse;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When something that failed is tried again. */
class RetryTest {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final AtomicInteger calls = new AtomicInteger();

    private World world(Refuse refusal) {
        var world = new World();
        world.sim.begin(refusal);
        world.start(Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(seen -> {
            calls.incrementAndGet();
            return Plan.of(new GreetingStatus(1))
                    .apply(new V1ConfigMap()
                            .metadata(seen.childMeta("page"))
                            .data(Map.of("text", String.valueOf(seen.spec().text()))));
        }));
        world.greet("hello", "a");
        return world;
    }

    private static Refuse maps(int code, String reason, Duration retryAfter) {
        return new Refuse(
                request -> request.method().mutating() && request.path().contains("configmaps"),
                code,
                reason,
                retryAfter);
    }

    @Test
    void whatIsInvalidWaitsForAnObservedChange() {
        var refusal = maps(422, "Invalid", Duration.ZERO);
        try (var world = world(refusal)) {
            world.sim.pass(TEN_MINUTES.minusSeconds(30));
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("False Invalid");
            assertThat(calls).hasValue(1);
            world.patchGreeting("hello", "{'spec':{'text':'b'}}");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(calls).as("the resource has changed").hasValue(2);
            world.sim.end(refusal);
            world.patchGreeting("hello", "{'spec':{'text':'c'}}");
            world.settle("hello");
            world.sim.quiet(TEN_MINUTES);
        }
    }

    @Test
    void whatRefusedItMayHaveChangedUnseenSoItIsTriedOnceInAWhile() {
        var refusal = maps(422, "Invalid", Duration.ZERO);
        try (var world = world(refusal)) {
            world.sim.pass(Duration.ofMinutes(1));
            world.sim.end(refusal);
            world.sim.pass(TEN_MINUTES);
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("True Reconciled");
        }
    }

    @Test
    void whatIsForbiddenIsTriedAgainForEverForQuotasAndRolesChangeWithoutAWord() {
        var refusal = maps(403, "Forbidden", Duration.ZERO);
        try (var world = world(refusal)) {
            world.sim.pass(Duration.ofHours(1));
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("False Forbidden");
            assertThat(calls.get()).isBetween(60, 90);
            world.sim.end(refusal);
            world.sim.pass(Duration.ofMinutes(2));
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("True Reconciled");
        }
    }

    @Test
    void aServerThatSaysWhenToComeBackIsHeeded() {
        var refusal = maps(429, "TooManyRequests", Duration.ofSeconds(50));
        try (var world = world(refusal)) {
            world.sim.pass(Duration.ofSeconds(45));
            assertThat(calls).hasValue(1);
            world.sim.end(refusal);
            world.sim.pass(Duration.ofSeconds(15));
            assertThat(calls.get()).isGreaterThan(1);
            assertThat(world.condition("hello", "Reconciled")).isEqualTo("True Reconciled");
        }
    }
}
