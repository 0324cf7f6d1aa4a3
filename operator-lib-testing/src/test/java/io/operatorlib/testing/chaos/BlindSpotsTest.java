package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.Reconciler;
import io.operatorlib.crd.Crd;
import io.operatorlib.testing.BlindSpot;
import io.operatorlib.testing.BlindSpots;
import io.operatorlib.testing.HarmTable;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.chaos.Zoo.RoomSpec;
import io.operatorlib.testing.chaos.Zoo.RoomStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is hidden from an operator harms nobody as long as the engine takes its precautions, and does without each. */
@Execution(ExecutionMode.CONCURRENT)
class BlindSpotsTest {
    private static final String KITCHEN = "/apis/zoo.operatorlib.io/v1/namespaces/default/rooms/kitchen";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DOOR = MAPS + "/kitchen-door";

    /** Makes one thing whose name nobody can know before. */
    private static Plan<RoomStatus> oneByChance(Observed<RoomSpec, RoomStatus> seen, RandomGenerator chance) {
        var plan = Plan.of(new RoomStatus(1));
        var there = seen.owned(V1ConfigMap.class);
        var data = Map.of("colour", seen.spec().colour());
        return there.isEmpty()
                ? plan.create(new V1ConfigMap()
                        .metadata(seen.childMeta("part-" + chance.nextInt(1_000_000)))
                        .data(data))
                : plan.patch(there.get(0), Map.of("data", data));
    }

    /** Throws out what has the wrong colour and is nobody's, and makes what is missing. */
    private static Plan<RoomStatus> outWithIt(Observed<RoomSpec, RoomStatus> seen) {
        var plan = Plan.of(new RoomStatus(1));
        var there = seen.owned(V1ConfigMap.class);
        var data = Map.of("colour", seen.spec().colour());
        if (there.isEmpty()) {
            return plan.create(
                    new V1ConfigMap().metadata(seen.childMeta("door")).data(data));
        }
        var live = there.get(0).getData();
        return live.containsKey("by") || live.containsValue(seen.spec().colour()) ? plan : plan.delete(there.get(0));
    }

    private static Workload<SimCluster> workload(
            String name, Doors door, Function<RandomGenerator, Reconciler<RoomSpec, RoomStatus>> reconciler) {
        return Workload.of(name, ports -> {
                    var unused = Operator.named("zoo")
                            .crd(Crd.hub(Zoo.ROOM))
                            .controller(Controller.of(Zoo.ROOM)
                                    .owns(V1ConfigMap.class)
                                    .reconcile(
                                            reconciler.apply(ports.scheduler().random())))
                            .start(new Ports(door.apply(ports.kubeApi()), ports.scheduler()));
                })
                .creates("""
                        {"apiVersion": "zoo.operatorlib.io/v1", "kind": "Room",
                         "metadata": {"name": "kitchen", "namespace": "default"}, "spec": {"colour": "white"}}""")
                .desired("one part of the colour", BlindSpotsTest::onePart);
    }

    private static boolean onePart(SimCluster cluster) {
        var wished = cluster.get(KITCHEN).map(room -> colour(room, "spec"));
        var parts = cluster.list(MAPS).stream()
                .filter(map -> map.getAsJsonObject("metadata")
                        .get("name")
                        .getAsString()
                        .startsWith("kitchen-"))
                .map(map -> colour(map, "data"))
                .toList();
        return wished.isPresent() && parts.equals(List.of(wished.get()));
    }

    private static String colour(JsonObject object, String part) {
        return object.getAsJsonObject(part).get("colour").getAsString();
    }

    private static Workload<SimCluster> oneByChance(Doors door) {
        return workload("one by chance, " + door, door, chance -> seen -> oneByChance(seen, chance))
                .patch("paint it blue", KITCHEN, "{\"spec\": {\"colour\": \"blue\"}}");
    }

    private static Workload<SimCluster> outWithIt(Doors door) {
        return workload("out with it, " + door, door, chance -> BlindSpotsTest::outWithIt)
                .edit("a user paints it blue", cluster -> byHand(cluster, "blue"))
                .desired("what a user made is there", BlindSpotsTest::isTheUsers);
    }

    private static boolean isTheUsers(SimCluster cluster) {
        return cluster.get(KITCHEN).map(room -> colour(room, "spec")).equals(Optional.of("white"))
                || cluster.get(DOOR)
                        .filter(door -> door.getAsJsonObject("data").has("by"))
                        .isPresent();
    }

    /** A user brings a door of his own, and then wants the rest to be like it. */
    private static void byHand(SimCluster cluster, String colour) {
        var uid = cluster.get(KITCHEN).orElseThrow().getAsJsonObject("metadata").get("uid");
        cluster.delete(DOOR);
        cluster.apply(DOOR, """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kitchen-door", "ownerReferences": [
                    {"apiVersion": "zoo.operatorlib.io/v1", "kind": "Room", "name": "kitchen", "controller": true,
                     "uid": %s}]},
                 "data": {"colour": "%s", "by": "a user"}}
                """.formatted(uid, colour));
        cluster.patch(KITCHEN, "{\"spec\": {\"colour\": \"" + colour + "\"}}");
    }

    static List<Workload<SimCluster>> asShipped() {
        return List.of(
                Zoo.SOUND.workload(),
                oneByChance(Doors.AS_SHIPPED),
                outWithIt(Doors.AS_SHIPPED),
                oneByChance(Doors.WITHOUT_PRECONDITIONS));
    }

    @ParameterizedTest
    @MethodSource("asShipped")
    void whateverIsHiddenTheEndIsTheSame(Workload<SimCluster> workload) {
        var table = played(workload).orThrow();
        assertThat(table.runs())
                .isEqualTo(BlindSpot.Way.values().length * table.moments().size())
                .isPositive();
    }

    @Test
    void whoDoesNotWaitForHisOwnWritesMakesTwo() {
        assertThat(ways(played(oneByChance(Doors.WITHOUT_OWN_WRITES)))).contains(BlindSpot.Way.HELD);
    }

    @Test
    void whoTakesAnyStateForAnAnswerMakesTwo() {
        var ways = ways(played(oneByChance(Doors.WITH_ANY_STATE)));
        assertThat(ways).containsAnyOf(BlindSpot.Way.STALE_SOON, BlindSpot.Way.STALE_LATER);
        assertThat(ways).doesNotContain(BlindSpot.Way.HELD, BlindSpot.Way.SKIPPED);
    }

    @Test
    void whoDeletesByNameTakesAwayWhatAUserMade() {
        var workload = outWithIt(Doors.WITHOUT_PRECONDITIONS);
        var table = BlindSpots.of(
                "out with it, by name", 1, sim -> new Trial<>(workload).playEdits(sim, workload.editNames()));
        System.out.println(table.line());
        assertThat(table.failures())
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure.message()).contains("what a user made is there"));
    }

    private static HarmTable played(Workload<SimCluster> workload) {
        var table = Chaos.of(1).blindSpots(workload);
        System.out.println(table.line());
        return table;
    }

    private static Set<BlindSpot.Way> ways(HarmTable table) {
        return table.failures().stream()
                .map(failure -> ((BlindSpot) failure.point()).way())
                .collect(Collectors.toSet());
    }
}
