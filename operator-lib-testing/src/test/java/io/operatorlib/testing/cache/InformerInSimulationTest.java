package io.operatorlib.testing.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Faults;
import io.operatorlib.testing.Seeds;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The informer against the API server's core, under the simulation: what is told is the difference of what was. */
class InformerInSimulationTest {
    private static final KindRef MAPS = BuiltInKinds.of(V1ConfigMap.class);
    private static final Caller OPERATOR = Caller.user("operator", Caller.MASTERS);
    private static final int KEPT_BY_THE_SERVER = 10_000;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration AT_LEAST = Duration.ofMinutes(10);

    /** A world with one informer, and what its handler was told. */
    private static final class World implements AutoCloseable {
        final Sim sim;
        final ApiServer server;
        final KubeClient user;
        final List<Change> told = new ArrayList<>();
        final Map<ResourceKey, StoredObject> view = new TreeMap<>();
        Informer informer;

        World(long seed) {
            sim = Sim.seeded(seed);
            server = ApiServer.create(sim.scheduler());
            user = new KubeClient(server.as(Caller.ADMIN));
            sim.operator(() -> server.as(OPERATOR), ports -> {
                informer = new Informer(
                        new KubeClient(ports.kubeApi()),
                        ports.scheduler(),
                        ListQuery.all(MAPS).in("default"),
                        List.of(this::take));
                informer.start();
            });
            sim.always("who is told knows what is in the store", () -> {
                if (informer != null) {
                    assertThat(view.values()).isEqualTo(informer.store().all());
                }
            });
        }

        private void take(Change change) {
            told.add(change);
            StoredObject known = view.remove(change.key());
            assertThat(change.before())
                    .as("what was told before of %s", change.key())
                    .isSameAs(known);
            if (change.after() != null) {
                view.put(change.key(), change.after());
            }
        }

        void put(String name, String value) {
            var key = new ResourceKey("default", name);
            JsonObject map = Json.parse("{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"default\"},"
                    + "\"data\":{\"value\":\"" + value + "\"}}");
            if (user.find(MAPS, key).isPresent()) {
                user.mergePatch(MAPS, key, map, "user");
            } else {
                user.create(MAPS, "default", map, "user");
            }
        }

        void delete(String name) {
            user.delete(MAPS, new ResourceKey("default", name), DeleteOptions.DEFAULT);
        }

        /** So many changes elsewhere that the server forgets all that was before. */
        void letTheServerForget() {
            var key = new ResourceKey("kube-system", "filler");
            user.create(MAPS, "kube-system", Json.parse("{\"metadata\":{\"name\":\"filler\"}}"), "user");
            for (int i = 0; i < KEPT_BY_THE_SERVER; i++) {
                user.mergePatch(MAPS, key, Json.parse("{\"data\":{\"i\":\"" + i + "\"}}"), "user");
            }
        }

        Map<String, String> inTheServer() {
            var versions = new TreeMap<String, String>();
            user.list(
                    ListQuery.all(MAPS).in("default"),
                    map -> versions.put(Json.key(map).name(), Json.resourceVersion(map)));
            return versions;
        }

        Map<String, String> inTheStore() {
            var versions = new TreeMap<String, String>();
            informer.store().all().forEach(map -> versions.put(map.key().name(), map.resourceVersion()));
            return versions;
        }

        /** A restored server that comes further than it was seen, before it is looked at, is not told from another. */
        void awaitItHasLooked() {
            long server = Long.parseLong(user.version(ListQuery.all(MAPS).in("default")));
            sim.eventually(LONG, "the informer is no further than the server", () -> {
                String seen = informer.store().resourceVersion();
                return !seen.isEmpty() && Long.parseLong(seen) <= server;
            });
        }

        void settle() {
            sim.eventually(LONG, "the informer is synced", () -> informer != null && informer.synced());
            var wanted = inTheServer();
            sim.eventually(LONG, "the store is what the server has", () -> wanted.equals(inTheStore()));
        }

        @Override
        public void close() {
            sim.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void t10_seventyFiveChangesDuringAnOutageAreSeventyFiveNotifications(boolean forgotten) {
        try (var world = new World(1)) {
            for (int i = 0; i < 50; i++) {
                world.put("old" + i, "1");
            }
            world.settle();
            world.told.clear();
            var outage = new ApiFault.Partition();
            world.sim.begin(outage);
            world.sim.pass(Duration.ofSeconds(20));
            for (int i = 0; i < 25; i++) {
                world.put("old" + i, "2");
                world.delete("old" + (25 + i));
                world.put("new" + i, "1");
            }
            if (forgotten) {
                world.letTheServerForget();
            }
            world.sim.end(outage);
            world.settle();

            assertThat(world.told).hasSize(75);
            assertThat(world.told).filteredOn(change -> change.before() == null).hasSize(25);
            assertThat(world.told).filteredOn(change -> change.after() == null).hasSize(25);
            assertThat(world.informer.lists()).isEqualTo(forgotten ? 2 : 1);
        }
    }

    @Test
    void t21_outagesThatTheServerRemembersCostNoList() {
        try (var world = new World(2)) {
            world.put("a", "1");
            world.settle();
            long before = world.informer.lists();
            for (int i = 0; i < 5; i++) {
                var cut = new ApiFault.CutWatches();
                world.sim.begin(cut);
                world.sim.pass(Duration.ofMillis(500));
                world.put("a", "again" + i);
                world.sim.end(cut);
                world.settle();
            }

            assertThat(world.informer.lists()).isEqualTo(before);
        }
    }

    @Test
    void whateverHappensBetweenItAndTheServerTheStoreIsInTheEndWhatTheServerHas() {
        Seeds.run("informer", 100, List.of(1_100L, 3_119L), seed -> {
            try (var world = new World(seed)) {
                var random = new Random(seed);
                int faults = 0;
                Runnable backup = world.server.backup();
                while (world.sim.elapsed().compareTo(AT_LEAST) < 0 || faults < 5) {
                    faults++;
                    ApiFault fault = Faults.any(random);
                    world.sim.begin(fault);
                    if (random.nextInt(4) == 0) {
                        world.server.compact();
                    }
                    boolean restored = fault instanceof ApiFault.Partition && random.nextInt(3) == 0;
                    for (int i = random.nextInt(8); i >= 0; i--) {
                        change(world, random);
                        world.sim.pass(Duration.ofMillis(random.nextInt(10_000)));
                    }
                    if (restored) {
                        backup.run(); // a restored server comes with an outage
                        faults++;
                    }
                    world.sim.end(fault);
                    if (restored) {
                        world.awaitItHasLooked();
                    }
                    if (restored || random.nextInt(3) == 0) {
                        world.settle();
                        backup = world.server.backup();
                    }
                }
                world.settle();
                return new Seeds.Run(world.sim.elapsed(), faults);
            }
        });
    }

    private static void change(World world, Random random) {
        String name = "n" + random.nextInt(6);
        if (random.nextInt(3) == 0) {
            world.delete(name);
        } else {
            world.put(name, "v" + random.nextInt(1000));
        }
    }
}
