package io.operatorlib.testing.chaos;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A harm with a name. One that lasts has a beginning and an end, and is done again and again; what it chooses, a member
 * to kill for example, it chooses by the generator that it is given, so that the same seed chooses the same.
 *
 * @param name its name in schedules and reports; it stays the same from release to release, or old seeds mean nothing
 * @param kind what it is done to
 * @param lasting whether it lasts
 * @param destroys whether it takes something away for good, so that the end may differ from that of a run without it
 */
public record Fault<W>(String name, Kind kind, boolean lasting, boolean destroys, Harm<W> harm) {
    /** How many revisions an API server lags behind: what an edit and all that follows from it take. */
    private static final int FAR_BACK = 60;

    /** While one of these lasts, no request that may change something comes to be carried out. */
    static final Set<String> NOTHING_PASSES =
            Set.of("cut off", "conflicts", "internal errors", "no writes", "too many requests");

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
        return new Fault<>(name, kind, false, false, (sim, world, choice) -> {
            act.on(sim, world, choice);
            return () -> {};
        });
    }

    /** A harm that lasts for a while. */
    public static <W> Fault<W> lasting(String name, Kind kind, Harm<W> harm) {
        return new Fault<>(name, kind, true, false, harm);
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

    /** This fault, which takes something away for good. */
    public Fault<W> destroying() {
        return new Fault<>(name, kind, lasting, true, harm);
    }

    /** What any operator can meet between itself and the API server, and its own death. */
    static <W> List<Fault<W>> ofAnyOperator(Function<W, SimCluster> cluster) {
        return List.of(
                between("cut off", Kind.NETWORK, choice -> new ApiFault.Partition()),
                between("slow requests", Kind.NETWORK, choice -> new ApiFault.Delay(millis(choice, 2_000))),
                between("slow replies", Kind.NETWORK, choice -> new ApiFault.SlowReplies(millis(choice, 2_000))),
                between("watches cut", Kind.NETWORK, choice -> new ApiFault.CutWatches()),
                between("watches silent", Kind.NETWORK, choice -> new ApiFault.FreezeWatches()),
                between("events skipped", Kind.NETWORK, choice -> new ApiFault.SkipEvents()),
                between("watches late", Kind.NETWORK, choice -> new ApiFault.LagWatches(millis(choice, 500))),
                between("replies lost", Kind.NETWORK, choice -> ApiFault.LoseReplies.ofWrites()),
                between("conflicts", Kind.API_SERVER, choice -> ApiFault.Refuse.conflicts()),
                between("internal errors", Kind.API_SERVER, choice -> ApiFault.Refuse.internalErrors()),
                between("no writes", Kind.API_SERVER, choice -> ApiFault.Refuse.writes()),
                between("versions forgotten", Kind.API_SERVER, choice -> ApiFault.Refuse.expired()),
                between(
                        "too many requests",
                        Kind.API_SERVER,
                        choice -> ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(1 + choice.nextInt(5)))),
                lasting("back in time", Kind.API_SERVER, (sim, world, choice) -> {
                    long now = cluster.apply(world).server().revision();
                    var old = new ApiFault.OldView(Math.max(1, now - choice.nextInt(FAR_BACK)));
                    sim.begin(old);
                    crash(sim);
                    return () -> sim.end(old);
                }),
                once("the operator crashes", Kind.OPERATOR, (sim, world, choice) -> crash(sim)));
    }

    private static void crash(Sim sim) {
        if (sim.operatorRuns()) {
            sim.crash();
        }
    }

    private static <W> Fault<W> between(String name, Kind kind, Function<RandomGenerator, ApiFault> made) {
        return lasting(name, kind, (sim, world, choice) -> {
            var fault = made.apply(choice);
            sim.begin(fault);
            return () -> sim.end(fault);
        });
    }

    private static Duration millis(RandomGenerator choice, int most) {
        return Duration.ofMillis(1 + choice.nextInt(most));
    }
}
