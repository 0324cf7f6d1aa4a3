package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Secret;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DryRunTest {
    record Ring(String bell) implements Act {}

    record Weather(String sky) {}

    private final List<Act> performed = new ArrayList<>();

    private final Operator operator = Operator.named("greeter")
            .controller(Controller.of(World.GREETING)
                    .owns(V1ConfigMap.class)
                    .observe(Weather.class, Duration.ofSeconds(3), seen -> new Weather("blue"))
                    .performs(Ring.class, (act, seen, permission) -> performed.add(act))
                    .reconcile(seen -> {
                        var plan = Plan.of(new GreetingStatus(1));
                        if (seen.fact(Weather.class).known().isEmpty()) {
                            return plan;
                        }
                        return plan.act(new Ring("big"))
                                .apply(new V1ConfigMap()
                                        .metadata(seen.childMeta("page"))
                                        .data(Map.of(
                                                "text",
                                                String.valueOf(seen.spec().text()))))
                                .apply(new V1Secret()
                                        .metadata(seen.childMeta("key"))
                                        .stringData(Map.of("key", "pssst")));
                    }));

    private String dryRun(World world) {
        var said = new ArrayList<String>();
        world.sim.program(
                "dry-run",
                () -> world.server.as(Caller.ADMIN),
                ports -> ports.scheduler().fork("dry-run", () -> {
                    try {
                        said.add(operator.dryRun(new Ports(ports.kubeApi(), ports.scheduler()), Duration.ofMinutes(1)));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        world.sim.eventually(Duration.ofMinutes(2), "it has ended", () -> !said.isEmpty());
        return said.get(0);
    }

    @Test
    void itSaysWhatWouldBeDoneAsADiffAndDoesNothing() {
        try (var world = new World()) {
            world.greet("hello", "a");
            String before = String.valueOf(world.greeting("hello"));
            assertThat(dryRun(world))
                    .contains(
                            "PATCH /api/v1/namespaces/default/configmaps/hello-page\n",
                            "  + .data.text: \"a\"\n",
                            "  + .data.key: (hidden)\n",
                            "  + .status.pages: 1\n",
                            "ACT Greeting default/hello: Ring[bell=big]\n")
                    .doesNotContain("pssst", "not everything was known");
            assertThat(performed).isEmpty();
            assertThat(world.maps()).isEmpty();
            assertThat(String.valueOf(world.greeting("hello"))).isEqualTo(before);
        }
    }

    @Test
    void ofWhatIsThereItShowsWhatWouldChangeOnly() {
        try (var world = new World()) {
            String uid = world.greet("hello", "a")
                    .getAsJsonObject("metadata")
                    .get("uid")
                    .getAsString();
            world.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'hello-page','ownerReferences':[{"
                            + "'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','name':'hello','uid':'" + uid
                            + "'}]},'data':{'text':'vandal','other':'stays'}}");
            assertThat(dryRun(world))
                    .contains("  - .data.text: \"vandal\"\n  + .data.text: \"a\"\n")
                    .doesNotContain(".data.other");
        }
    }
}
