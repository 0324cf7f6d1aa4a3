package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Ports;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GreetingOperatorTest {
    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";

    // region greeting-test
    @Test
    void aGreetingGetsItsPage() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var server = ApiServer.create(sim.scheduler());
            var user = server.as(Caller.ADMIN);
            sim.operator(
                    () -> server.as(Caller.ADMIN),
                    ports -> GreetingOperator.operator().start(new Ports(ports.kubeApi(), ports.scheduler())));

            sim.eventually(Duration.ofMinutes(1), "the type is registered", () -> served(user));
            user.send(ApiRequest.of(Method.POST, GREETINGS).withBody("application/json", """
                    {"apiVersion": "demo.operatorlib.io/v1", "kind": "Greeting",
                     "metadata": {"name": "hello"}, "spec": {"text": "Hello, world"}}"""));

            sim.eventually(
                    Duration.ofMinutes(1), "the page is there", () -> page(user).contains("Hello, world"));
        }
    }
    // endregion

    private static boolean served(KubeApi user) {
        return user.send(ApiRequest.of(Method.GET, GREETINGS)).ok();
    }

    private static String page(KubeApi user) {
        return user.send(ApiRequest.of(Method.GET, PAGE)).text();
    }

    @Test
    void theOperatorUnderstandsItsOwnType() {
        assertThat(GreetingOperator.GREETING.toString()).isEqualTo("greetings.v1.demo.operatorlib.io");
    }
}
