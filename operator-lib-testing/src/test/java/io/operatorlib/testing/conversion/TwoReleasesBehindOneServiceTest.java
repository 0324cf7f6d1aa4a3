package io.operatorlib.testing.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A release that knows one version more than the other, side by side with it behind one Service. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class TwoReleasesBehindOneServiceTest {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final KindRef ENDPOINTS = new KindRef("", "v1", "Endpoints", "endpoints", true);
    private static final KindRef SLICES =
            new KindRef("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
    private static final ConversionWork.Pace QUICK =
            new ConversionWork.Pace(Duration.ofMillis(200), Duration.ofSeconds(1));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Kind<Websites.OldSite, Websites.Status> V0 =
            Kind.of("demo.operatorlib.io", "v0", "Website", Websites.OldSite.class, Websites.Status.class);
    private static final Crd OLDER = Websites.CRD.release("1.0.0");
    private static final Crd NEWER =
            Websites.CRD.spoke(CrdVersion.of(V0).preservingUnknown()).release("1.1.0");
    private static final Conversion<?, ?> NEWER_CONVERSION =
            Websites.CONVERSION.spoke(V0, Websites::toHub, Websites::fromHub);

    private final Scheduler scheduler = new RealScheduler();
    private final ApiServer server = ApiServer.create(scheduler);
    private final KubeApi api = server.as(Caller.ADMIN);
    private final KubeClient client = new KubeClient(api);
    private final ApiServerHttps https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback());
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicReference<String> failure = new AtomicReference<>("");
    private final List<ConversionWork> works = new ArrayList<>();
    private volatile boolean loaded = true;
    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        loaded = false;
        works.forEach(ConversionWork::close);
        https.close();
    }

    private ConversionWork start(Crd crd, Conversion<?, ?> conversion, String address) throws Exception {
        var settings = ConversionServer.behindService("websites")
                .in("default")
                .port(port)
                .converting(conversion);
        ConversionWork work =
                ConversionWork.start(settings, api, scheduler, List.of(crd), InetAddress.getByName(address), QUICK);
        works.add(work);
        return work;
    }

    private ConversionWork older(String address) throws Exception {
        return start(OLDER, Websites.CONVERSION, address);
    }

    private ConversionWork newer(String address) throws Exception {
        return start(NEWER, NEWER_CONVERSION, address);
    }

    private void register(ConversionWork work, Crd crd) throws InterruptedException {
        new CrdRegistrar(api, scheduler, "operator").register(work.prepared(crd));
    }

    private void behind(String... addresses) {
        String endpoints =
                Stream.of(addresses).map(address -> "{ip: '" + address + "'}").collect(Collectors.joining(","));
        client.apply(
                ENDPOINTS,
                new ResourceKey("default", "websites"),
                Json.parse("{metadata: {name: websites}, subsets: [{addresses: [" + endpoints + "], ports: [{port: "
                        + port + "}]}]}"),
                "test",
                true);
        String pods = Stream.of(addresses)
                .map(address -> "{addresses: ['" + address + "'], targetRef: {uid: '" + address + "'}}")
                .collect(Collectors.joining(","));
        client.apply(
                SLICES,
                new ResourceKey("default", "websites-1"),
                Json.parse("{metadata: {name: websites-1, labels: {'kubernetes.io/service-name': websites}},"
                        + " addressType: IPv4, endpoints: [" + pods + "], ports: [{name: '', port: " + port + "}]}"),
                "test",
                true);
    }

    private boolean serves(String version) {
        JsonObject live = client.get(CRDS, new ResourceKey("", OLDER.name()));
        return Json.objects(live, "spec", "versions").stream()
                .anyMatch(entry -> Json.text(entry, "name").equals(version) && Json.flag(entry, "served"));
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(scheduler.nanoTime()).as("waiting for " + what).isLessThan(end);
            scheduler.sleep(Duration.ofMillis(20));
        }
    }

    private boolean written(String version, String name) {
        var kind = new KindRef("demo.operatorlib.io", version, "Website", "websites", true);
        try {
            client.apply(
                    kind,
                    new ResourceKey("default", name),
                    Json.parse("{metadata: {name: " + name + "}, spec: {motto: wow}}"),
                    "test",
                    true);
            requests.incrementAndGet();
            return true;
        } catch (ApiException e) {
            failure.set(e.getMessage());
            return false;
        }
    }

    @Test
    void aVersionIsServedOnlyWhileBothConvertIt() throws Exception {
        behind("127.0.0.2");
        ConversionWork old = older("127.0.0.2");
        register(old, OLDER);
        await("the older release", old::ready);
        Scheduler.Task load = scheduler.fork("load", () -> {
            while (loaded && written("v1", "loaded")) {
                // all the while
            }
        });

        behind("127.0.0.2", "127.0.0.3");
        ConversionWork young = newer("127.0.0.3");
        register(young, NEWER);
        await("the newer release beside it", young::ready);
        assertThat(serves("v0")).as("the older one does not convert it").isFalse();
        behind("127.0.0.3");
        old.close();
        await("the newer release alone", () -> serves("v0"));
        await("what it converts", young::ready);
        String untilThen = failure.get();
        await("the version, once the API server has followed its definition", () -> written("v0", "first"));
        failure.set(untilThen);

        behind("127.0.0.3", "127.0.0.2");
        ConversionWork back = older("127.0.0.2");
        register(back, OLDER);
        await("the older release is back", back::ready);
        assertThat(serves("v0")).as("withdrawn before it answered").isFalse();
        behind("127.0.0.2");
        young.close();
        int before = requests.get();
        await(
                "load on the older one alone",
                () -> requests.get() > before + 20 || !failure.get().isEmpty());
        assertThat(serves("v0")).isFalse();

        loaded = false;
        load.join(PATIENCE);
        assertThat(failure.get()).isEmpty();
        assertThat(requests.get()).isGreaterThan(20);
    }

    @Test
    void whoDoesNotAnswerLetsNoVersionBeServedAndTakesNoneAway() throws Exception {
        behind("127.0.0.2");
        ConversionWork old = older("127.0.0.2");
        register(old, OLDER);
        await("the older release", old::ready);
        old.close();
        behind("127.0.0.3", "127.0.0.9");
        ConversionWork young = newer("127.0.0.3");
        register(young, NEWER);
        await("the newer release", young::ready);
        assertThat(serves("v1")).isTrue();
        assertThat(serves("v0")).isFalse();
        behind("127.0.0.3");
        await("the silent one is gone", () -> serves("v0"));
    }
}
