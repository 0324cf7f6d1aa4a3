package io.operatorlib.testing.chaos;

import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.Reconciler;
import io.operatorlib.crd.Crd;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimPorts;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Small operators that each do one thing wrong, and twins of them that differ by the repair: a room has a door and a
 * window.
 *
 * @param reconciler the broken one, or where it is so told the repaired one
 */
record Zoo(String name, boolean repaired, Body reconciler) {
    /** A reconciler, by whether its bug is repaired. */
    interface Body {
        Reconciler<RoomSpec, RoomStatus> of(boolean repaired);
    }

    Zoo(String name, Body reconciler) {
        this(name, false, reconciler);
    }

    record RoomSpec(String colour) {}

    record RoomStatus(int parts) {}

    static final Kind<RoomSpec, RoomStatus> ROOM =
            Kind.of("zoo.operatorlib.io", "v1", "Room", RoomSpec.class, RoomStatus.class);

    private static final String ROOMS = "/apis/zoo.operatorlib.io/v1/namespaces/default/rooms";
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/zoo";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    static final Zoo SOUND = new Zoo("sound", repaired -> Zoo::whole);

    /** Where the first of two is there, takes the second for granted: it dies between the two. */
    static final Zoo TAKES_FOR_GRANTED = new Zoo("takes the second for granted", repaired -> seen -> {
        var there = seen.owned(V1ConfigMap.class);
        if (there.size() < (repaired ? 2 : 1)) {
            return whole(seen);
        }
        var plan = Plan.of(new RoomStatus(2));
        for (var part : there) {
            plan = plan.apply(part(seen, part.getMetadata().getName().replaceFirst(".*-", "")));
        }
        return plan;
    });

    /** Trusts nothing that was there before it: what it makes is the same, and whoever used the old one has lost it. */
    static final Zoo MAKES_ANEW = new Zoo("makes all anew when it starts", repaired -> {
        Set<String> known = new HashSet<>();
        return seen -> {
            if (!known.add(seen.meta().uid()) || repaired) {
                return whole(seen);
            }
            var plan = Plan.of(new RoomStatus(0)).requeueAfter(Duration.ofSeconds(1));
            for (var there : seen.owned(V1ConfigMap.class)) {
                plan = plan.delete(there);
            }
            return plan;
        };
    });

    /** The broken ones. */
    static List<Zoo> broken() {
        return List.of(
                TAKES_FOR_GRANTED,
                // does not look: somebody else takes away what it has written
                new Zoo("remembers what it wrote", repaired -> {
                    Map<String, String> written = new HashMap<>();
                    return seen -> {
                        boolean remembered =
                                colour(seen).equals(written.put(seen.meta().uid(), colour(seen)));
                        return remembered && (!repaired || isWhole(seen)) ? Plan.of(new RoomStatus(2)) : whole(seen);
                    };
                }),
                new Zoo("believes its status", repaired -> seen -> {
                    boolean told =
                            seen.status().filter(status -> status.parts() == 2).isPresent();
                    boolean there = repaired ? isWhole(seen) : told;
                    return painted(seen) && there ? Plan.of(new RoomStatus(2)) : whole(seen);
                }),
                new Zoo("makes and never mends", repaired -> seen -> {
                    boolean there = seen.owned(V1ConfigMap.class).size() == 2;
                    return there && (!repaired || painted(seen)) ? Plan.of(new RoomStatus(2)) : whole(seen);
                }),
                new Zoo("falls over what is missing", repaired -> seen -> {
                    var parts = seen.owned(V1ConfigMap.class);
                    int last = repaired ? parts.size() - 1 : 1;
                    var name =
                            parts.isEmpty() ? "" : parts.get(last).getMetadata().getName();
                    return name.endsWith("window") && isWhole(seen) ? Plan.of(new RoomStatus(2)) : whole(seen);
                }),
                // what changed while it was away, or while a write failed, it never does
                new Zoo("acts on edges", repaired -> {
                    Map<String, String> last = new HashMap<>();
                    return seen -> {
                        var before = last.put(seen.meta().uid(), colour(seen));
                        boolean edge = before != null && !before.equals(colour(seen));
                        return edge || (repaired && !painted(seen)) ? whole(seen) : missing(seen);
                    };
                }),
                // it dies between the two, and then the first one is right
                new Zoo(
                        "looks at the first part only",
                        repaired -> seen -> isPainted(seen, "door") && (!repaired || isPainted(seen, "window"))
                                ? missing(seen)
                                : whole(seen)),
                MAKES_ANEW,
                new Zoo(
                        "makes at the beginning only",
                        repaired -> seen -> seen.meta().generation() == 1 || repaired ? whole(seen) : repainted(seen)),
                // its status says that somebody is painting, and it died
                new Zoo("believes that somebody is at it", repaired -> {
                    Set<String> mine = new HashSet<>();
                    return seen -> {
                        boolean begun = !repaired
                                && seen.status()
                                        .filter(status -> status.parts() == 1)
                                        .isPresent();
                        if (isWhole(seen)
                                || (begun && !mine.contains(seen.meta().uid()))) {
                            return Plan.of(new RoomStatus(isWhole(seen) ? 2 : 1));
                        }
                        mine.add(seen.meta().uid());
                        return Plan.of(new RoomStatus(1))
                                .apply(part(seen, isPainted(seen, "door") ? "window" : "door"));
                    };
                }),
                new Zoo("never rests", repaired -> seen -> {
                    int parts = repaired ? 2 : (int) (seen.now().getEpochSecond() / 60);
                    return Plan.of(new RoomStatus(parts))
                            .apply(part(seen, "door"))
                            .apply(part(seen, "window"))
                            .requeueAfter(Duration.ofMinutes(1));
                }));
    }

    /** What differs from this one by the repair. */
    Zoo twin() {
        return new Zoo(name + ", repaired", true, reconciler);
    }

    @Override
    public String toString() {
        return name;
    }

    private static String colour(Observed<RoomSpec, RoomStatus> seen) {
        return seen.spec().colour();
    }

    private static Plan<RoomStatus> whole(Observed<RoomSpec, RoomStatus> seen) {
        return Plan.of(new RoomStatus(2)).apply(part(seen, "door")).apply(part(seen, "window"));
    }

    /** Makes the parts that are not there, and leaves the others as they are. */
    private static Plan<RoomStatus> missing(Observed<RoomSpec, RoomStatus> seen) {
        var plan = Plan.of(new RoomStatus(2));
        for (var name : List.of("door", "window")) {
            plan = there(seen, name).isPresent() ? plan : plan.apply(part(seen, name));
        }
        return plan;
    }

    /** Paints the parts that are there. */
    private static Plan<RoomStatus> repainted(Observed<RoomSpec, RoomStatus> seen) {
        var plan = Plan.of(new RoomStatus(2));
        for (var name : List.of("door", "window")) {
            plan = there(seen, name).isPresent() ? plan.apply(part(seen, name)) : plan;
        }
        return plan;
    }

    private static Optional<V1ConfigMap> there(Observed<RoomSpec, RoomStatus> seen, String name) {
        return seen.owned(V1ConfigMap.class, seen.meta().name() + "-" + name);
    }

    private static boolean isPainted(Observed<RoomSpec, RoomStatus> seen, String name) {
        return there(seen, name).filter(part -> isPainted(seen, part)).isPresent();
    }

    private static boolean isWhole(Observed<RoomSpec, RoomStatus> seen) {
        return isPainted(seen, "door") && isPainted(seen, "window");
    }

    private static V1ConfigMap part(Observed<RoomSpec, RoomStatus> seen, String name) {
        return new V1ConfigMap()
                .metadata(seen.childMeta(name))
                .data(Map.of("colour", seen.spec().colour()));
    }

    private static boolean painted(Observed<RoomSpec, RoomStatus> seen) {
        return seen.owned(V1ConfigMap.class).stream().allMatch(part -> isPainted(seen, part));
    }

    private static boolean isPainted(Observed<RoomSpec, RoomStatus> seen, V1ConfigMap part) {
        var data = part.getData();
        return data != null && data.containsValue(colour(seen));
    }

    Workload<SimCluster> workload() {
        return inKitchen(Workload.of(name, ports -> start(operator(), ports)));
    }

    /** The same operator in two replicas. */
    Workload<SimCluster> elected() {
        return inKitchen(Workload.elected(
                name + ", elected",
                LEASE,
                ports -> start(
                        operator()
                                .leaderElection(LeaderElection.lease("zoo")
                                        .in("default")
                                        .as(ports.incarnation())),
                        ports)));
    }

    private Operator operator() {
        return Operator.named("zoo")
                .crd(Crd.hub(ROOM))
                .controller(Controller.of(ROOM).owns(V1ConfigMap.class).reconcile(reconciler.of(repaired)));
    }

    private static void start(Operator operator, SimPorts ports) throws InterruptedException {
        var unused = operator.start(new Ports(ports.kubeApi(), ports.scheduler()));
    }

    private static Workload<SimCluster> inKitchen(Workload<SimCluster> operator) {
        return operator.creates("""
                        {"apiVersion": "zoo.operatorlib.io/v1", "kind": "Room",
                         "metadata": {"name": "kitchen", "namespace": "default"}, "spec": {"colour": "white"}}""")
                .patch("paint it blue", ROOMS + "/kitchen", "{\"spec\": {\"colour\": \"blue\"}}")
                .patch("paint it white", ROOMS + "/kitchen", "{\"spec\": {\"colour\": \"white\"}}")
                .fault(Fault.once("a part is taken away", Fault.Kind.CONFIGURATION, (sim, cluster, choice) -> {
                    var part = any(choice, List.of("door", "window"));
                    cluster.delete(MAPS + "/kitchen-" + part);
                }))
                .fault(Fault.corruption(cluster -> cluster, MAPS))
                .fault(Fault.restoration(cluster -> cluster))
                .desired(
                        "a door and a window of the colour",
                        cluster -> List.of("door", "window").stream()
                                .allMatch(part -> colour(cluster, MAPS + "/kitchen-" + part, "data")
                                        .equals(colour(cluster, ROOMS + "/kitchen", "spec"))));
    }

    private static <T> T any(RandomGenerator choice, List<T> things) {
        return things.get(choice.nextInt(things.size()));
    }

    private static String colour(SimCluster cluster, String path, String part) {
        return cluster.get(path)
                .map(object -> object.getAsJsonObject(part))
                .map(values -> values.get("colour"))
                .map(JsonElement::getAsString)
                .orElse(path + " has none");
    }
}
