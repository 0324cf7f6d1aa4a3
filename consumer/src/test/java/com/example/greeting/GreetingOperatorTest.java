package com.example.greeting;

import io.operatorlib.Ports;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GreetingOperatorTest {
    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";

    @Test
    void aGreetingGetsItsPage() {
        try (var sim = Sim.seeded(1)) {
            var server = ApiServer.create(sim.scheduler());
            var user = server.as(Caller.ADMIN);
            sim.operator(
                    () -> server.as(Caller.ADMIN),
                    ports -> GreetingOperator.operator().start(new Ports(ports.kubeApi(), ports.scheduler())));
            sim.eventually(Duration.ofMinutes(1), "the type is registered", () -> user.send(
                            ApiRequest.of(Method.GET, GREETINGS))
                    .ok());
            user.send(ApiRequest.of(Method.POST, GREETINGS)
                    .withBody(
                            "application/json",
                            """
                            {"apiVersion": "demo.operatorlib.io/v1", "kind": "Greeting",
                             "metadata": {"name": "hello"}, "spec": {"text": "Hello"}}"""));
            sim.eventually(Duration.ofMinutes(1), "the page is there", () -> user.send(
                            ApiRequest.of(Method.GET, PAGE))
                    .text()
                    .contains("Hello"));
        }
    }
}
