package io.operatorlib.testing.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** A story of an operator's webhook outside of the cluster, told on any API server. */
final class WebhookTrial {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final KindRef SECRETS = new KindRef("", "v1", "Secret", "secrets", true);
    private static final KindRef V1 = KindRef.of(Websites.V1);
    private static final KindRef V2 = KindRef.of(Websites.V2);
    private static final ResourceKey CRD = new ResourceKey("", Websites.CRD.name());
    private static final ResourceKey SECRET = new ResourceKey("default", "websites-webhook");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ConversionWork.Pace QUICK =
            new ConversionWork.Pace(Duration.ofMillis(200), Duration.ofSeconds(3));

    /** So old that certificates made then are due, and still good: the authority's and the server's. */
    private static final Duration AGO = Duration.ofDays(500);

    private final KubeApi api;
    private final KubeClient client;
    private final Clock clock = new Clock(new RealScheduler());
    private final ConversionServer settings;
    private final StringBuilder report = new StringBuilder();

    WebhookTrial(KubeApi api) throws IOException {
        this.api = api;
        this.client = new KubeClient(api);
        this.settings = settings(freePort());
    }

    private static ConversionServer settings(int port) {
        return ConversionServer.at("https://127.0.0.1:" + port, SECRET.name())
                .in("default")
                .converting(Websites.CONVERSION)
                .validity(Duration.ofDays(730), Duration.ofDays(700));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A clock that can be put back. */
    private static final class Clock implements Scheduler {
        private final Scheduler real;
        private volatile Duration offset = Duration.ZERO;

        Clock(Scheduler real) {
            this.real = real;
        }

        @Override
        public Instant now() {
            return real.now().plus(offset);
        }

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public RandomGenerator random() {
            return real.random();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            real.sleep(time);
        }

        @Override
        public Gate gate() {
            return real.gate();
        }

        @Override
        public Task fork(String name, Runnable body) {
            return real.fork(name, body);
        }
    }

    private ConversionWork work() {
        return ConversionWork.start(
                settings, api, clock, List.of(Websites.CRD), InetAddress.getLoopbackAddress(), QUICK);
    }

    /** Tells all of it; what took how long is said. */
    String tell() throws Exception {
        clock.offset = AGO.negated();
        long begin = System.nanoTime();
        try (ConversionWork work = work()) {
            client.apply(CRDS, CRD, Json.parse(work.prepared(Websites.CRD).json()), "trial", true);
            await("the first conversion", begin, work::ready);
            objectsAreServedInEachVersion();
            listsAreServedInEachVersion();
            whatIsResetIsRepaired(work);
            certificatesAreRotatedUnderLoad();
        }
        whoStartsWithExpiredCertificatesReplacesThem();
        twoReplicasShareTheirCertificates();
        return report.toString();
    }

    private void await(String what, long since, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(end);
            clock.sleep(Duration.ofMillis(20));
        }
        report.append(what)
                .append(" after ")
                .append(Duration.ofNanos(System.nanoTime() - since).toMillis())
                .append(" ms\n");
    }

    private static JsonObject website(String name, String spec) {
        return Json.parse("{metadata: {name: '" + name + "'}, spec: " + spec + "}");
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("default", name);
    }

    private void objectsAreServedInEachVersion() {
        client.create(V1, "default", website("old", "{size: 2, motto: wow, any: {thing: [1]}}"), "trial");
        assertThat(Json.object(client.get(V2, key("old")), "spec")).isEqualTo(Json.parse("{replicas: 2}"));
        assertThat(Json.object(client.get(V1, key("old")), "spec"))
                .isEqualTo(Json.parse("{size: 2, motto: wow, any: {thing: [1]}}"));
        client.create(V2, "default", website("new", "{replicas: 2, theme: dark}"), "trial");
        client.mergePatch(V1, key("new"), Json.parse("{spec: {size: 3}}"), "trial");
        client.apply(V1, key("new"), website("new", "{motto: wow}"), "applier", true);
        assertThat(Json.object(client.get(V2, key("new")), "spec")).isEqualTo(Json.parse("{replicas: 3, theme: dark}"));
        assertThat(Json.object(client.get(V1, key("new")), "spec")).isEqualTo(Json.parse("{size: 3, motto: wow}"));
        client.delete(V1, key("old"), DeleteOptions.DEFAULT);
        assertThat(client.find(V2, key("old"))).isEmpty();
    }

    private void listsAreServedInEachVersion() {
        int objects = Integer.getInteger("operatorlib.conversion.list", 200);
        for (int i = 0; i < objects; i++) {
            client.create(i % 2 == 0 ? V1 : V2, "default", website("site-" + i, "{theme: dark, motto: wow}"), "trial");
        }
        for (KindRef version : List.of(V1, V2)) {
            long begin = System.nanoTime();
            var seen = new ArrayList<String>();
            client.list(ListQuery.all(version).in("default"), object -> seen.add(Json.text(object, "apiVersion")));
            assertThat(seen).hasSize(objects + 1).containsOnly(version.apiVersion());
            report.append("a list of ")
                    .append(seen.size())
                    .append(" at ")
                    .append(version.version())
                    .append(" after ")
                    .append(Duration.ofNanos(System.nanoTime() - begin).toMillis())
                    .append(" ms\n");
        }
    }

    private boolean converts() {
        try {
            client.send(ApiRequest.of(ApiRequest.Method.POST, V1.collection("default"))
                    .with("dryRun", "All")
                    .withBody(
                            "application/json",
                            "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Website\",\"metadata\":"
                                    + "{\"generateName\":\"try-\"},\"spec\":{\"motto\":\"wow\"}}"));
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    private void whatIsResetIsRepaired(ConversionWork work) throws InterruptedException {
        String certificates = Json.text(client.get(SECRETS, SECRET), "data", "tls.crt");
        client.mergePatch(
                CRDS, CRD, Json.parse("{spec: {conversion: {webhook: {clientConfig: {caBundle: null}}}}}"), "vandal");
        long wiped = System.nanoTime();
        await("a wiped bundle repaired", wiped, () -> bundle().length() > 10 && converts());
        await("readiness after that", wiped, work::ready);
        client.mergePatch(CRDS, CRD, Json.parse("{spec: {conversion: {strategy: None, webhook: null}}}"), "vandal");
        long reset = System.nanoTime();
        await("a reset strategy repaired", reset, () -> bundle().length() > 10 && converts());
        client.delete(SECRETS, SECRET, DeleteOptions.DEFAULT);
        long deleted = System.nanoTime();
        await(
                "a deleted Secret written again",
                deleted,
                () -> client.find(SECRETS, SECRET).isPresent());
        assertThat(Json.text(client.get(SECRETS, SECRET), "data", "tls.crt")).isEqualTo(certificates);
        assertThat(converts()).isTrue();
    }

    private String bundle() {
        return Json.text(client.get(CRDS, CRD), "spec", "conversion", "webhook", "clientConfig", "caBundle");
    }

    private void certificatesAreRotatedUnderLoad() throws InterruptedException {
        var failure = new AtomicReference<String>("");
        var done = new AtomicReference<Boolean>(false);
        var count = new AtomicReference<Integer>(0);
        Scheduler.Task load = clock.fork("load", () -> {
            while (!done.get()) {
                if (!converts()) {
                    failure.set("a request failed after " + count.get());
                    return;
                }
                count.set(count.get() + 1);
            }
        });
        String bundle = bundle();
        long begin = System.nanoTime();
        clock.offset = Duration.ZERO;
        await("both authorities trusted", begin, () -> bundle().length() > bundle.length() * 3 / 2);
        // the new certificate is served a while later: the load goes on until long after
        int before = count.get();
        clock.sleep(QUICK.heard().multipliedBy(3));
        await(
                "load served meanwhile",
                begin,
                () -> count.get() > before || !failure.get().isEmpty());
        done.set(true);
        load.join(PATIENCE);
        assertThat(failure.get()).isEmpty();
        report.append("requests during the rotation: ").append(count.get()).append(", none failed\n");
    }

    private void whoStartsWithExpiredCertificatesReplacesThem() throws InterruptedException {
        clock.offset = Duration.ofDays(-2000);
        client.delete(SECRETS, SECRET, DeleteOptions.DEFAULT);
        try (ConversionWork past = work()) {
            await(
                    "old certificates",
                    System.nanoTime(),
                    () -> !past.ready() && client.find(SECRETS, SECRET).isPresent());
        }
        String expired = Json.text(client.get(SECRETS, SECRET), "data", "tls.crt");
        clock.offset = Duration.ZERO;
        long begin = System.nanoTime();
        try (ConversionWork work = work()) {
            await("expired certificates replaced, and a conversion", begin, () -> work.ready() && converts());
        }
        assertThat(Json.text(client.get(SECRETS, SECRET), "data", "tls.crt")).isNotEqualTo(expired);
    }

    private void twoReplicasShareTheirCertificates() throws Exception {
        client.delete(SECRETS, SECRET, DeleteOptions.DEFAULT);
        var other = settings(freePort());
        long begin = System.nanoTime();
        try (ConversionWork one = work();
                ConversionWork two =
                        ConversionWork.start(other, api, clock, List.of(), InetAddress.getLoopbackAddress(), QUICK)) {
            await("two racing replicas, and a conversion", begin, () -> one.ready() && two.ready() && converts());
        }
    }
}
