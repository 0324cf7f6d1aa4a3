package io.operatorlib.testing.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Rule;
import io.operatorlib.crd.StorageMigration;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class StorageMigrationTest {
    @RegisterExtension
    static final RealServer REAL = new RealServer("storage migration");

    private static final int OBJECTS = Integer.getInteger("operatorlib.crd.migrated", 400);
    private static final int KILLS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    record Spec(@Maximum(10_000_000) long number) {}

    @Rule(value = "self.number != oldSelf.number || self.number <= 10", message = "large numbers must change")
    record RestlessSpec(long number) {}

    private static final Kind<Spec, Void> OLD =
            Kind.of("migration.operatorlib.io", "v1", "Thing", Spec.class, Void.class);
    private static final Kind<Spec, Void> NEW =
            Kind.of("migration.operatorlib.io", "v2", "Thing", Spec.class, Void.class);
    private static final Crd BEFORE = Crd.hub(
                    CrdVersion.of(OLD).preservingUnknown().strict())
            .spoke(CrdVersion.of(NEW).preservingUnknown().strict());
    private static final Crd AFTER = Crd.hub(
                    CrdVersion.of(NEW).preservingUnknown().strict())
            .spoke(CrdVersion.of(OLD).preservingUnknown().strict());

    private static final Kind<Spec, Void> RESTED =
            Kind.of("migration.operatorlib.io", "v1", "Rest", Spec.class, Void.class);
    private static final Kind<RestlessSpec, Void> RESTLESS_KIND =
            Kind.of("migration.operatorlib.io", "v2", "Rest", RestlessSpec.class, Void.class);
    private static final Crd REFUSED_BEFORE = Crd.hub(
                    CrdVersion.of(RESTED).preservingUnknown().strict())
            .spoke(CrdVersion.of(Kind.of("migration.operatorlib.io", "v2", "Rest", Spec.class, Void.class))
                    .preservingUnknown()
                    .strict());
    private static final Crd RESTLESS = Crd.hub(
                    CrdVersion.of(RESTLESS_KIND).preservingUnknown().strict())
            .spoke(CrdVersion.of(RESTED).preservingUnknown().strict());

    /** Ends a migration by an error that nobody catches, when it is its turn. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** A door that counts what passes, and at some request kills who uses it. */
    private static final class Deadly implements KubeApi {
        private final KubeApi door;
        private final AtomicLong patches = new AtomicLong();
        private long last = Long.MAX_VALUE;

        Deadly(KubeApi door) {
            this.door = door;
        }

        @Override
        public ApiResponse send(ApiRequest request) {
            if (request.method() == ApiRequest.Method.PATCH && patches.incrementAndGet() > last) {
                last = Long.MAX_VALUE;
                throw new Killed();
            }
            return door.send(request);
        }

        @Override
        public ApiWatch watch(ApiRequest request) {
            return door.watch(request);
        }
    }

    private static JsonObject live(KubeApi api, Crd crd) {
        return new KubeClient(api).get(CRDS, new ResourceKey("", crd.name()));
    }

    private static List<String> storedVersions(KubeApi api, Crd crd) {
        var versions = new ArrayList<String>();
        Json.list(live(api, crd), "status", "storedVersions").forEach(version -> versions.add(version.getAsString()));
        return versions;
    }

    @Test
    void onTheDoubleEveryObjectIsWrittenInTheNewVersionThoughItIsKilledTenTimes() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var api = ApiServer.create(sim.scheduler()).as(Caller.ADMIN);
            migrate("double", sim.door(api), sim.scheduler());
        }
    }

    @Test
    void onARealServerEveryObjectIsWrittenInTheNewVersionThoughItIsKilledTenTimes() throws Exception {
        REAL.with((api, scheduler) -> migrate("kube-apiserver", api, scheduler));
    }

    private static void migrate(String server, KubeApi api, Scheduler scheduler) throws InterruptedException {
        var client = new KubeClient(api);
        new CrdRegistrar(api, scheduler, "operator").register(BEFORE);
        Served.await(api, KindRef.of(OLD), scheduler);
        Map<String, String> made = fill(client);
        new CrdRegistrar(api, scheduler, "operator").register(AFTER);
        assertThat(storedVersions(api, AFTER)).containsExactlyInAnyOrder("v1", "v2");

        var over = new AtomicBoolean();
        var others = new AtomicLong();
        var failures = new ArrayList<String>();
        Scheduler.Task user = scheduler.fork("user", () -> write(client, scheduler, over, others, failures));
        var deadly = new Deadly(api);
        int kills = 0;
        StorageMigration.Report report = null;
        long began = scheduler.nanoTime();
        while (report == null) {
            deadly.last = kills < KILLS ? deadly.patches.get() + 1 + OBJECTS / (KILLS + 2) : Long.MAX_VALUE;
            try {
                report = new StorageMigration(deadly, scheduler, "operator").run(AFTER);
            } catch (Killed e) {
                kills++;
            }
        }
        double seconds = (scheduler.nanoTime() - began) / 1e9;
        over.set(true);
        assertThat(user.join(PATIENCE)).isTrue();

        assertThat(report.complete()).isTrue();
        assertThat(kills).isEqualTo(KILLS);
        assertThat(failures).isEmpty();
        assertThat(storedVersions(api, AFTER)).containsExactly("v2");
        double requests = (double) deadly.patches.get() / OBJECTS;
        System.out.printf(
                "storage migration on the %s: %d objects, %d writes by others meanwhile, %d kills, %.2f requests an"
                        + " object, %.1f s%n",
                server, OBJECTS, others.get(), kills, requests, seconds);
        // at most one page again after each kill
        assertThat(requests).isLessThan(1.5 + KILLS * 100.0 / OBJECTS);
        // the old version can go, which it could not if an object were stored in it
        var alone = Crd.hub(CrdVersion.of(NEW).preservingUnknown().strict())
                .spoke(CrdVersion.of(OLD)
                        .preservingUnknown()
                        .strict()
                        .deprecated("use v2")
                        .unserved());
        new CrdRegistrar(api, scheduler, "operator")
                .register(Crd.hub(CrdVersion.of(NEW).preservingUnknown().strict())
                        .spoke(CrdVersion.of(OLD).preservingUnknown().strict().deprecated("use v2")));
        new CrdRegistrar(api, scheduler, "operator").register(alone);
        new CrdRegistrar(api, scheduler, "operator")
                .register(Crd.hub(CrdVersion.of(NEW).preservingUnknown().strict()));
        var found = new HashMap<String, String>();
        client.list(
                ListQuery.all(KindRef.of(NEW)),
                object -> found.put(Json.text(object, "metadata", "name"), Json.text(object, "spec", "origin")));
        assertThat(found).as("nothing is lost").containsAllEntriesOf(made);
    }

    private static Map<String, String> fill(KubeClient client) {
        var made = new HashMap<String, String>();
        for (int i = 0; i < OBJECTS; i++) {
            String name = "thing-" + i;
            client.create(KindRef.of(OLD), "default", Json.parse("""
                    {"metadata":{"name":"%s"},"spec":{"number":9007199,"origin":"o%d","future":{"a":[1,2.50]}}}
                    """.formatted(name, i)), "user");
            made.put(name, "o" + i);
        }
        return made;
    }

    /** A user who changes objects and makes more of them, through either version. */
    private static void write(
            KubeClient client, Scheduler scheduler, AtomicBoolean over, AtomicLong count, List<String> failures) {
        try {
            while (!over.get()) {
                long n = count.incrementAndGet();
                KindRef at = KindRef.of(n % 2 == 0 ? OLD : NEW);
                if (n % 10 == 0) {
                    client.create(
                            at,
                            "default",
                            Json.parse("{\"metadata\":{\"name\":\"more-" + n + "\"},\"spec\":{\"number\":1}}"),
                            "user");
                } else {
                    var key = new ResourceKey(
                            "default", "thing-" + scheduler.random().nextInt(OBJECTS));
                    client.mergePatch(at, key, Json.parse("{\"spec\":{\"number\":" + n + "}}"), "user");
                }
                scheduler.sleep(Duration.ofMillis(20));
            }
        } catch (InterruptedException | RuntimeException e) {
            failures.add(String.valueOf(e));
        }
    }

    @Test
    void objectsThatTheDoubleRefusesAreNamedAndTheirVersionStays() throws Exception {
        try (var sim = Sim.seeded(1)) {
            refused(ApiServer.create(sim.scheduler()).as(Caller.ADMIN), sim.scheduler());
        }
    }

    @Test
    void objectsThatARealServerRefusesAreNamedAndTheirVersionStays() throws Exception {
        REAL.with(StorageMigrationTest::refused);
    }

    private static void refused(KubeApi api, Scheduler scheduler) throws InterruptedException {
        var client = new KubeClient(api);
        new CrdRegistrar(api, scheduler, "operator").register(REFUSED_BEFORE);
        Served.await(api, KindRef.of(RESTED), scheduler);
        for (int number : List.of(1, 500, 2)) {
            client.create(
                    KindRef.of(RESTED),
                    "default",
                    Json.parse("{\"metadata\":{\"name\":\"n" + number + "\"},\"spec\":{\"number\":" + number + "}}"),
                    "user");
        }
        // what the registrar refuses, and a person has applied by hand
        client.apply(CRDS, new ResourceKey("", RESTLESS.name()), Json.parse(RESTLESS.json()), "person", true);
        var large = new ResourceKey("default", "n500");
        awaitRefusal(client, large, scheduler);
        var migration = new StorageMigration(api, scheduler, "operator");
        var report = migration.run(RESTLESS);

        assertThat(report.complete()).isFalse();
        assertThat(report.refused())
                .singleElement()
                .asString()
                .startsWith("default/n500: ")
                .contains("large numbers must change");
        assertThat(storedVersions(api, RESTLESS)).containsExactlyInAnyOrder("v1", "v2");

        client.mergePatch(KindRef.of(RESTED), large, Json.parse("{\"spec\":{\"number\":5}}"), "user");
        assertThat(migration.run(RESTLESS).complete()).isTrue();
        assertThat(storedVersions(api, RESTLESS)).containsExactly("v2");
        assertThat(live(api, RESTLESS).toString()).doesNotContain("storage-migration");
    }

    /** A server takes a moment until it judges by a definition that was changed. */
    private static void awaitRefusal(KubeClient client, ResourceKey key, Scheduler scheduler)
            throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (scheduler.nanoTime() < end) {
            try {
                var label = Json.parse("{\"metadata\":{\"labels\":{\"asked\":\"" + scheduler.nanoTime() + "\"}}}");
                client.mergePatch(KindRef.of(RESTLESS_KIND), key, label, "user");
            } catch (ApiException e) {
                assertThat(e).hasMessageContaining("large numbers must change");
                return;
            }
            scheduler.sleep(Duration.ofMillis(50));
        }
        throw new AssertionError("the definition never came into effect");
    }

    @Test
    void anOperatorThatLeadsMigratesByItself() throws InterruptedException {
        try (var sim = Sim.seeded(1)) {
            var server = ApiServer.create(sim.scheduler());
            var api = server.as(Caller.ADMIN);
            new CrdRegistrar(api, sim.scheduler(), "operator").register(BEFORE);
            new KubeClient(api)
                    .create(
                            KindRef.of(OLD),
                            "default",
                            Json.parse("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"number\":1}}"),
                            "user");
            sim.operator(() -> server.as(Caller.ADMIN), ports -> {
                var unused = Operator.named("operator").crd(AFTER).start(new Ports(ports.kubeApi(), ports.scheduler()));
            });

            sim.eventually(
                    Duration.ofMinutes(1),
                    "v1 is no longer stored",
                    () -> storedVersions(api, AFTER).equals(List.of("v2")));
        }
    }

    @Test
    void whereNothingIsStoredInAnotherVersionNothingIsWritten() throws InterruptedException {
        try (var sim = Sim.seeded(1)) {
            var api = ApiServer.create(sim.scheduler()).as(Caller.ADMIN);
            new CrdRegistrar(api, sim.scheduler(), "operator").register(AFTER);
            var report = new StorageMigration(api, sim.scheduler(), "operator").run(AFTER);

            assertThat(report).isEqualTo(new StorageMigration.Report(true, 0, List.of()));
        }
    }
}
