package ${package};

import io.operatorlib.Ports;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ${kind}OperatorTest {
    private static final String ALL = "/apis/" + ${kind}Operator.KIND.apiVersion() + "/namespaces/default/"
            + ${kind}Operator.KIND.plural();
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";

    /** An API server in this JVM, and the operator as it is, in virtual time. */
    @Test
    void itsPageComes() {
        try (var sim = Sim.seeded(1)) {
            var server = ApiServer.create(sim.scheduler());
            var user = server.as(Caller.ADMIN);
            sim.operator(
                    () -> server.as(Caller.ADMIN),
                    ports -> ${kind}Operator.operator().start(new Ports(ports.kubeApi(), ports.scheduler())));
            sim.eventually(Duration.ofMinutes(1), "the type is registered", () -> user.send(
                            ApiRequest.of(Method.GET, ALL))
                    .ok());
            user.send(ApiRequest.of(Method.POST, ALL)
                    .withBody(
                            "application/json",
                            """
                            {"apiVersion": "${apiGroup}/v1", "kind": "${kind}",
                             "metadata": {"name": "hello"},
                             "spec": {"title": "Hello", "page": "I am served by an operator."}}"""));
            sim.eventually(Duration.ofMinutes(1), "the page is there", () -> user.send(
                            ApiRequest.of(Method.GET, PAGE))
                    .text()
                    .contains("Hello"));
        }
    }
}
