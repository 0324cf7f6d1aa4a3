package io.operatorlib.testing.chaos;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A harm with a name. One that lasts has a beginning and an end, and is done again and again; what it chooses, a member
 * to kill for example, it chooses by the generator that it is given, so that the same seed chooses the same.
 *
 * @param name its name in schedules and reports; it stays the same from release to release, or old seeds mean nothing
 * @param kind what it is done to
 * @param lasting whether it lasts
 * @param destroys whether it takes something away for good, so that the end may differ from that of a run without it
 * @param never why no effect of some kind can come while it is done, by the kind of effect
 */
public record Fault<W>(
        String name, Kind kind, boolean lasting, boolean destroys, Map<String, String> never, Harm<W> harm) {
    /** What somebody writes who does not know what he does; base64, so that it may stand in a Secret, too. */
    private static final String SPOILT = "c3BvaWx0";

    /** In the place of one kind of effect, every request that may change something; see {@link #never}. */
    public static final String REQUESTS = "request";

    /** In the place of one kind of effect, every one. */
    public static final String EFFECTS = "effect";

    /** What faults are done to. */
    public enum Kind {
        PODS,
        CONFIGURATION,
        NETWORK,
        API_SERVER,
        OPERATOR
    }

    /** Something that is done in the driver's turn; it may call doors and let time pass. */
    @FunctionalInterface
    public interface Act<W> {
        void on(Sim sim, W world, RandomGenerator choice);
    }

    /** Something that is done in the driver's turn, and how it is ended. */
    @FunctionalInterface
    public interface Harm<W> {
        Runnable on(Sim sim, W world, RandomGenerator choice);
    }

    /** A harm that is done at once. */
    public static <W> Fault<W> once(String name, Kind kind, Act<W> act) {
        return new Fault<>(name, kind, false, false, Map.of(), (sim, world, choice) -> {
            act.on(sim, world, choice);
            return () -> {};
        });
    }

    /** A harm that lasts for a while. */
    public static <W> Fault<W> lasting(String name, Kind kind, Harm<W> harm) {
        return new Fault<>(name, kind, true, false, Map.of(), harm);
    }

    /** A pod is evicted, as when its node is drained; its budget is asked, and may refuse. */
    public static <W> Fault<W> eviction(Function<W, SimCluster> cluster, String pods) {
        return once("a pod is evicted", Kind.PODS, (sim, world, choice) -> {
            var there = cluster.apply(world).list(pods);
            if (!there.isEmpty()) {
                var meta = there.get(choice.nextInt(there.size())).getAsJsonObject("metadata");
                var unused =
                        cluster.apply(world).evict(pods + "/" + meta.get("name").getAsString());
            }
        });
    }

    /** Somebody deletes one of the objects of a collection that have an owner. */
    public static <W> Fault<W> deletion(Function<W, SimCluster> cluster, String collection) {
        return once("one of the " + plural(collection) + " is deleted", Kind.CONFIGURATION, (sim, world, choice) -> {
            var there = cluster.apply(world);
            any(owned(there, collection), choice).ifPresent(object -> there.delete(path(collection, object)));
        });
    }

    /** Somebody spoils one value, or takes it away, in the data of one of the ConfigMaps or Secrets that have an owner. */
    public static <W> Fault<W> corruption(Function<W, SimCluster> cluster, String collection) {
        return once("one of the " + plural(collection) + " is spoilt", Kind.CONFIGURATION, (sim, world, choice) -> {
            var there = cluster.apply(world);
            var objects = owned(there, collection);
            objects.removeIf(object -> data(object).isEmpty());
            any(objects, choice).ifPresent(object -> {
                var key = any(List.copyOf(data(object).keySet()), choice).orElseThrow();
                var data = new JsonObject();
                data.add(key, choice.nextBoolean() ? new JsonPrimitive(SPOILT) : JsonNull.INSTANCE);
                var patch = new JsonObject();
                patch.add("data", data);
                boolean unused = there.patchIfThere(path(collection, object), patch.toString());
            });
        });
    }

    /** Somebody merge-patches one of the objects of a collection that have an owner. */
    public static <W> Fault<W> edit(
            String name, Function<W, SimCluster> cluster, String collection, String mergePatch) {
        return once(name, Kind.CONFIGURATION, (sim, world, choice) -> {
            var there = cluster.apply(world);
            any(owned(there, collection), choice).ifPresent(object -> {
                boolean unused = there.patchIfThere(path(collection, object), mergePatch);
            });
        });
    }

    /**
     * The API server is restored from a backup as old as the fault lasts, and all that follow it start again, as
     * Kubernetes asks of who restores one. For worlds in which nobody but users and the operator writes: who runs pods,
     * and what he runs, know nothing of it.
     */
    public static <W> Fault<W> restoration(Function<W, SimCluster> cluster) {
        return Fault.<W>lasting("an older backup is restored", Kind.API_SERVER, (sim, world, choice) -> {
                    var backup = cluster.apply(world).server().backup();
                    return () -> {
                        backup.run();
                        sim.crash();
                    };
                })
                .destroying();
    }

    private static String plural(String collection) {
        return collection.substring(collection.lastIndexOf('/') + 1);
    }

    private static String path(String collection, JsonObject object) {
        return collection + "/" + object.getAsJsonObject("metadata").get("name").getAsString();
    }

    private static List<JsonObject> owned(SimCluster cluster, String collection) {
        var objects = new ArrayList<>(cluster.list(collection));
        objects.removeIf(object -> !object.getAsJsonObject("metadata").has("ownerReferences"));
        return objects;
    }

    private static JsonObject data(JsonObject object) {
        var data = object.getAsJsonObject("data");
        return data == null ? new JsonObject() : data;
    }

    /** One of some things; none of none. */
    static <T> Optional<T> any(List<T> things, RandomGenerator choice) {
        return things.isEmpty() ? Optional.empty() : Optional.of(things.get(choice.nextInt(things.size())));
    }

    /** This fault, which takes something away for good. */
    public Fault<W> destroying() {
        return new Fault<>(name, kind, lasting, true, never, harm);
    }

    /**
     * This fault, while which no effect of some kind can come.
     *
     * @param effects {@code create}, {@code delete}, {@code patch}, {@code replace}, {@code status}, the first two words of
     *     an act, {@link #REQUESTS} or {@link #EFFECTS}
     * @param why for people
     */
    public Fault<W> never(String effects, String why) {
        var all = new TreeMap<>(never);
        all.put(effects, why);
        return new Fault<>(name, kind, lasting, destroys, all, harm);
    }

    /** Why no effect of a kind can come while this is done; empty where it can. */
    Optional<String> whyNot(String effect, boolean request) {
        return Stream.of(effect, request ? REQUESTS : effect, EFFECTS)
                .filter(never::containsKey)
                .map(never::get)
                .findFirst();
    }
}
