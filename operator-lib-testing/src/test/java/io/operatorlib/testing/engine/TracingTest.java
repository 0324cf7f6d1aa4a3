package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.spi.Tracing;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever traces is told of each reconcile, part by part. */
class TracingTest {
    private final List<String> told = new ArrayList<>();

    private World world(Tracing tracing) {
        var world = new World();
        world.start(
                Operator.named("greeter")
                        .controller(Controller.of(World.GREETING)
                                .owns(V1ConfigMap.class)
                                .reconcile(seen -> {
                                    if ("throw".equals(seen.spec().text())) {
                                        throw new IllegalStateException("as it was asked to");
                                    }
                                    return Plan.of(new GreetingStatus(0))
                                            .apply(new V1ConfigMap()
                                                    .metadata(seen.childMeta("page"))
                                                    .data(Map.of("a", "b")));
                                })),
                ports -> new Ports(ports.kubeApi(), ports.scheduler(), new SimpleMeterRegistry(), tracing));
        return world;
    }

    private Tracing.Trace trace(String controller, String namespace, String name) {
        told.add(controller + " " + namespace + "/" + name);
        return new Tracing.Trace() {
            @Override
            public void part(String what) {
                told.add("  " + what);
            }

            @Override
            public void end(String outcome, String problem) {
                told.add("= " + outcome + " " + problem);
            }
        };
    }

    @Test
    void aReconcileIsToldWithItsPartsAndItsOutcome() {
        try (var world = world(this::trace)) {
            world.greet("hello", "a");
            world.settle("hello");
            assertThat(told)
                    .startsWith(
                            "greeting default/hello",
                            "  Look up own writes",
                            "  Observe",
                            "  Plan",
                            "  Apply ConfigMap hello-page",
                            "  Status",
                            "= done ");
            told.clear();
            world.patchGreeting("hello", "{'spec':{'text':'throw'}}");
            world.sim.eventually(
                    World.SOON,
                    "it fails",
                    () -> told.contains("= failed Plan: IllegalStateException: as it was asked to"));
        }
    }

    @Test
    void aHookThatThrowsHarmsNobody() {
        try (var world = world((controller, namespace, name) -> {
            throw new IllegalStateException("no exporter");
        })) {
            world.greet("hello", "a");
            world.settle("hello");
        }
    }
}
