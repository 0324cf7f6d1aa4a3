package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdException;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.StorageMigration;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CoreOS's definitions, with all manifests of the corpus stored in them, become this operator's: told on any API server
 * that has neither.
 */
final class OldManifestsTrial {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ConversionWork.Pace QUICK =
            new ConversionWork.Pace(Duration.ofMillis(200), Duration.ofSeconds(3));
    private static final int LIST = Integer.getInteger("operatorlib.conversion.list", 200);

    private final KubeApi api;
    private final KubeClient client;
    private final Scheduler scheduler = new RealScheduler();
    private final ConversionServer webhook;
    private final List<OldManifests.Manifest> corpus = OldManifests.all();
    private final StringBuilder report = new StringBuilder();

    OldManifestsTrial(KubeApi api) throws IOException {
        this.api = api;
        this.client = new KubeClient(api);
        var url = ConversionServer.at("https://127.0.0.1:" + freePort(), "old-manifests")
                .in("default");
        for (var conversion : Definitions.WEBHOOK.conversions()) {
            url = url.converting(conversion);
        }
        this.webhook = url;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static KindRef at(Crd crd, String version) {
        return new KindRef(
                EtcdCluster.GROUP, version, crd.kind().kind(), crd.kind().plural(), true);
    }

    private static KindRef at(OldManifests.Manifest manifest, String version) {
        return Definitions.ALL.stream()
                .filter(crd -> crd.kind().kind().equals(manifest.kind()))
                .map(crd -> at(crd, version))
                .findFirst()
                .orElseThrow();
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("default", name);
    }

    /** Tells all of it; what took how long is said. */
    String tell() throws Exception {
        storeAsCoreosDid();
        try (var work = ConversionWork.start(
                webhook, api, scheduler, Definitions.ALL, InetAddress.getLoopbackAddress(), QUICK)) {
            takeOver(work);
            await("the API server has converted each kind", work::ready);
            eachIsReadAsItWasStored("stored by CoreOS's operator");
            storeAnew();
            eachIsReadAsItWasStored("stored anew");
            eachIsReadAsItIsWrittenNow();
            listsOfMixedObjects();
        }
        withoutAnyReplica();
        return report.toString();
    }

    private void storeAsCoreosDid() {
        for (Crd crd : Definitions.ALL) {
            String plural = crd.kind().plural();
            client.create(
                    CRDS,
                    "",
                    Json.parse("""
                    {"metadata": {"name": "%1$s.%2$s"}, "spec": {"group": "%2$s", "scope": "Namespaced",
                     "names": {"kind": "%3$s", "listKind": "%3$sList", "plural": "%1$s", "singular": "%4$s"},
                     "versions": [{"name": "v1beta2", "served": true, "storage": true, "schema":
                       {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
                    """.formatted(
                            plural, EtcdCluster.GROUP, crd.kind().kind(), plural.substring(0, plural.length() - 1))),
                    "coreos");
        }
        await("CoreOS's definitions", () -> corpus.stream().allMatch(this::storedAsIs));
    }

    private boolean storedAsIs(OldManifests.Manifest manifest) {
        try {
            client.create(at(manifest, "v1beta2"), "default", manifest.named(manifest.name()), "coreos");
            return true;
        } catch (ApiException e) {
            return e.code() == 409; // of an attempt before, when another kind was not served yet
        }
    }

    private void takeOver(ConversionWork work) throws InterruptedException {
        var registrar = new CrdRegistrar(api, scheduler, "etcd-operator");
        var clusters = work.prepared(Definitions.CLUSTERS);
        assertThatThrownBy(() -> registrar.register(clusters))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("default/wrong-types: spec.");
        client.delete(at(Definitions.CLUSTERS, "v1beta2"), key("wrong-types"), DeleteOptions.DEFAULT);
        for (Crd crd : Definitions.ALL) {
            registrar.register(work.prepared(crd));
        }
    }

    private void storeAnew() throws InterruptedException {
        long begin = scheduler.nanoTime();
        var migrated = new StorageMigration(api, scheduler, "etcd-operator").run(Definitions.CLUSTERS);
        assertThat(migrated.refused()).isEmpty();
        JsonObject definition = client.get(CRDS, new ResourceKey("", Definitions.CLUSTERS.name()));
        assertThat(Json.list(definition, "status", "storedVersions")).hasToString("[\"v1\"]");
        told(migrated.written() + " clusters stored anew", begin);
    }

    private interface Check {
        boolean holds();
    }

    private void await(String what, Check check) {
        long begin = scheduler.nanoTime();
        while (!check.holds()) {
            assertThat(Duration.ofNanos(scheduler.nanoTime() - begin)).as(what).isLessThan(PATIENCE);
            try {
                scheduler.sleep(Duration.ofMillis(50));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        told(what, begin);
    }

    private void told(String what, long begin) {
        long millis = Duration.ofNanos(scheduler.nanoTime() - begin).toMillis();
        report.append(what).append(": ").append(millis).append(" ms\n");
    }

    private void eachIsReadAsItWasStored(String what) {
        long begin = scheduler.nanoTime();
        for (var manifest : corpus) {
            if (manifest.typed()) {
                readBack(manifest, manifest.name(), true);
            }
        }
        told(corpus.size() - 1 + " manifests read at both versions, " + what, begin);
    }

    private void eachIsReadAsItIsWrittenNow() {
        long begin = scheduler.nanoTime();
        for (var manifest : corpus) {
            String name = "now-" + manifest.name();
            if (manifest.typed()) {
                client.create(at(manifest, "v1beta2"), "default", manifest.named(name), "kubectl");
                readBack(manifest, name, false);
            } else {
                assertThatThrownBy(() ->
                                client.create(at(manifest, "v1beta2"), "default", manifest.named(name), "kubectl"))
                        .hasMessageContaining("spec.");
            }
        }
        told(corpus.size() - 1 + " manifests written and read at both versions", begin);
    }

    private void readBack(OldManifests.Manifest manifest, String name, boolean withStatus) {
        JsonObject old = client.get(at(manifest, "v1beta2"), key(name));
        JsonObject hub = client.get(at(manifest, "v1"), key(name));
        assertThat(Json.at(old, "spec")).as(name).isEqualTo(Json.at(manifest.object(), "spec"));
        assertThat(Json.at(old, "metadata", "annotations")).as(name).isNull();
        if (withStatus) {
            assertThat(Json.at(old, "status")).as(name).isEqualTo(Json.at(manifest.object(), "status"));
        }
        if (!manifest.hubSpec().isJsonNull()) {
            assertThat(Json.at(hub, "spec")).as(name).isEqualTo(manifest.hubSpec());
        }
    }

    private void listsOfMixedObjects() {
        long begin = scheduler.nanoTime();
        for (int i = 0; i < LIST; i++) {
            var spec = i % 4 == 0
                    ? "{version: 3.4.23, pod: {busyboxImage: b, labels: {a: b}, etcdEnv: [{name: ETCD_DEBUG, value: 'true'}]}}"
                    : "{size: 3, version: 3.6.16}";
            client.create(
                    at(Definitions.CLUSTERS, i % 2 == 0 ? "v1beta2" : "v1"),
                    "default",
                    Json.parse("{metadata: {name: mixed-" + i + "}, spec: " + spec + "}"),
                    "kubectl");
        }
        told(LIST + " mixed clusters written", begin);
        for (String version : List.of("v1beta2", "v1")) {
            long reading = scheduler.nanoTime();
            Map<String, JsonObject> seen = new TreeMap<>();
            var versions = new ArrayList<String>();
            client.list(ListQuery.all(at(Definitions.CLUSTERS, version)).in("default"), object -> {
                seen.put(Json.text(object, "metadata", "name"), object);
                versions.add(Json.text(object, "apiVersion"));
            });
            assertThat(versions).containsOnly(EtcdCluster.GROUP + "/" + version);
            assertThat(seen.keySet())
                    .filteredOn(name -> name.startsWith("mixed-"))
                    .hasSize(LIST);
            assertThat(seen.keySet()).contains("tls", "now-tls", "pod-policy");
            told("a list of " + seen.size() + " clusters at " + version, reading);
        }
    }

    /** What is stored can be read and deleted when nobody converts. */
    private void withoutAnyReplica() {
        KindRef hub = at(Definitions.CLUSTERS, "v1");
        var names = new ArrayList<String>();
        client.list(ListQuery.all(hub).in("default"), object -> names.add(Json.text(object, "metadata", "name")));
        assertThat(names).contains("tls");
        assertThatThrownBy(() -> client.get(at(Definitions.CLUSTERS, "v1beta2"), key("tls")))
                .hasMessageContaining("conversion webhook for");
        assertThat(client.find(hub, key("tls"))).isPresent();
        assertThat(client.delete(hub, key("tls"), DeleteOptions.DEFAULT)).isTrue();
        assertThat(client.find(hub, key("tls"))).isEmpty();
        report.append("without a replica the stored version is read and deleted\n");
    }
}
