package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Ports;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TwoReplicasTest {
    private static final String GREETING = """
            {"apiVersion":"demo.operatorlib.io/v1","kind":"Greeting","metadata":{"name":"hello"},"spec":{"text":"hi"}}""";

    @Test
    void oneOfTwoReplicasWorksAndTheOtherTakesOver() {
        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var first =
                    sim.process("greeting-operator-1", () -> cluster.server().as(SimCluster.OPERATOR), ports -> {
                        var unused = TwoReplicas.elected().start(new Ports(ports.kubeApi(), ports.scheduler()));
                    });
            sim.pass(Duration.ofSeconds(5));
            cluster.program("greeting-operator-2", ports -> {
                var unused = TwoReplicas.elected().start(new Ports(ports.kubeApi(), ports.scheduler()));
            });
            sim.pass(Duration.ofSeconds(5));
            first.crash();
            cluster.create("/apis/demo.operatorlib.io/v1/namespaces/default/greetings", GREETING);
            sim.eventually(
                    Duration.ofSeconds(20),
                    "the page is there",
                    () -> cluster.get("/api/v1/namespaces/default/configmaps/hello-page")
                            .isPresent());
        }
    }

    @Test
    void aProgramThatIsNoOperatorHoldsALeaseUntilItsWorkIsDone() {
        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            cluster.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"reports\"}}");
            cluster.program("report", ports -> {
                var unused = TwoReplicas.nightlyReport(new Ports(ports.kubeApi(), ports.scheduler()));
            });
            sim.eventually(
                    Duration.ofSeconds(20),
                    "the lease is released",
                    () -> cluster.get("/apis/coordination.k8s.io/v1/namespaces/reports/leases/nightly-report")
                            .filter(lease -> lease.getAsJsonObject("spec")
                                    .get("holderIdentity")
                                    .getAsString()
                                    .isEmpty())
                            .isPresent());
            assertThat(cluster.get("/api/v1/namespaces/reports/configmaps/report"))
                    .isPresent();
        }
    }

    @Test
    void theFenceIsAPolicyAndItsBinding() {
        assertThat(TwoReplicas.fence())
                .contains("kind: ValidatingAdmissionPolicy\n", "kind: ValidatingAdmissionPolicyBinding\n")
                .contains("resources: [\"greetings\", \"greetings/status\"]");
    }
}
