package io.operatorlib.testing.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.testing.Program;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator is tried on: a world, what a user does in it, what may happen to it beyond what happens to any
 * operator, what must hold in the end and what must hold always. A value: each method returns another one.
 *
 * <p>Its functions are called anew for each run, several of which may go on at once; they keep nothing.
 *
 * @param <W> the world: {@link SimCluster} alone, or whatever of the author's own has one
 */
public final class Workload<W> {
    private static final Duration SERVED = Duration.ofMinutes(5);

    /** Something by its name, in the order of its declaration. */
    record Named<T>(String name, T value) {}

    private final String name;
    private final Function<Sim, W> world;
    private final Function<W, SimCluster> cluster;
    private final List<Fault.Act<W>> beginnings;
    private final List<Named<Fault.Act<W>>> edits;
    private final List<Fault<W>> faults;
    private final List<Named<Predicate<W>>> rules;
    private final List<Named<Predicate<W>>> wishes;

    private Workload(
            String name,
            Function<Sim, W> world,
            Function<W, SimCluster> cluster,
            List<Fault.Act<W>> beginnings,
            List<Named<Fault.Act<W>>> edits,
            List<Fault<W>> faults,
            List<Named<Predicate<W>>> rules,
            List<Named<Predicate<W>>> wishes) {
        this.name = name;
        this.world = world;
        this.cluster = cluster;
        this.beginnings = beginnings;
        this.edits = edits;
        this.faults = faults;
        this.rules = rules;
        this.wishes = wishes;
    }

    /** An operator alone with an API server, where it may do everything. */
    public static Workload<SimCluster> of(String name, Program operator) {
        return in(
                name,
                sim -> {
                    var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
                    cluster.operator(operator);
                    return cluster;
                },
                cluster -> cluster);
    }

    /**
     * Two replicas of an operator alone with an API server, {@link #elected(String)}. Each goes by the name of its life,
     * {@code LeaderElection.as(ports.incarnation())}.
     *
     * @param lease the Lease's path
     */
    public static Workload<SimCluster> elected(String name, String lease, Program operator) {
        return in(
                        name,
                        sim -> {
                            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
                            cluster.replicas(operator);
                            return cluster;
                        },
                        cluster -> cluster)
                .elected(lease);
    }

    /** An operator in a world of the author's own, which starts it. */
    public static <W> Workload<W> in(String name, Function<Sim, W> world, Function<W, SimCluster> cluster) {
        return new Workload<>(
                name, world, cluster, List.of(), List.of(), Vocabulary.ofAnyOperator(cluster), List.of(), List.of());
    }

    /**
     * Of the operator's replicas, which the world has started by {@link SimCluster#replicas}, the one works that holds a
     * Lease. What can become of a Lease may happen, too, and nobody may write or act whose Lease is another's. The
     * replicas go by the names of their lives.
     *
     * @param lease the Lease's path
     */
    public Workload<W> elected(String lease) {
        Function<Sim, W> watched = sim -> {
            W stage = world.apply(sim);
            OldLeaders.in(sim, cluster.apply(stage), lease);
            return stage;
        };
        var workload = new Workload<>(name, watched, cluster, beginnings, edits, faults, rules, wishes);
        for (var fault : Vocabulary.ofElected(cluster, lease)) {
            workload = workload.fault(fault);
        }
        return workload;
    }

    /** At first a user creates this object, as soon as its kind is served. JSON, with its apiVersion and kind. */
    public Workload<W> creates(String manifest) {
        JsonObject object = JsonParser.parseString(manifest).getAsJsonObject();
        return begins((sim, stage, choice) -> {
            var place = cluster.apply(stage);
            sim.eventually(SERVED, "served: " + object.get("kind"), () -> serves(place, object));
            place.create(object);
        });
    }

    private static boolean serves(SimCluster cluster, JsonObject object) {
        return cluster.server().served().stream()
                .anyMatch(kind ->
                        kind.apiVersion().equals(object.get("apiVersion").getAsString())
                                && kind.kind().equals(object.get("kind").getAsString()));
    }

    /** At first this happens, after what was declared before. */
    public Workload<W> begins(Fault.Act<W> act) {
        return new Workload<>(name, world, cluster, and(beginnings, act), edits, faults, rules, wishes);
    }

    /** Now and then a user does this. It can be done at any time and more than once. */
    public Workload<W> edit(String what, Consumer<W> edit) {
        Fault.Act<W> act = (sim, stage, choice) -> edit.accept(stage);
        return new Workload<>(
                name, world, cluster, beginnings, and(edits, new Named<>(what, act)), faults, rules, wishes);
    }

    /** Now and then a user merge-patches the object at this path. */
    public Workload<W> patch(String what, String path, String mergePatch) {
        return edit(what, stage -> cluster.apply(stage).patch(path, mergePatch));
    }

    /** This may happen, too. */
    public Workload<W> fault(Fault<W> fault) {
        return new Workload<>(name, world, cluster, beginnings, edits, and(faults, fault), rules, wishes);
    }

    /** This holds between any two steps of every run, whatever happens. It calls no door. */
    public Workload<W> always(String what, Predicate<W> rule) {
        return new Workload<>(
                name, world, cluster, beginnings, edits, faults, and(rules, new Named<>(what, rule)), wishes);
    }

    /** This holds in the end, when the last fault is over, and before the first begins. It calls no door. */
    public Workload<W> desired(String what, Predicate<W> wish) {
        return new Workload<>(
                name, world, cluster, beginnings, edits, faults, rules, and(wishes, new Named<>(what, wish)));
    }

    private static <T> List<T> and(List<T> some, T one) {
        return Stream.concat(some.stream(), Stream.of(one)).toList();
    }

    String name() {
        return name;
    }

    W begin(Sim sim) {
        W stage = world.apply(sim);
        rules.forEach(rule -> sim.always(rule.name(), () -> {
            if (!rule.value().test(stage)) {
                throw new AssertionError("it does not hold");
            }
        }));
        return stage;
    }

    SimCluster cluster(W stage) {
        return cluster.apply(stage);
    }

    List<Fault.Act<W>> beginnings() {
        return beginnings;
    }

    List<Fault<W>> faults() {
        return faults;
    }

    List<Named<Fault.Act<W>>> edits() {
        return edits;
    }

    List<String> editNames() {
        return edits.stream().map(Named::name).toList();
    }

    /** What is desired, for people. */
    String wishes() {
        return wishes.stream().map(Named::name).collect(Collectors.joining("; "));
    }

    /** The wishes that do not hold. */
    List<String> missing(W stage) {
        var missing = new ArrayList<String>();
        wishes.stream().filter(wish -> !wish.value().test(stage)).forEach(wish -> missing.add(wish.name()));
        return missing;
    }

    boolean isAsWished(W stage) {
        return wishes.stream().allMatch(wish -> wish.value().test(stage));
    }

    /** Everything that a schedule can name. */
    Map<String, Fault<W>> vocabulary() {
        var words = new LinkedHashMap<String, Fault<W>>();
        Stream.concat(
                        faults.stream(),
                        edits.stream().map(edit -> Fault.once(edit.name(), Fault.Kind.CONFIGURATION, edit.value())))
                .forEach(fault -> {
                    if (words.put(fault.name(), fault) != null) {
                        throw new IllegalArgumentException("two faults or edits are called \"" + fault.name() + "\"");
                    }
                });
        return words;
    }
}
