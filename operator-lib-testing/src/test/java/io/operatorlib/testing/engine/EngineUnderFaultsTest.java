package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Outcome;
import io.operatorlib.Plan;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Faults;
import io.operatorlib.testing.Seeds;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The engine between a user and an API server that is cut off, silent, slow, forgetful, busy or restored: nothing is
 * lost, nothing that is gone is acted for, nothing is decided on a state older than what was written.
 */
class EngineUnderFaultsTest {
    private static final Duration AT_LEAST = Duration.ofMinutes(10);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration COLLECTED_AFTER = Duration.ofSeconds(5);
    private static final KindRef MAPS = BuiltInKinds.of(V1ConfigMap.class);
    private static final ApiFault NO_WRITES = ApiFault.Refuse.writes();
    private static final int NAMES = 6;

    /** One run: what the reconciler was shown and asked for, and whether that was right. */
    private static final class Trial implements AutoCloseable {
        final World world;
        final Random random;
        final Set<String> atWork = new HashSet<>();
        final Map<String, String> asked = new HashMap<>(); // by UID, the text that the last plan asked for
        int wishes;
        boolean restored;
        boolean comingUp;

        Trial(long seed) {
            world = new World(seed);
            random = new Random(seed);
            world.sim.program("collector", () -> world.server.as(Caller.ADMIN), ports -> {
                var client = new KubeClient(ports.kubeApi());
                while (true) {
                    ports.scheduler().sleep(COLLECTED_AFTER);
                    if (!comingUp) {
                        collect(client);
                    }
                }
            });
            world.sim.describing(() ->
                    greetings().stream().filter(greeting -> !granted(greeting)).toList() + "\n" + world.maps() + "\n");
            world.start(Controller.of(World.GREETING)
                    .owns(V1ConfigMap.class)
                    .workers(3)
                    .reconcile(this::reconcile));
        }

        Plan<GreetingStatus> reconcile(Observed<GreetingSpec, GreetingStatus> seen) {
            assertThat(atWork.add(seen.meta().name())).as("one at a time").isTrue();
            try {
                List<V1ConfigMap> pages = seen.owned(V1ConfigMap.class);
                String expected = asked.get(seen.meta().uid());
                if (expected != null && seen.lastOutcome() instanceof Outcome.Done && !restored) {
                    assertThat(pages)
                            .as("what was written is seen")
                            .extracting(page -> page.getData().get("text"))
                            .containsExactly(expected);
                }
                String text = String.valueOf(seen.spec().text());
                asked.put(seen.meta().uid(), text);
                return Plan.of(new GreetingStatus(pages.size()))
                        .apply(new V1ConfigMap()
                                .metadata(seen.childMeta("page"))
                                .data(Map.of("text", text)));
            } finally {
                atWork.remove(seen.meta().name());
            }
        }

        /** What Kubernetes' garbage collector does: takes away what belongs to nobody any more. */
        private void collect(KubeClient client) {
            Set<String> owners = greetings().stream().map(Json::uid).collect(Collectors.toCollection(HashSet::new));
            for (JsonObject page : world.maps()) {
                var owner = Json.objects(page, "metadata", "ownerReferences").stream()
                        .map(reference -> Json.text(reference, "uid"))
                        .findFirst();
                if (owner.isPresent() && !owners.contains(owner.get())) {
                    try {
                        client.delete(MAPS, Json.key(page), DeleteOptions.DEFAULT.uid(Json.uid(page)));
                    } catch (ApiException e) {
                        // another one bears the name by now
                    }
                }
            }
        }

        void edit() {
            String name = "g" + random.nextInt(NAMES);
            boolean there = world.greeting(name).isPresent();
            if (there && random.nextInt(4) == 0) {
                world.deleteGreeting(name);
                world.map(name + "-page").ifPresent(page -> world.deleteMap(name + "-page"));
            } else if (there) {
                world.patchGreeting(name, "{'spec':{'text':'wish " + ++wishes + "'}}");
            } else {
                world.greet(name, "wish " + ++wishes);
            }
        }

        /** Everything that is wished for is there, and told to be. */
        void settle() {
            world.sim.eventually(
                    LONG, "all wishes are granted", () -> greetings().stream().allMatch(this::granted));
        }

        List<JsonObject> greetings() {
            return world.items("/apis/demo.operatorlib.io/v1/namespaces/default/greetings");
        }

        boolean granted(JsonObject greeting) {
            String name = Json.key(greeting).name();
            return world.map(name + "-page")
                            .map(page -> Json.text(page, "data", "text").equals(Json.text(greeting, "spec", "text"))
                                    && Json.list(page, "metadata", "ownerReferences")
                                                    .size()
                                            == 1
                                    && Json.text(
                                                    Json.objects(page, "metadata", "ownerReferences")
                                                            .get(0),
                                                    "uid")
                                            .equals(Json.uid(greeting)))
                            .orElse(false)
                    && world.condition(name, "Reconciled").equals("True Reconciled")
                    && Json.number(0, greeting, "status", "pages") == 1;
        }

        @Override
        public void close() {
            world.close();
        }
    }

    @Test
    void whateverHappensAllWishesAreGrantedInTheEndAndThenThereIsQuiet() {
        Seeds.run("engine", 100, List.of(634L), seed -> {
            try (var trial = new Trial(seed)) {
                int faults = 0;
                var sim = trial.world.sim;
                Runnable backup = trial.world.server.backup();
                while (sim.elapsed().compareTo(AT_LEAST) < 0 || faults < 5) {
                    ApiFault fault = Faults.any(trial.random);
                    faults++;
                    sim.begin(fault);
                    if (trial.random.nextInt(4) == 0) {
                        trial.world.server.compact();
                    }
                    for (int i = trial.random.nextInt(6); i >= 0; i--) {
                        trial.edit();
                        sim.pass(Duration.ofMillis(trial.random.nextInt(10_000)));
                    }
                    boolean restored = fault instanceof ApiFault.Partition && trial.random.nextInt(3) == 0;
                    if (restored) {
                        backup.run();
                        trial.restored = true;
                        faults++;
                        // one that comes further than it was seen before it is looked at is not told from another
                        trial.comingUp = true;
                        sim.begin(NO_WRITES);
                    }
                    sim.end(fault);
                    if (restored) {
                        sim.pass(Duration.ofMinutes(1));
                        sim.end(NO_WRITES);
                        trial.comingUp = false;
                    }
                    if (restored || trial.random.nextInt(3) == 0) {
                        trial.settle();
                        backup = trial.world.server.backup();
                    }
                }
                trial.settle();
                sim.pass(Duration.ofMinutes(2));
                sim.quiet(Duration.ofMinutes(2));
                return new Seeds.Run(sim.elapsed(), faults);
            }
        });
    }
}
