package io.operatorlib.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.crd.Crd;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingSimulationTest {
    record GreetingSpec(String text) {}

    record GreetingStatus(int pages) {}

    private static final Kind<GreetingSpec, GreetingStatus> GREETING =
            Kind.of("demo.operatorlib.io", "v1", "Greeting", GreetingSpec.class, GreetingStatus.class);

    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";
    private static final Duration MINUTES = Duration.ofMinutes(5);

    private static Plan<GreetingStatus> reconcile(Observed<GreetingSpec, GreetingStatus> seen) {
        var page = new V1ConfigMap()
                .metadata(seen.childMeta("page"))
                .data(Map.of("index.html", seen.spec().text()));
        var pages = seen.owned(V1ConfigMap.class).size();
        return Plan.of(new GreetingStatus(pages))
                .apply(page)
                .condition(Condition.ready(pages == 1, "PageWritten", "page is in the ConfigMap"));
    }

    private static void operator(SimPorts ports) {
        Operator.named("greeting-operator")
                .crd(Crd.hub(GREETING))
                .controller(
                        Controller.of(GREETING).owns(V1ConfigMap.class).reconcile(GreetingSimulationTest::reconcile))
                .start(new Ports(ports.kubeApi(), ports.scheduler()));
    }

    private static void story(Sim sim) {
        var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
        cluster.operator(GreetingSimulationTest::operator);
        sim.eventually(
                MINUTES, "greetings are served", () -> cluster.get(GREETINGS).isPresent());
        cluster.create(GREETINGS, greeting("hello"));
        sim.eventually(MINUTES, "the page says hello", () -> pageSays(cluster, "hello") && ready(cluster));
        cluster.patch(GREETINGS + "/hello", "{\"spec\":{\"text\":\"good morning\"}}");
        sim.eventually(MINUTES, "the page says good morning", () -> pageSays(cluster, "good morning"));
        cluster.delete(PAGE);
        sim.eventually(MINUTES, "the page is back", () -> pageSays(cluster, "good morning") && ready(cluster));
        sim.pass(MINUTES);
        sim.quiet(Duration.ofHours(1));
    }

    private static String greeting(String text) {
        return "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Greeting\",\"metadata\":{\"name\":\"hello\"},"
                + "\"spec\":{\"text\":\"" + text + "\"}}";
    }

    private static boolean pageSays(SimCluster cluster, String text) {
        return cluster.get(PAGE)
                .filter(page -> page.getAsJsonObject("data")
                        .get("index.html")
                        .getAsString()
                        .equals(text))
                .isPresent();
    }

    private static boolean ready(SimCluster cluster) {
        return cluster.get(GREETINGS + "/hello")
                .filter(greeting -> SimCluster.holds(greeting, "Ready") && SimCluster.holds(greeting, "Reconciled"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theGreetingOperatorConvergesFromACrashAtEachOfItsEffects(long seed) {
        var table = CrashPoints.of("greeting", seed, GreetingSimulationTest::story);
        System.out.println(table.line());
        assertThat(table.orThrow().moments()).hasSizeGreaterThan(4);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(hash(5)).isEqualTo(hash(5)).isNotEqualTo(hash(6));
    }

    private static long hash(long seed) {
        try (var sim = Sim.seeded(seed)) {
            story(sim);
            return sim.hash();
        }
    }
}
