package io.operatorlib.testing.apiproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.operatorlib.KubeApis;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.apiserver.http.HttpsEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a proxy does to requests and watches, as a client of the API server sees it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class ApiProxyTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Far longer than an event takes that nothing holds back. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    private final ApiServer server = ApiServer.create(new RealScheduler());
    private final ApiServerHttps https =
            ApiServerHttps.start(server, new RealScheduler(), ApiServerHttps.Listen.loopback());
    private final List<String> arrived = new CopyOnWriteArrayList<>();

    private final Path folder;
    private ApiProxy proxy;
    private KubeApi client;

    ApiProxyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void begin() {
        https.writeKubeconfig(folder.resolve("admin"));
        proxy = ApiProxy.before(folder.resolve("admin"));
        proxy.writeKubeconfig(folder.resolve("proxied"));
        client = KubeApis.fromKubeconfig(folder.resolve("proxied"));
        server.observe(request -> arrived.add(request.verb() + " " + request.name()));
    }

    @AfterEach
    void end() {
        proxy.close();
        https.close();
    }

    // ---- requests ----

    @Test
    void whatNoRuleConcernsPassesAsItCame() {
        String long_ = "x".repeat(200_000);
        assertThat(post("a", long_)).isEqualTo(201);
        try (var list = client.send(ApiRequest.of(Method.GET, MAPS).with("labelSelector", "a in (b, c)"))) {
            assertThat(Json.list(Json.parse(list.text()), "items")).isEmpty();
        }
        try (var whole = client.send(ApiRequest.of(Method.GET, MAPS))) {
            assertThat(whole.text()).contains(long_);
        }
        try (var groups = client.send(ApiRequest.of(Method.GET, "/apis"))) {
            assertThat(groups.text()).contains("APIGroupList");
        }
        assertThat(status(ApiRequest.of(Method.GET, MAPS + "/none"))).isEqualTo(404);
    }

    @Test
    void whoHasATokenActsByThatAndNothingElse() {
        https.token("secret", Caller.user("nobody-special"));
        HttpsEndpoint.write(folder.resolve("token"), proxy.kubeconfig("secret"));
        HttpsEndpoint.write(folder.resolve("wrong"), proxy.kubeconfig("guessed"));
        var get = ApiRequest.of(Method.GET, MAPS);
        try (var reply = KubeApis.fromKubeconfig(folder.resolve("token")).send(get)) {
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).contains("nobody-special");
        }
        try (var reply = KubeApis.fromKubeconfig(folder.resolve("wrong")).send(get)) {
            assertThat(reply.status()).isEqualTo(401);
        }
    }

    @Test
    void aRefusedRequestNeverReachesTheServer() {
        proxy.onWrites().nth(2).meet(ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(7)));
        assertThat(post("a", "")).isEqualTo(201);
        try (var reply = client.send(creation("b", ""))) {
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.headers()).containsEntry("retry-after", "7");
            assertThat(reply.text()).contains("TooManyRequests");
        }
        assertThat(post("c", "")).isEqualTo(201);
        assertThat(arrived).containsExactly("create a", "create c");
    }

    @Test
    void aLostReplyIsOneToARequestThatWasCarriedOut() {
        var rule = proxy.on("create", "configmaps").meet(ApiFault.LoseReplies.ofWrites());
        assertThatExceptionOfType(KubeApi.NoReplyException.class).isThrownBy(() -> post("a", ""));
        assertThat(arrived).containsExactly("create a");
        assertThat(rule.met()).isEqualTo(1);
        rule.end();
        assertThat(post("a", "")).isEqualTo(409);
    }

    @Test
    void theHookOfTheNthWriteRunsBetweenItsEffectAndItsReply() {
        var called = new ArrayList<String>();
        proxy.onWrites().nth(2).then(call -> called.add(call.name() + status(MAPS + "/b") + arrived.size()));
        post("a", "");
        assertThat(post("a", "")).as("does not count, for it is refused").isEqualTo(409);
        post("b", "");
        post("c", "");
        assertThat(called).hasSize(1);
        assertThat(called.get(0)).endsWith("2004");
    }

    @Test
    void whoIsKilledBeforeAWriteHasNotWrittenAndWhoIsKilledAfterItHas() {
        var killed = new ArrayList<String>();
        proxy.on(call -> call.mutating() && call.resource().equals("configmaps"))
                .nth(1)
                .crashBefore(() -> killed.add("before"));
        proxy.on(Call::mutating).nth(1).crashAfter(() -> killed.add("after"));
        assertThatExceptionOfType(KubeApi.NoReplyException.class).isThrownBy(() -> post("a", ""));
        assertThat(arrived).isEmpty();
        assertThatExceptionOfType(KubeApi.NoReplyException.class).isThrownBy(() -> post("b", ""));
        assertThat(arrived).containsExactly("create b");
        assertThat(killed).containsExactly("before", "after");
    }

    @Test
    void cutOffNobodyIsAnsweredUntilItIsHealed() {
        proxy.begin(new ApiFault.Partition());
        var get = ApiRequest.of(Method.GET, MAPS).within(SILENCE);
        assertThatExceptionOfType(KubeApi.NoReplyException.class).isThrownBy(() -> client.send(get));
        assertThat(arrived).isEmpty();
        proxy.end(new ApiFault.Partition());
        assertThat(status(MAPS)).isEqualTo(200);
    }

    @Test
    void requestsAndRepliesAreLateByAsMuchAsIsSaid() {
        proxy.begin(new ApiFault.Delay(SILENCE));
        proxy.begin(new ApiFault.SlowReplies(SILENCE));
        long begin = System.nanoTime();
        assertThat(status(MAPS)).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(SILENCE.multipliedBy(2));
    }

    // ---- watches ----

    @Test
    void aWatchIsCutAfterAsManyEventsAsWereSaidAndTheNextIsNot() throws Exception {
        proxy.on("watch", "configmaps").first(1).afterEvents(2).meet(new ApiFault.CutWatches());
        try (var first = watch();
                var second = watch()) {
            post("a", "");
            post("b", "");
            post("c", "");
            assertThat(event(first)).isEqualTo("ADDED a");
            assertThat(event(first)).isEqualTo("ADDED b");
            assertThat(event(first)).isEqualTo("ended");
            event(second);
            event(second);
            assertThat(event(second)).isEqualTo("ADDED c");
        }
    }

    @Test
    void aFrozenWatchStaysOpenAndWhatWasHeldBackComesInTheEnd() throws Exception {
        try (var watch = watch()) {
            post("a", "");
            assertThat(event(watch)).isEqualTo("ADDED a");
            proxy.begin(new ApiFault.FreezeWatches());
            post("b", "");
            assertThat(watch.next(SILENCE)).isEqualTo(new ApiWatch.Idle());
            proxy.end(new ApiFault.FreezeWatches());
            assertThat(event(watch)).isEqualTo("ADDED b");
        }
    }

    @Test
    void skippedEventsNeverComeAndThePlaceIsForgotten() throws Exception {
        try (var watch = watch()) {
            proxy.begin(new ApiFault.SkipEvents());
            post("a", "");
            assertThat(watch.next(SILENCE)).isEqualTo(new ApiWatch.Idle());
            proxy.heal();
            assertThat(event(watch)).isEqualTo("ERROR 410");
            assertThat(event(watch)).isEqualTo("ended");
        }
    }

    @Test
    void aVersionIsForgottenByTheStatusOfAWatchOrInItsMidst() throws Exception {
        proxy.on("watch", "configmaps").first(1).afterEvents(1).meet(ApiFault.Refuse.expired());
        try (var watch = watch()) {
            post("a", "");
            assertThat(event(watch)).isEqualTo("ADDED a");
            assertThat(event(watch)).isEqualTo("ERROR 410");
            assertThat(event(watch)).isEqualTo("ended");
        }
        proxy.begin(ApiFault.Refuse.expired());
        try (var watch = watch()) {
            assertThat(watch.status()).isEqualTo(410);
            assertThat(watch.refusal()).contains("Expired");
        }
    }

    @Test
    void aPartitionBreaksWatchesThatAreOpen() throws Exception {
        try (var watch = watch()) {
            proxy.begin(new ApiFault.Partition());
            assertThat(event(watch)).isEqualTo("ended");
        }
    }

    @Test
    void whatCannotBeDoneToARealServerIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> proxy.begin(new ApiFault.OldView(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.on("watch", "configmaps").afterEvents(1).crashAfter(() -> {}));
    }

    // ---- a client ----

    private static ApiRequest creation(String name, String text) {
        return ApiRequest.of(Method.POST, MAPS)
                .withBody(
                        "application/json",
                        "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"text\":\"" + text + "\"}}");
    }

    private int post(String name, String text) {
        return status(creation(name, text));
    }

    private int status(String path) {
        return status(ApiRequest.of(Method.GET, path));
    }

    private int status(ApiRequest request) {
        try (var reply = client.send(request)) {
            return reply.status();
        }
    }

    private ApiWatch watch() {
        return client.watch(
                ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("resourceVersion", revision()));
    }

    private String revision() {
        try (var list = server.as(Caller.ADMIN).send(ApiRequest.of(Method.GET, MAPS))) {
            return Json.text(Json.parse(list.text()), "metadata", "resourceVersion");
        }
    }

    private static String event(ApiWatch watch) throws InterruptedException {
        var next = watch.next(LONG);
        if (!(next instanceof ApiWatch.Line line)) {
            return next instanceof ApiWatch.Ended ? "ended" : "silent";
        }
        var event = Json.parse(line.json());
        String type = Json.text(event, "type");
        return type + " "
                + (type.equals("ERROR")
                        ? Json.number(0, event, "object", "code")
                        : Json.text(event, "object", "metadata", "name"));
    }
}
