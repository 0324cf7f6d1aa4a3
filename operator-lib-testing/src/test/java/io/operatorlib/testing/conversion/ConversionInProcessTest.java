package io.operatorlib.testing.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.ConversionReviews;
import io.operatorlib.crd.ConversionWebhook;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.Webhooks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server in memory that asks a webhook in the same process. */
class ConversionInProcessTest {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final KindRef V1 = KindRef.of(Websites.V1);
    private static final KindRef V2 = KindRef.of(Websites.V2);

    private final ApiServer server = ApiServer.create(new RealScheduler());
    private final KubeClient client = new KubeClient(server.as(Caller.ADMIN));
    private final ConversionReviews reviews = ConversionReviews.of(List.of(Websites.CONVERSION));
    private final List<Integer> asked = new ArrayList<>();

    @BeforeEach
    void define() {
        answer(review -> review);
        var crd = Websites.CRD.convertedBy(ConversionWebhook.service("default", "websites", 443, "/convert"));
        client.create(CRDS, "", Json.parse(crd.json()), "test");
    }

    private void answer(UnaryOperator<String> spoiled) {
        server.webhooks((config, review) -> {
            asked.add(Json.list(Json.parse(review), "request", "objects").size());
            return spoiled.apply(reviews.answer(review));
        });
    }

    private static JsonObject website(String name, String spec) {
        return Json.parse("{metadata: {name: '" + name + "'}, spec: " + spec + "}");
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("default", name);
    }

    @Test
    void objectsAreStoredInOneVersionAndServedInEach() {
        client.create(V1, "default", website("a", "{size: 2, motto: wow}"), "test");
        assertThat(Json.object(client.get(V2, key("a")), "spec")).isEqualTo(Json.parse("{replicas: 2}"));
        assertThat(Json.object(client.get(V1, key("a")), "spec")).isEqualTo(Json.parse("{size: 2, motto: wow}"));
    }

    @Test
    void aPatchThroughTheOldVersionLeavesWhatItCannotSee() {
        client.create(V2, "default", website("a", "{replicas: 2, theme: dark}"), "test");
        client.mergePatch(V1, key("a"), Json.parse("{spec: {size: 3}}"), "old-client");
        assertThat(Json.object(client.get(V2, key("a")), "spec")).isEqualTo(Json.parse("{replicas: 3, theme: dark}"));
    }

    @Test
    void anApplyThroughTheOldVersionLeavesWhatItCannotSee() {
        client.create(V2, "default", website("a", "{replicas: 2, theme: dark}"), "test");
        client.apply(V1, key("a"), website("a", "{size: 3}"), "old-client", true);
        assertThat(Json.object(client.get(V2, key("a")), "spec")).isEqualTo(Json.parse("{replicas: 3, theme: dark}"));
    }

    @Test
    void aWriteThatChangesNothingIsNone() {
        var stored = client.create(V2, "default", website("a", "{replicas: 2, theme: dark}"), "test");
        var same = client.mergePatch(V1, key("a"), Json.parse("{spec: {size: 2}}"), "old-client");
        assertThat(Json.resourceVersion(same)).isEqualTo(Json.resourceVersion(stored));
    }

    @Test
    void aListIsConvertedInOneReview() {
        for (int i = 0; i < 30; i++) {
            client.create(i % 2 == 0 ? V1 : V2, "default", website("site" + i, "{}"), "test");
        }
        asked.clear();
        var names = new ArrayList<String>();
        client.list(ListQuery.all(V1).in("default"), object -> names.add(Json.text(object, "apiVersion")));
        assertThat(names).hasSize(30).containsOnly("demo.operatorlib.io/v1");
        assertThat(asked).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aWatchShowsObjectsInItsVersion() throws InterruptedException {
        client.create(V2, "default", website("a", "{replicas: 2}"), "test");
        var request =
                ApiRequest.of(ApiRequest.Method.GET, V1.collection("default")).with("watch", "true");
        try (ApiWatch watch = server.as(Caller.ADMIN).watch(request)) {
            var event = Json.parse(((ApiWatch.Line) watch.next(Duration.ofSeconds(30))).json());
            assertThat(Json.object(event, "object", "spec")).isEqualTo(Json.parse("{size: 2}"));
        }
    }

    @Test
    void withoutTheWebhookTheStoredVersionIsReadAndDeleted() {
        client.create(V1, "default", website("a", "{size: 2}"), "test");
        server.webhooks(Webhooks.NONE);
        assertThat(client.find(V2, key("a"))).isPresent();
        assertThatThrownBy(() -> client.create(V1, "default", website("b", "{}"), "test"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("conversion webhook for demo.operatorlib.io/v1, Kind=Website failed");
        assertThat(client.delete(V2, key("a"), DeleteOptions.DEFAULT)).isTrue();
        assertThat(client.find(V2, key("a"))).isEmpty();
    }

    @Test
    void anAnswerThatRenamesOrLeavesOutIsRefusedAndOtherMetadataDoesNotCount() {
        answer(review -> review.replace("\"name\":\"a\"", "\"name\":\"b\""));
        assertThatThrownBy(() -> client.create(V1, "default", website("a", "{}"), "test"))
                .hasMessageContaining("metadata.name");
        answer(review -> {
            JsonObject tree = Json.parse(review);
            Json.object(tree, "response").add("convertedObjects", new JsonArray());
            return tree.toString();
        });
        assertThatThrownBy(() -> client.create(V1, "default", website("a", "{}"), "test"))
                .hasMessageContaining("returned 0 objects, expected 1");
        answer(review -> review.replace("\"generation\":1", "\"generation\":7"));
        assertThat(Json.number(0, client.create(V1, "default", website("a", "{}"), "test"), "metadata", "generation"))
                .isEqualTo(1);
    }

    @Test
    void aWebhookThatIsAwayIsNamed() {
        server.webhooks((config, review) -> {
            throw new IOException("nobody at " + Json.text(config, "service", "name"));
        });
        assertThatThrownBy(() -> client.create(V1, "default", website("a", "{}"), "test"))
                .hasMessageContaining("nobody at websites");
    }

    @Test
    void anObjectInAVersionThatTheDefinitionHasNoMoreCannotBeRead() {
        var crd = new ResourceKey("", Websites.CRD.name());
        client.create(V2, "default", website("a", "{replicas: 2}"), "test");
        client.apply(
                CRDS,
                crd,
                Json.parse(
                        Crd.hub(Websites.V1).spoke(CrdVersion.of(Websites.V2)).json()),
                "test",
                true);
        client.mergePatch(CRDS, crd, "status", Json.parse("{status: {storedVersions: [v1]}}"), "test");
        client.apply(CRDS, crd, Json.parse(Crd.hub(Websites.V1).json()), "test", true);
        assertThatThrownBy(() -> client.get(V1, key("a")))
                .hasMessageContaining("request to convert CR from an invalid group/version: demo.operatorlib.io/v2");
    }
}
