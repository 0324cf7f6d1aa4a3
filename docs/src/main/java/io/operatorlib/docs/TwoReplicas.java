package io.operatorlib.docs;

import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.FencingPolicy;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;

/** What the pages on leader election show. */
final class TwoReplicas {
    private TwoReplicas() {}

    // region elected-operator
    static Operator elected() {
        return GreetingOperator.operator().leaderElection(LeaderElection.lease("greeting-operator"));
    }
    // endregion

    // region fencing-policy
    static String fence() {
        return FencingPolicy.of(
                        LeaderElection.lease("greeting-operator").in("greetings"), "greetings:greeting-operator")
                .fencing("", "configmaps")
                .fencing("demo.operatorlib.io", "greetings", "greetings/status")
                .manifest();
    }
    // endregion

    // region lock-of-its-own
    static Elector nightlyReport(Ports ports) {
        var election = LeaderElection.lease("nightly-report").in("reports").lasting(Duration.ofSeconds(30));
        return Elector.start(election, ports, leadership -> {
            KubeApi fenced = leadership.fence(ports.kube());
            try (var reply = fenced.send(ApiRequest.of(ApiRequest.Method.POST, "/api/v1/namespaces/reports/configmaps")
                    .withBody("application/json", "{\"metadata\":{\"name\":\"report\"}}"))) {
                if (!reply.ok()) {
                    throw new IllegalStateException(reply.text());
                }
            }
        });
    }
    // endregion
}
