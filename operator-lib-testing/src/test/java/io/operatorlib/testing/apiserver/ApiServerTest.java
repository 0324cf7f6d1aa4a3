package io.operatorlib.testing.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiServerTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final StillScheduler scheduler = new StillScheduler();
    private final ApiServer server = ApiServer.create(scheduler);
    private final KubeApi api = server.as(Caller.ADMIN);

    private JsonObject send(Method method, String path, String body) {
        String type = method == Method.PATCH ? "application/merge-patch+json" : "application/json";
        ApiResponse response = api.send(ApiRequest.of(method, path).withBody(type, body.replace('\'', '"')));
        return JsonParser.parseString(response.text()).getAsJsonObject();
    }

    private JsonObject map(String name) {
        return send(
                Method.POST,
                MAPS,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name + "'},'data':{'a':'b'}}");
    }

    private static List<String> events(ApiWatch watch) throws InterruptedException {
        var events = new ArrayList<String>();
        while (watch.next(Duration.ofMillis(1)) instanceof ApiWatch.Line line) {
            JsonObject event = JsonParser.parseString(line.json()).getAsJsonObject();
            JsonObject meta = event.getAsJsonObject("object").getAsJsonObject("metadata");
            events.add(event.get("type").getAsString() + " "
                    + (meta.has("name") ? meta.get("name").getAsString() : "") + " "
                    + (meta.has("resourceVersion") ? meta.get("resourceVersion").getAsString() : ""));
        }
        return events;
    }

    @Test
    void aCreatedObjectHasANameAUidATimeAndARevision() {
        JsonObject meta = map("one").getAsJsonObject("metadata");
        assertThat(meta.get("name").getAsString()).isEqualTo("one");
        assertThat(meta.get("namespace").getAsString()).isEqualTo("default");
        assertThat(meta.get("creationTimestamp").getAsString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(meta.get("resourceVersion").getAsString()).isEqualTo(Long.toString(server.revision()));
        assertThat(meta.get("uid").getAsString()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f-]{16}");
    }

    @Test
    void aWatchTellsWhatCameAfterItsRevisionInOrder() throws InterruptedException {
        map("one");
        long from = server.revision();
        map("two");
        send(Method.PATCH, MAPS + "/one", "{'data':{'a':'c'}}");
        send(Method.DELETE, MAPS + "/two", "");
        ApiWatch watch = api.watch(
                ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("resourceVersion", Long.toString(from)));
        assertThat(events(watch))
                .containsExactly("ADDED two " + (from + 1), "MODIFIED one " + (from + 2), "DELETED two " + (from + 3));
        watch.close();
        assertThat(watch.next(Duration.ofMillis(1))).isInstanceOf(ApiWatch.Ended.class);
    }

    @Test
    void aCustomKindIsServedOnceItsDefinitionIsStoredAndGoesWithIt() {
        String path = "/apis/demo.io/v1/namespaces/default/greetings";
        assertThat(api.send(ApiRequest.of(Method.GET, path)).status()).isEqualTo(404);
        send(
                Method.POST,
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':"
                        + "'greetings.demo.io'},'spec':{'group':'demo.io','scope':'Namespaced','names':{'plural':"
                        + "'greetings','kind':'Greeting'},'versions':[{'name':'v1','served':true,'storage':true,"
                        + "'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object',"
                        + "'x-kubernetes-preserve-unknown-fields':true}}}]}}");
        JsonObject greeting = send(
                Method.POST,
                path,
                "{'apiVersion':'demo.io/v1','kind':'Greeting','metadata':{'name':'hi'},'spec':{'text':'x'}}");
        assertThat(greeting.getAsJsonObject("metadata").get("generation").getAsLong())
                .isEqualTo(1);
        JsonObject changed = send(Method.PATCH, path + "/hi", "{'spec':{'text':'y'}}");
        assertThat(changed.getAsJsonObject("metadata").get("generation").getAsLong())
                .isEqualTo(2);
        JsonObject status = send(Method.PATCH, path + "/hi/status", "{'spec':{'text':'z'},'status':{'pages':1}}");
        assertThat(status.getAsJsonObject("spec").get("text").getAsString()).isEqualTo("y");
        assertThat(status.getAsJsonObject("status").get("pages").getAsInt()).isEqualTo(1);
        assertThat(send(Method.GET, path, "").getAsJsonArray("items")).hasSize(1);
        send(Method.DELETE, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/greetings.demo.io", "");
        assertThat(api.send(ApiRequest.of(Method.GET, path)).status()).isEqualTo(404);
    }

    @Test
    void aFinalizerHoldsADeletedObjectUntilItIsTakenAway() throws InterruptedException {
        map("one");
        send(Method.PATCH, MAPS + "/one", "{'metadata':{'finalizers':['demo.io/hold']}}");
        long from = server.revision();
        JsonObject deleted = send(Method.DELETE, MAPS + "/one", "");
        assertThat(deleted.getAsJsonObject("metadata").has("deletionTimestamp")).isTrue();
        assertThat(map("one").get("message").getAsString())
                .isEqualTo("object is being deleted: configmaps \"one\" already exists");
        send(Method.PATCH, MAPS + "/one", "{'metadata':{'finalizers':null}}");
        assertThat(send(Method.GET, MAPS + "/one", "").get("code").getAsInt()).isEqualTo(404);
        ApiWatch watch = api.watch(
                ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("resourceVersion", Long.toString(from)));
        assertThat(events(watch)).containsExactly("MODIFIED one " + (from + 1), "DELETED one " + (from + 2));
    }

    @Test
    void aPodThatItsKubeletRemovesAtTheMarkWasDeletedAllTheSame() {
        String pods = "/api/v1/namespaces/default/pods";
        send(
                Method.POST,
                pods,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'done'},'spec':{'nodeName':'node1','containers':["
                        + "{'name':'main','image':'busybox:1'}]}}");
        send(Method.PATCH, pods + "/done/status", "{'status':{'phase':'Succeeded'}}");
        var removals = new ArrayList<Integer>();
        scheduler.atEachOpening(() -> {
            if (removals.isEmpty()) {
                removals.add(0);
                var now = ApiRequest.of(Method.DELETE, pods + "/done").with("gracePeriodSeconds", "0");
                removals.set(0, api.send(now).status());
            }
        });
        ApiResponse response = api.send(ApiRequest.of(Method.DELETE, pods + "/done"));
        assertThat(removals).containsExactly(200);
        assertThat(response.status()).isEqualTo(200);
        assertThat(api.send(ApiRequest.of(Method.GET, pods + "/done")).status()).isEqualTo(404);
    }

    @Test
    void aListComesInPagesOfOneRevision() {
        map("one");
        map("two");
        map("three");
        JsonObject first = JsonParser.parseString(
                        api.send(ApiRequest.of(Method.GET, MAPS).with("limit", "2"))
                                .text())
                .getAsJsonObject();
        map("four");
        String token = first.getAsJsonObject("metadata").get("continue").getAsString();
        JsonObject second = JsonParser.parseString(api.send(ApiRequest.of(Method.GET, MAPS)
                                .with("limit", "2")
                                .with("continue", token))
                        .text())
                .getAsJsonObject();
        assertThat(first.getAsJsonArray("items")).hasSize(2);
        assertThat(second.getAsJsonArray("items")).hasSize(1);
        assertThat(second.getAsJsonObject("metadata").get("resourceVersion"))
                .isEqualTo(first.getAsJsonObject("metadata").get("resourceVersion"));
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheRevision() {
        map("one");
        long before = server.revision();
        JsonObject same = send(Method.GET, MAPS + "/one", "");
        send(Method.PUT, MAPS + "/one", same.toString());
        assertThat(server.revision()).isEqualTo(before);
        assertThat(server.requests().get(server.requests().size() - 1).changed())
                .isFalse();
    }

    private JsonObject apply(String manager, String json, boolean force) {
        ApiRequest request = ApiRequest.of(Method.PATCH, MAPS + "/one")
                .with("fieldManager", manager)
                .withBody("application/apply-patch+yaml", json.replace('\'', '"'));
        return JsonParser.parseString(api.send(force ? request.with("force", "true") : request)
                        .text())
                .getAsJsonObject();
    }

    @Test
    void anApplyThatChangesNothingKeepsTheRevision() {
        String one = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'one'},'data':{'a':'1','b':'2'}}";
        apply("mine", one, false);
        long before = server.revision();
        apply("mine", one, false);
        assertThat(server.revision()).isEqualTo(before);
    }

    @Test
    void whatIsNoLongerAppliedLeavesTheObjectUnlessOthersOwnIt() {
        apply("mine", "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'1','b':'2','c':'3'}}", false);
        apply("theirs", "{'apiVersion':'v1','kind':'ConfigMap','data':{'b':'2'}}", false);
        JsonObject left = apply("mine", "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'1'}}", false);
        assertThat(left.getAsJsonObject("data").keySet()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void anApplyOfWhatAnotherOwnsConflictsUnlessItIsForced() {
        apply("mine", "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'1'}}", false);
        JsonObject refusal = apply("theirs", "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'2'}}", false);
        assertThat(refusal.get("message").getAsString())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"mine\": .data.a");
        JsonObject forced = apply("theirs", "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'2'}}", true);
        assertThat(forced.getAsJsonObject("data").get("a").getAsString()).isEqualTo("2");
        assertThat(forced.getAsJsonObject("metadata").getAsJsonArray("managedFields"))
                .hasSize(1);
    }

    @Test
    void aCallerMayDoWhatARoleAllowsAndNothingElse() {
        KubeApi user = server.as(Caller.serviceAccount("default", "robot"));
        ApiResponse refused = user.send(ApiRequest.of(Method.GET, MAPS));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text())
                .contains(
                        "configmaps is forbidden: User \\\"system:serviceaccount:default:robot\\\" cannot list resource"
                                + " \\\"configmaps\\\" in API group \\\"\\\" in the namespace \\\"default\\\"");
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        send(
                Method.POST,
                rbac + "roles",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'reader'},'rules':["
                        + "{'apiGroups':[''],'resources':['configmaps'],'verbs':['list']}]}");
        send(
                Method.POST,
                rbac + "rolebindings",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'RoleBinding','metadata':{'name':'reader'},"
                        + "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'reader'},"
                        + "'subjects':[{'kind':'ServiceAccount','name':'robot'}]}");
        assertThat(user.send(ApiRequest.of(Method.GET, MAPS)).status()).isEqualTo(200);
        assertThat(user.send(ApiRequest.of(Method.DELETE, MAPS + "/one")).status())
                .isEqualTo(403);
    }

    @Test
    void aWatchFromAForgottenRevisionIsToldSoInTheStreamAndEnds() throws InterruptedException {
        map("one");
        map("two");
        server.compact();
        ApiWatch watch =
                api.watch(ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("resourceVersion", "2"));
        assertThat(watch.status()).isEqualTo(200);
        assertThat(watch.next(Duration.ofMillis(1)))
                .isInstanceOfSatisfying(
                        ApiWatch.Line.class,
                        line -> assertThat(line.json())
                                .startsWith("{\"type\":\"ERROR\"")
                                .contains("\"reason\":\"Expired\"", "\"code\":410"));
        assertThat(watch.next(Duration.ofMillis(1))).isInstanceOf(ApiWatch.Ended.class);
    }

    @Test
    void aPageOfAForgottenRevisionComesWithATokenForTheRest() {
        map("one");
        map("three");
        map("two");
        JsonObject first = page("limit", "1");
        map("four");
        server.compact();
        JsonObject expired = page("continue", token(first));
        assertThat(expired.get("code").getAsInt()).isEqualTo(410);
        JsonObject rest = page("continue", token(expired));
        assertThat(rest.getAsJsonArray("items")).hasSize(2);
    }

    private JsonObject page(String name, String value) {
        return JsonParser.parseString(api.send(ApiRequest.of(Method.GET, MAPS).with(name, value))
                        .text())
                .getAsJsonObject();
    }

    private static String token(JsonObject list) {
        return list.getAsJsonObject("metadata").get("continue").getAsString();
    }

    @Test
    void aWatchEndsWhenItsTimeIsUp() throws InterruptedException {
        ApiWatch watch =
                api.watch(ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("timeoutSeconds", "5"));
        assertThat(watch.next(Duration.ofSeconds(4))).isInstanceOf(ApiWatch.Idle.class);
        assertThat(watch.next(Duration.ofSeconds(4))).isInstanceOf(ApiWatch.Ended.class);
    }

    @Test
    void bookmarksComeEachMinuteToWhomAsksForThem() throws InterruptedException {
        map("one");
        ApiWatch watch = api.watch(ApiRequest.of(Method.GET, MAPS)
                .with("watch", "true")
                .with("resourceVersion", Long.toString(server.revision()))
                .with("allowWatchBookmarks", "true"));
        assertThat(watch.next(Duration.ofMinutes(2)))
                .isInstanceOfSatisfying(
                        ApiWatch.Line.class,
                        line -> assertThat(line.json()).contains("\"BOOKMARK\"", "\"" + server.revision() + "\""));
    }

    @Test
    void aTokenThatWasRequestedNamesItsServiceAccountUntilThatIsGone() {
        String accounts = "/api/v1/namespaces/default/serviceaccounts";
        send(Method.POST, accounts, "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'robot'}}");
        JsonObject reply = send(
                Method.POST,
                accounts + "/robot/token",
                "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{}}");
        String token = reply.getAsJsonObject("status").get("token").getAsString();
        assertThat(server.caller(token)).contains(Caller.serviceAccount("default", "robot"));
        send(Method.DELETE, accounts + "/robot", "");
        assertThat(server.caller(token)).isEmpty();
    }
}
