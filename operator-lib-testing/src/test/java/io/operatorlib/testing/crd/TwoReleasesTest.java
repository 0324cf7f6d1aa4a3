package io.operatorlib.testing.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdException;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.Maximum;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas and releases that put their definitions in place at the same time. */
class TwoReleasesTest {
    @RegisterExtension
    static final RealServer REAL = new RealServer("two releases");

    /** How often the race is run, each time with another interleaving. */
    private static final int RACES = Integer.getInteger("operatorlib.crd.races", 300);

    private static final int REAL_RACES = 20;

    record OldSpec(@Maximum(5) int size) {}

    record NewSpec(@Maximum(7) int size, @Nullable String colour) {}

    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    private static Crd old(String kind) {
        return Crd.hub(Kind.of("race.operatorlib.io", "v1", kind, OldSpec.class, Void.class))
                .release("1.9.0");
    }

    private static Crd recent(String kind) {
        return Crd.hub(Kind.of("race.operatorlib.io", "v1", kind, NewSpec.class, Void.class))
                .release("1.10.0");
    }

    private static JsonObject live(KubeApi api, Crd crd) {
        return new KubeClient(api).get(CRDS, new ResourceKey("", crd.name()));
    }

    private static void assertThatTheNewerStands(KubeApi api, Crd newer) {
        JsonObject live = live(api, newer);
        assertThat(Json.object(live, "metadata", "annotations").toString()).contains("1.10.0");
        assertThat(live.toString()).contains("colour");
    }

    @Test
    void inAnyInterleavingOfFourReplicasOfTwoReleasesTheNewerDefinitionStays() {
        int written = 0;
        for (long seed = 1; seed <= RACES; seed++) {
            try (var sim = Sim.seeded(seed)) {
                var server = ApiServer.create(sim.scheduler());
                var done = new ArrayList<String>();
                for (Crd crd : List.of(old("Thing"), recent("Thing"), old("Thing"), recent("Thing"))) {
                    sim.program("replica", () -> server.as(Caller.ADMIN), ports -> {
                        ports.scheduler()
                                .sleep(Duration.ofMillis(
                                        ports.scheduler().random().nextInt(3)));
                        new CrdRegistrar(ports.kubeApi(), ports.scheduler(), "racer").register(crd);
                        done.add(crd.toString());
                        sim.changed();
                    });
                }
                sim.eventually(Duration.ofMinutes(1), "all have registered", () -> done.size() == 4);
                assertThatTheNewerStands(server.as(Caller.ADMIN), recent("Thing"));
                written +=
                        (int) Json.number(0, live(server.as(Caller.ADMIN), recent("Thing")), "metadata", "generation");
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.printf(
                "definitions of two releases: %d races, %.2f generations each%n", RACES, (double) written / RACES);
    }

    @Test
    void onARealServerTheNewerDefinitionStays() throws Exception {
        REAL.with((api, scheduler) -> {
            for (int race = 0; race < REAL_RACES; race++) {
                String kind = "Thing" + race;
                var problems = new ArrayList<String>();
                var tasks = new ArrayList<Scheduler.Task>();
                for (Crd crd : List.of(old(kind), recent(kind), old(kind), recent(kind))) {
                    tasks.add(scheduler.fork("replica", () -> register(api, scheduler, crd, problems)));
                }
                for (Scheduler.Task task : tasks) {
                    assertThat(task.join(Duration.ofMinutes(1))).isTrue();
                }
                assertThat(problems).isEmpty();
                assertThatTheNewerStands(api, recent(kind));
            }
        });
    }

    private static void register(KubeApi api, Scheduler scheduler, Crd crd, List<String> problems) {
        try {
            new CrdRegistrar(api, scheduler, "racer").register(crd);
        } catch (InterruptedException | RuntimeException e) {
            synchronized (problems) {
                problems.add(String.valueOf(e));
            }
        }
    }

    record OtherSpec(String words) {}

    @Test
    void aBreakingChangeIsLeftAndTheObjectsInItsWayAreNamed() throws InterruptedException {
        try (var sim = Sim.seeded(1)) {
            var api = ApiServer.create(sim.scheduler()).as(Caller.ADMIN);
            var registrar = new CrdRegistrar(api, sim.scheduler(), "tester");
            registrar.register(recent("Thing"));
            new KubeClient(api).create(KindRef.of(recent("Thing").kind()), "default", Json.parse("""
                    {"metadata":{"name":"red"},"spec":{"size":3,"colour":"red"}}"""), "user");
            var other = Crd.hub(Kind.of("race.operatorlib.io", "v1", "Thing", OtherSpec.class, Void.class))
                    .release("2.0.0");

            assertThatThrownBy(() -> registrar.register(other))
                    .isInstanceOf(CrdException.class)
                    .hasMessageContaining("v1 .spec.colour: field removed")
                    .hasMessageContaining("default/red: spec.words is required")
                    .hasMessageContaining("kubectl apply");
            assertThatTheNewerStands(api, recent("Thing"));
        }
    }

    @Test
    void anOperatorWhoseDefinitionIsRefusedIsNotReadyAndSaysWhyUntilAPersonHasDecided() throws InterruptedException {
        try (var sim = Sim.seeded(1)) {
            var server = ApiServer.create(sim.scheduler());
            var api = server.as(Caller.ADMIN);
            new CrdRegistrar(api, sim.scheduler(), "tester").register(recent("Thing"));
            var other = Crd.hub(Kind.of("race.operatorlib.io", "v1", "Thing", OtherSpec.class, Void.class));
            var running = new ArrayList<RunningOperator>();
            sim.operator(
                    () -> server.as(Caller.ADMIN),
                    ports -> running.add(Operator.named("operator")
                            .crd(other)
                            .start(new Ports(ports.kubeApi(), ports.scheduler()))));

            sim.eventually(
                    Duration.ofMinutes(1),
                    "it says why",
                    () -> running.stream()
                            .flatMap(operator -> operator.problems().stream())
                            .anyMatch(problem -> problem.contains("v1 .spec.colour: field removed")));
            assertThat(running.get(0).ready()).isFalse();
            new KubeClient(api)
                    .apply(CRDS, new ResourceKey("", other.name()), Json.parse(other.json()), "person", true);
            sim.eventually(
                    Duration.ofMinutes(1),
                    "it goes on",
                    () -> running.get(0).ready() && running.get(0).problems().isEmpty());
        }
    }

    @Test
    void aDefinitionOfAnotherWithoutASchemaIsTakenOverWhenNoObjectIsInTheWay() throws InterruptedException {
        try (var sim = Sim.seeded(1)) {
            var api = ApiServer.create(sim.scheduler()).as(Caller.ADMIN);
            var client = new KubeClient(api);
            var crd = recent("Thing");
            var things = KindRef.of(crd.kind());
            client.create(CRDS, "", Json.parse("""
                    {"metadata":{"name":"things.race.operatorlib.io"},"spec":{"group":"race.operatorlib.io",
                     "names":{"kind":"Thing","plural":"things"},"scope":"Namespaced","versions":[
                     {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                       {"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}"""), "another");
            client.create(
                    things, "default", Json.parse("{\"metadata\":{\"name\":\"odd\"},\"spec\":{\"size\":9}}"), "user");
            var registrar = new CrdRegistrar(api, sim.scheduler(), "tester");
            JsonObject before = live(api, crd);

            assertThatThrownBy(() -> registrar.register(crd)).hasMessageContaining("default/odd: spec.size is above");
            assertThatThrownBy(() -> registrar.register(crd.takingOver())).hasMessageContaining("mend or delete");
            assertThat(live(api, crd)).isEqualTo(before);

            client.mergePatch(things, new ResourceKey("default", "odd"), Json.parse("{\"spec\":{\"size\":5}}"), "user");
            var otherVersion = Crd.hub(Kind.of("race.operatorlib.io", "v2", "Thing", NewSpec.class, Void.class));
            assertThatThrownBy(() -> registrar.register(otherVersion.takingOver()))
                    .hasMessageContaining("v1: version removed while objects may be stored in it");
            registrar.register(crd.takingOver());
            assertThatTheNewerStands(api, crd);
            assertThatThrownBy(() -> client.mergePatch(
                            things, new ResourceKey("default", "odd"), Json.parse("{\"spec\":{\"size\":9}}"), "user"))
                    .isInstanceOf(ApiException.class);
        }
    }
}
