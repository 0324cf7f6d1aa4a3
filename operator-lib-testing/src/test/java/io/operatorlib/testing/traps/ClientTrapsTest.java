package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleList;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.kubernetes.client.openapi.models.V1EndpointsList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodList;
import io.kubernetes.client.openapi.models.V1PodStatus;
import io.kubernetes.client.util.ServerSideApply;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.options.DeleteOptions;
import io.kubernetes.client.util.generic.options.ListOptions;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that say less than was asked for, and failures that say nothing. */
class ClientTrapsTest {
    private static final KindRef PODS = BuiltInKinds.of(V1Pod.class);
    private static final KindRef ROLES = BuiltInKinds.of(V1ClusterRole.class);
    private static final ResourceKey POD = new ResourceKey("default", "p");

    private final TrapServer server = new TrapServer();
    private final KubeClient ours = new KubeClient(new ClientJavaKubeApi(server.client()));

    @AfterEach
    void end() {
        server.close();
    }

    private ApiRequest last() {
        return server.requests.get(server.requests.size() - 1);
    }

    @Test
    void t42_aStatusIsWrittenWhereThereWasNoneAndAConflictIsNoticed() {
        server.fault = (request, exchange) -> {
            TrapServer.reply(exchange, 200, "{\"metadata\":{\"name\":\"p\"}}");
            return true;
        };
        new GenericKubernetesApi<>(V1Pod.class, V1PodList.class, "", "v1", "pods", server.client())
                .updateStatus(
                        new V1Pod()
                                .metadata(new V1ObjectMeta()
                                        .namespace("default")
                                        .name("p")
                                        .resourceVersion("7")),
                        pod -> new V1PodStatus().phase("Running"));
        String theirs = last().body();
        server.fault = TrapServer.NONE;

        server.user.create(
                PODS,
                "default",
                Json.parse(
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"),
                "user");
        JsonObject read = ours.get(PODS, POD);
        JsonObject status = Json.parse("{\"metadata\":{},\"status\":{\"message\":\"first\"}}");
        status.getAsJsonObject("metadata").addProperty("resourceVersion", Json.resourceVersion(read));
        ours.mergePatch(PODS, POD, "status", status, "me");
        assertThat(Json.text(ours.get(PODS, POD), "status", "message")).isEqualTo("first");
        assertThatThrownBy(() -> ours.mergePatch(PODS, POD, "status", status, "me"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.conflict()).isTrue());
        SideBySide.tell("T42", theirs, status.toString());
    }

    @Test
    void t43_preconditionsAndPropagationReachTheServerForAClusterScopedKindToo() {
        server.fault = (request, exchange) -> {
            TrapServer.reply(exchange, 200, "{\"metadata\":{\"name\":\"r\"}}");
            return true;
        };
        var options = new DeleteOptions();
        options.setGracePeriodSeconds(5L);
        options.setPropagationPolicy("Foreground");
        new GenericKubernetesApi<>(
                        V1ClusterRole.class,
                        V1ClusterRoleList.class,
                        "rbac.authorization.k8s.io",
                        "v1",
                        "clusterroles",
                        server.client())
                .delete("r", options);
        String theirs = last().body();
        ours.delete(
                ROLES,
                new ResourceKey("", "r"),
                io.operatorlib.internal.kube.DeleteOptions.DEFAULT
                        .uid("u")
                        .grace(Duration.ofSeconds(5))
                        .propagation(io.operatorlib.internal.kube.DeleteOptions.Propagation.FOREGROUND));

        assertThat(Json.parse(last().body()).keySet())
                .contains("gracePeriodSeconds", "propagationPolicy", "preconditions");
        SideBySide.tell("T43", "\"" + theirs + "\"", last().body());
    }

    @Test
    void t44_aServerThatIsNotThereIsOneTypedException() {
        var maps = server.maps();
        server.close();
        Throwable theirs = catchThrowable(() -> maps.get("default", "m"));

        assertThatThrownBy(() -> ours.get(TrapServer.MAPS, new ResourceKey("default", "m")))
                .isInstanceOf(KubeApi.NoReplyException.class);
        SideBySide.tell("T44", theirs.getClass().getSimpleName(), "NoReplyException");
    }

    @Test
    void t45_thePluralIsDeclaredAndNotGuessed() {
        Throwable theirs = catchThrowable(() -> ServerSideApply.apply(
                server.client(),
                V1Endpoints.class,
                V1EndpointsList.class,
                new V1Endpoints()
                        .apiVersion("v1")
                        .kind("Endpoints")
                        .metadata(new V1ObjectMeta().namespace("default").name("e")),
                "me"));
        String guessed = server.requests.isEmpty() ? "no request" : last().path();
        ours.apply(
                BuiltInKinds.of(V1Endpoints.class),
                new ResourceKey("default", "e"),
                Json.parse("{\"metadata\":{\"name\":\"e\"}}"),
                "me",
                true);

        assertThat(last().path()).isEqualTo("/api/v1/namespaces/default/endpoints/e");
        SideBySide.tell("T45", guessed + (theirs == null ? "" : " " + theirs), last().path());
    }

    @Test
    void t46_aListCanBePagedAndAWatchHasBookmarks() throws InterruptedException {
        String theirs = Arrays.stream(ListOptions.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("set"))
                .map(name -> name.substring(3).toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" "));
        server.put("a", "1");
        String version = ours.list(ListQuery.all(TrapServer.MAPS).in("default"), map -> {});
        assertThat(last().query()).containsKey("limit");
        ours.watch(ListQuery.all(TrapServer.MAPS).in("default"), version, Duration.ofMinutes(1))
                .close();
        assertThat(last().query()).containsKeys("allowWatchBookmarks", "resourceVersion", "timeoutSeconds");
        SideBySide.tell("T46", "options " + theirs, "limit, continue, bookmarks, initial events");
    }
}
