package io.operatorlib.internal.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeClientTest {
    private static final KindRef CONFIG_MAPS = BuiltInKinds.of(V1ConfigMap.class);
    private static final ResourceKey KEY = new ResourceKey("ns", "web");

    private final ScriptedApi api = new ScriptedApi();
    private final KubeClient client = new KubeClient(api);

    private ApiRequest sent() {
        return api.requests.get(api.requests.size() - 1);
    }

    private static String notFound(String details) {
        return "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\",\"message\":\"not found\",\"details\":"
                + details + "}";
    }

    @Test
    void anObjectThatIsNotThereIsEmpty() {
        api.reply(404, notFound("{\"name\":\"web\",\"kind\":\"configmaps\"}"));

        assertThat(client.find(CONFIG_MAPS, KEY)).isEmpty();
        assertThat(sent().toString()).isEqualTo("GET /api/v1/namespaces/ns/configmaps/web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"404 page not found", "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\",\"details\":{}}"
            })
    void aKindThatIsNotServedIsNoAbsentObject(String body) {
        api.reply(404, body);

        assertThatThrownBy(() -> client.find(CONFIG_MAPS, KEY))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.notFound()).isFalse());
    }

    @Test
    void aRefusalIsToldApartByCodeReasonAndCauses() {
        api.reply(409, """
                {"kind":"Status","code":409,"reason":"Conflict","message":"Apply failed with 1 conflict",
                 "details":{"retryAfterSeconds":3,
                  "causes":[{"reason":"FieldManagerConflict","message":"conflict with \\"x\\"","field":".spec.size"}]}}
                """);

        assertThatThrownBy(() -> client.apply(CONFIG_MAPS, KEY, Json.parse("{}"), "me", false))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(409);
                    assertThat(e.conflict()).isTrue();
                    assertThat(e.alreadyExists()).isFalse();
                    assertThat(e.causedBy("FieldManagerConflict")).isTrue();
                    assertThat(e.causes().get(0).field()).isEqualTo(".spec.size");
                    assertThat(e.retryAfter()).contains(Duration.ofSeconds(3));
                    assertThat(e)
                            .hasMessageContaining("PATCH /api/v1/namespaces/ns/configmaps/web: 409 Conflict: Apply");
                });
    }

    @Test
    void aRefusalThatIsNoStatusIsToldAsItIs() {
        var refusal = ApiException.of(
                ApiRequest.of(Method.GET, "/x"), 503, Map.of("retry-after", "7"), "<html>" + "x".repeat(5000));

        assertThat(refusal.reason()).isEmpty();
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(refusal.getMessage()).hasSizeLessThan(300);
    }

    @Test
    void t45_pathsComeFromDeclaredPlurals() {
        assertThat(BuiltInKinds.of(V1Endpoints.class).path(KEY)).isEqualTo("/api/v1/namespaces/ns/endpoints/web");
        assertThat(new KindRef("etcd.database.coreos.com", "v1", "EtcdCluster", "etcdclusters", true)
                        .path(KEY, "status"))
                .isEqualTo("/apis/etcd.database.coreos.com/v1/namespaces/ns/etcdclusters/web/status");
        assertThat(BuiltInKinds.of(V1ClusterRole.class).path(new ResourceKey("", "system:x")))
                .isEqualTo("/apis/rbac.authorization.k8s.io/v1/clusterroles/system:x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a%2fb"})
    void aNameThatIsNoneIsNotMadeIntoAPath(String name) {
        assertThatThrownBy(() -> CONFIG_MAPS.path(new ResourceKey("ns", name)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNamespacedObjectNeedsItsNamespace() {
        assertThatThrownBy(() -> CONFIG_MAPS.path(new ResourceKey("", "web")))
                .hasMessageContaining("needs a namespace");
    }

    @Test
    void t43_preconditionsGraceAndPropagationReachTheWireAlsoForAClusterScopedKind() {
        api.reply(200, "{}");
        boolean deleted = client.delete(
                BuiltInKinds.of(V1ClusterRole.class),
                new ResourceKey("", "web"),
                DeleteOptions.DEFAULT
                        .uid("u")
                        .resourceVersion("7")
                        .grace(Duration.ofSeconds(5))
                        .propagation(DeleteOptions.Propagation.FOREGROUND));

        assertThat(deleted).isTrue();
        assertThat(Json.parse(sent().body())).isEqualTo(Json.parse("""
                                {"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":5,
                                 "propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"7"}}
                                """));
    }

    @Test
    void aDeleteOfWhatIsGoneIsNoFailure() {
        api.reply(404, notFound("{\"name\":\"web\"}"));

        assertThat(client.delete(CONFIG_MAPS, KEY, DeleteOptions.DEFAULT)).isFalse();
    }

    @Test
    void anApplyNamesItsManagerAndItsType() {
        api.reply(200, "{}");
        client.apply(CONFIG_MAPS, KEY, Json.parse("{\"metadata\":{\"name\":\"web\"}}"), "me", true);

        assertThat(sent().contentType()).isEqualTo("application/apply-patch+yaml");
        assertThat(sent().query()).containsEntry("fieldManager", "me").containsEntry("force", "true");
        assertThat(Json.parse(sent().body()))
                .isEqualTo(
                        Json.parse("{\"metadata\":{\"name\":\"web\"},\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"));
    }

    @Test
    void t42_aStatusIsPatchedThroughItsSubresourceWithThePreconditionOfTheVersion() {
        api.reply(200, "{}");
        client.mergePatch(
                CONFIG_MAPS,
                KEY,
                "status",
                Json.parse("{\"metadata\":{\"resourceVersion\":\"7\"},\"status\":{\"gone\":null}}"),
                "me");

        assertThat(sent().path()).endsWith("/configmaps/web/status");
        assertThat(sent().contentType()).isEqualTo("application/merge-patch+json");
        assertThat(sent().body()).isEqualTo("{\"metadata\":{\"resourceVersion\":\"7\"},\"status\":{\"gone\":null}}");
    }

    @Test
    void t46_aListGoesThroughAllPagesOfOneSnapshot() {
        api.reply(
                        200,
                        "{\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"more\",\"remainingItemCount\":1},"
                                + "\"items\":[{\"metadata\":{\"name\":\"a\"}}]}")
                .reply(200, "{\"items\":[{\"metadata\":{\"name\":\"b\"}}],\"metadata\":{\"resourceVersion\":\"9\"}}");
        var names = new ArrayList<String>();
        String version = client.list(
                ListQuery.all(CONFIG_MAPS).labelled("a=b").where("metadata.name=x"),
                item -> names.add(Json.text(item, "metadata", "name") + " " + Json.text(item, "kind")));

        assertThat(version).isEqualTo("9");
        assertThat(names).containsExactly("a ConfigMap", "b ConfigMap");
        assertThat(api.requests.get(0).query())
                .containsEntry("labelSelector", "a=b")
                .containsEntry("fieldSelector", "metadata.name=x")
                .doesNotContainKey("continue");
        assertThat(api.requests.get(1).query())
                .containsEntry("continue", "more")
                .containsEntry("labelSelector", "a=b");
    }

    @Test
    void itemsOfSeveralVersionsSayTheirOwn() {
        api.reply(
                200,
                "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[{\"metadata\":{\"name\":\"a\"}},"
                        + "{\"apiVersion\":\"v1beta1\",\"kind\":\"Old\",\"metadata\":{\"name\":\"b\"}}]}");
        var said = new ArrayList<String>();
        client.list(
                ListQuery.all(CONFIG_MAPS),
                item -> said.add(Json.text(item, "apiVersion") + " " + Json.text(item, "kind")));

        assertThat(said).containsExactly("v1 ConfigMap", "v1beta1 Old");
    }

    @Test
    void anEmptyListOfAServerInGoIsEmpty() {
        api.reply(200, "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":null}");

        assertThat(client.list(ListQuery.all(CONFIG_MAPS), item -> {})).isEqualTo("9");
    }

    @Test
    void t44_aListThatBreaksOffIsNoReply() {
        api.reply(200, "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[{\"metadata\":");

        assertThatThrownBy(() -> client.list(ListQuery.all(CONFIG_MAPS), item -> {}))
                .isInstanceOf(KubeApi.NoReplyException.class);
    }

    @Test
    void aListThatExpiredIsToldAsSuch() {
        api.reply(200, "{\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"more\"},\"items\":[]}")
                .reply(410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}");

        assertThatThrownBy(() -> client.list(ListQuery.all(CONFIG_MAPS), item -> {}))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.expired()).isTrue());
    }

    @Test
    void t47_fiveThousandPodsAreListedWithoutEverHoldingAPageAsATree() {
        String item = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"x\":\"" + "y".repeat(6600) + "\"}},";
        var body = new StringBuilder("{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[");
        for (int i = 0; i < 5000; i++) {
            body.append(item);
        }
        body.setLength(body.length() - 1);
        byte[] bytes = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        var count = new int[1];
        var one = new KubeApi() {
            @Override
            public ApiResponse send(ApiRequest request) {
                return new ApiResponse(200, Map.of(), new ByteArrayInputStream(bytes));
            }

            @Override
            public ApiWatch watch(ApiRequest request) {
                throw new UnsupportedOperationException();
            }
        };
        new KubeClient(one).list(ListQuery.all(CONFIG_MAPS), read -> count[0]++);

        assertThat(count[0]).isEqualTo(5000);
    }

    @Test
    void aJsonPatchAndAReplaceAreSentAsSuch() {
        api.reply(200, "{}").reply(200, "{}").reply(201, "{}");
        client.jsonPatch(CONFIG_MAPS, KEY, "", new JsonArray(), "me");
        client.replace(CONFIG_MAPS, KEY, Json.parse("{}"), "me");
        client.create(CONFIG_MAPS, "ns", Json.parse("{}"), "me");

        assertThat(api.requests)
                .extracting(request -> request.method() + " " + request.path() + " " + request.contentType())
                .isEqualTo(List.of(
                        "PATCH /api/v1/namespaces/ns/configmaps/web application/json-patch+json",
                        "PUT /api/v1/namespaces/ns/configmaps/web application/json",
                        "POST /api/v1/namespaces/ns/configmaps application/json"));
    }
}
