package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.example.WebsiteOperator.WebsiteSpec;
import com.example.WebsiteOperator.WebsiteStatus;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.crd.Crd;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosFailure;
import io.operatorlib.testing.chaos.Workload;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bug that the reader of <em>break it</em> plants, and what is said of it. */
class PlantedBugTest {
    private static final String HELLO = "/apis/example.com/v1/namespaces/default/websites/hello";

    // region planted
    /** Saves work: where the page is right, the rest is, too. */
    static Plan<WebsiteStatus> reconcileInHaste(Observed<WebsiteSpec, WebsiteStatus> seen) {
        boolean right = seen.owned(V1ConfigMap.class).stream()
                .anyMatch(page -> page.getData().toString().contains(seen.spec().title()));
        return right ? Plan.of(new WebsiteStatus(1)) : WebsiteOperator.reconcile(seen);
    }
    // endregion

    private static Workload<SimCluster> workload() {
        return Workload.of("website", ports -> {
                    var unused = Operator.named("website-operator")
                            .crd(Crd.hub(WebsiteOperator.KIND))
                            .controller(Controller.of(WebsiteOperator.KIND)
                                    .owns(V1ConfigMap.class)
                                    .owns(V1Deployment.class)
                                    .owns(V1Service.class)
                                    .reconcile(PlantedBugTest::reconcileInHaste))
                            .start(new Ports(ports.kubeApi(), ports.scheduler()));
                })
                .creates("""
                        {"apiVersion": "example.com/v1", "kind": "Website", "metadata": {"name": "hello",
                         "namespace": "default"}, "spec": {"title": "Hello", "page": "It works."}}""")
                .patch("another title", HELLO, "{\"spec\": {\"title\": \"Good morning\"}}")
                .patch("the old title", HELLO, "{\"spec\": {\"title\": \"Hello\"}}")
                .desired("the page has the title, and somebody serves it", WebsiteChaosTest::isServed);
    }

    @Test
    void itIsFoundAndItsFirstTenLinesSayAllThatOneNeeds(@TempDir Path folder) {
        assertThat(Chaos.of(1).crashPoints(workload()).failures()).isNotEmpty();
        var failure = catchThrowable(
                () -> Chaos.of(20).into(folder).play(workload().fault(WebsiteChaosTest.serviceIsDeleted())));
        assertThat(failure).isInstanceOf(ChaosFailure.class);
        var told =
                Objects.requireNonNull(failure.getMessage()).lines().limit(10).toList();
        System.out.println(String.join("\n", told));
        assertThat(told.get(0)).isEqualTo("the end is as without faults: services default/hello is not there");
        assertThat(told.get(1)).isEqualTo("  object    services default/hello is not there");
        assertThat(told)
                .anyMatch(line -> line.matches("  workload  website, seed \\d+"))
                .anyMatch(line -> line.matches(" {12}[0-9.]+ [0-9.]+ \\d+ the Service is deleted"))
                .anyMatch(line -> line.startsWith("  again     -Doperatorlib.chaos.replay='website/"));
    }
}
