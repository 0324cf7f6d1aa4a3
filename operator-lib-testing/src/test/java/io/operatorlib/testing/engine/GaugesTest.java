package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.Controller;
import io.operatorlib.Measure;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.Resource;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured of resources is shown as gauges. */
class GaugesTest {
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private static List<Measure> measures(Resource<GreetingSpec, GreetingStatus> greeting) {
        var measures = new ArrayList<Measure>();
        String text = String.valueOf(greeting.spec().text());
        if (text.equals("broken")) {
            throw new IllegalStateException("cannot be measured");
        }
        measures.add(Measure.of("greeting.length", text.length()));
        measures.add(Measure.of("greeting.loud", true).tag("voice", text.endsWith("!") ? "loud" : "low"));
        return measures;
    }

    private void start(World world) {
        var operator = Operator.named("greeter")
                .controller(Controller.of(World.GREETING)
                        .measure(GaugesTest::measures)
                        .reconcile(seen -> Plan.of(new GreetingStatus(1))));
        world.start(operator, ports -> new Ports(ports.kubeApi(), ports.scheduler(), meters));
    }

    private double length(String name) {
        var gauge = meters.find("greeting.length").tag("name", name).gauge();
        return gauge == null ? -1 : gauge.value();
    }

    @Test
    void eachResourceHasItsOwnUntilItIsGone() {
        try (var world = new World()) {
            start(world);
            world.greet("one", "hi");
            world.greet("two", "hello");
            world.sim.eventually(World.SOON, "both are measured", () -> length("one") == 2 && length("two") == 5);
            assertThat(meters.get("greeting.length").tag("namespace", "default").gauges())
                    .hasSize(2);

            world.patchGreeting("one", "{'spec':{'text':'goodbye!'}}");
            world.sim.eventually(World.SOON, "the new value is shown", () -> length("one") == 8);
            assertThat(meters.get("greeting.loud").tag("name", "one").gauges())
                    .singleElement()
                    .satisfies(
                            gauge -> assertThat(gauge.getId().getTag("voice")).isEqualTo("loud"));

            world.deleteGreeting("one");
            world.sim.eventually(World.SOON, "nothing is shown of what is gone", () -> length("one") == -1);
            assertThat(meters.find("greeting.loud").tag("name", "one").gauges()).isEmpty();
            assertThat(length("two")).isEqualTo(5);
        }
    }

    @Test
    void oneThatCannotBeMeasuredIsReconciledAllTheSame() {
        try (var world = new World()) {
            start(world);
            world.greet("one", "broken");
            world.sim.eventually(
                    World.SOON,
                    "it has its status",
                    () -> world.greeting("one").orElseThrow().has("status"));
            assertThat(length("one")).isEqualTo(-1);
        }
    }
}
