package io.operatorlib.testing.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator's webhook, found by the endpoints of its Service. */
@Timeout(300)
class WebhookBehindServiceTest {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final KindRef ENDPOINTS = new KindRef("", "v1", "Endpoints", "endpoints", true);
    private static final KindRef V1 = KindRef.of(Websites.V1);
    private static final KindRef V2 = KindRef.of(Websites.V2);
    private static final ResourceKey CRD = new ResourceKey("", Websites.CRD.name());

    @Test
    void isAskedWhereTheEndpointsSay() throws Exception {
        var scheduler = new RealScheduler();
        var server = ApiServer.create(scheduler);
        var api = server.as(Caller.ADMIN);
        var client = new KubeClient(api);
        var settings =
                ConversionServer.behindService("websites").in("default").port(0).converting(Websites.CONVERSION);
        var pace = new ConversionWork.Pace(Duration.ofMillis(200), Duration.ofSeconds(1));
        try (var https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback());
                var work = ConversionWork.start(
                        settings, api, scheduler, List.of(Websites.CRD), InetAddress.getLoopbackAddress(), pace)) {
            assertThat(https.port()).isPositive();
            client.apply(CRDS, CRD, Json.parse(work.prepared(Websites.CRD).json()), "test", true);
            var website = Json.parse("{metadata: {name: a}, spec: {size: 2, motto: wow}}");
            assertThatThrownBy(() -> client.create(V1, "default", website, "test"))
                    .hasMessageContaining("service \"websites\" not found");
            assertThat(work.ready()).isFalse();
            client.create(ENDPOINTS, "default", endpoints(work.address().getPort()), "test");
            while (!work.ready()) {
                scheduler.sleep(Duration.ofMillis(20));
            }
            client.create(V1, "default", website, "test");
            assertThat(Json.object(client.get(V2, new ResourceKey("default", "a")), "spec"))
                    .isEqualTo(Json.parse("{replicas: 2}"));
        }
    }

    private static JsonObject endpoints(int port) {
        return Json.parse("{metadata: {name: websites}, subsets: [{addresses: [{ip: '127.0.0.1'}], ports: [{port: "
                + port + "}]}]}");
    }
}
