// region website-chaos-test
package com.example;

import io.operatorlib.Ports;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Workload;

class WebsiteChaosTest {
    private static final String HELLO = "/apis/example.com/v1/namespaces/default/websites/hello";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";
    private static final String SERVICE = "/api/v1/namespaces/default/services/hello";
    private static final String WEB = "/apis/apps/v1/namespaces/default/deployments/hello-web";

    @ChaosTest
    void whateverHappensTheTitleIsServed(Chaos chaos) {
        var website = Workload.of(
                        "website",
                        ports -> WebsiteOperator.operator().start(new Ports(ports.kubeApi(), ports.scheduler())))
                .creates("""
                        {"apiVersion": "example.com/v1", "kind": "Website", "metadata": {"name": "hello",
                         "namespace": "default"}, "spec": {"title": "Hello", "page": "It works."}}""")
                .patch("another title", HELLO, "{\"spec\": {\"title\": \"Good morning\"}}")
                .patch("the old title", HELLO, "{\"spec\": {\"title\": \"Hello\"}}")
                .desired("the page has the title, and somebody serves it", WebsiteChaosTest::isServed);
        chaos.crashPoints(website).orThrow();
        chaos.play(website.fault(serviceIsDeleted()));
    }

    static Fault<SimCluster> serviceIsDeleted() {
        return Fault.once(
                "the Service is deleted", Fault.Kind.CONFIGURATION, (sim, cluster, choice) -> cluster.delete(SERVICE));
    }

    static boolean isServed(SimCluster cluster) {
        var title =
                cluster.get(HELLO).map(hello -> hello.getAsJsonObject("spec").get("title"));
        var page = cluster.get(PAGE).map(map -> map.getAsJsonObject("data").get("index.html"));
        return title.isPresent()
                && page.isPresent()
                && page.get().getAsString().contains("<h1>" + title.get().getAsString() + "</h1>")
                && cluster.get(WEB).isPresent();
    }
}
// endregion
