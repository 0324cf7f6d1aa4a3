package io.operatorlib.docs;

import com.google.gson.JsonObject;
import io.operatorlib.Ports;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Workload;
import java.util.Optional;

class GreetingChaosTest {
    private static final String HELLO = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings/hello";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";

    // region chaos-test
    @ChaosTest
    void whateverHappensTheGreetingIsOnItsPage(Chaos chaos) {
        var workload = Workload.of(
                        "greeting",
                        ports -> GreetingOperator.operator().start(new Ports(ports.kubeApi(), ports.scheduler())))
                .creates("""
                        {"apiVersion": "demo.operatorlib.io/v1", "kind": "Greeting",
                         "metadata": {"name": "hello", "namespace": "default"}, "spec": {"text": "hello"}}""")
                .patch("say good morning", HELLO, "{\"spec\": {\"text\": \"good morning\"}}")
                .patch("say hello", HELLO, "{\"spec\": {\"text\": \"hello\"}}")
                .desired("the page shows the text", GreetingChaosTest::showsTheText);
        chaos.crashPoints(workload).orThrow();
        chaos.blindSpots(workload).orThrow();
        chaos.play(workload.fault(pageIsDeleted()));
    }
    // endregion

    // region fault
    static Fault<SimCluster> pageIsDeleted() {
        return Fault.once(
                "the page is deleted", Fault.Kind.CONFIGURATION, (sim, cluster, choice) -> cluster.delete(PAGE));
    }
    // endregion

    private static boolean showsTheText(SimCluster cluster) {
        Optional<String> wished = cluster.get(HELLO).map(hello -> text(hello, "spec", "text"));
        Optional<String> shown = cluster.get(PAGE).map(page -> text(page, "data", "index.html"));
        return wished.isPresent() && wished.equals(shown);
    }

    private static String text(JsonObject object, String part, String field) {
        return object.getAsJsonObject(part).get(field).getAsString();
    }
}
