package io.operatorlib.testing.chaos;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.CrashPoint;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimProcess;
import io.operatorlib.testing.chaos.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The faults that need no word of who wrote the operator. Their names stay, or old seeds mean nothing. */
final class Vocabulary {
    /** How many revisions an API server lags behind: what an edit and all that follows from it take. */
    private static final int FAR_BACK = 60;

    /** So many effects are passed over before the next one is harmed: an edit leads to a handful. */
    private static final int MOST_PASSED_OVER = 2;

    /** A clock is wrong by as much at the most: what a machine's is before anybody has set it. */
    private static final int WRONG_SECONDS = 2 * 3_600;

    private static final String LONG_AGO = "2000-01-01T00:00:00.000000Z";

    private Vocabulary() {}

    /** What any operator can meet between itself and the API server, and its own death. */
    static <W> List<Fault<W>> ofAnyOperator(Function<W, SimCluster> cluster) {
        return List.of(
                Vocabulary.<W>between("cut off", Kind.NETWORK, choice -> new ApiFault.Partition()),
                Vocabulary.<W>between(
                        "slow requests", Kind.NETWORK, choice -> new ApiFault.Delay(millis(choice, 2_000))),
                Vocabulary.<W>between(
                        "slow replies", Kind.NETWORK, choice -> new ApiFault.SlowReplies(millis(choice, 2_000))),
                Vocabulary.<W>between("watches cut", Kind.NETWORK, choice -> new ApiFault.CutWatches()),
                Vocabulary.<W>between("watches silent", Kind.NETWORK, choice -> new ApiFault.FreezeWatches()),
                Vocabulary.<W>between("events skipped", Kind.NETWORK, choice -> new ApiFault.SkipEvents()),
                Vocabulary.<W>between(
                        "watches late", Kind.NETWORK, choice -> new ApiFault.LagWatches(millis(choice, 500))),
                Vocabulary.<W>between("replies lost", Kind.NETWORK, choice -> ApiFault.LoseReplies.ofWrites()),
                Vocabulary.<W>between("conflicts", Kind.API_SERVER, choice -> ApiFault.Refuse.conflicts()),
                Vocabulary.<W>between("internal errors", Kind.API_SERVER, choice -> ApiFault.Refuse.internalErrors()),
                Vocabulary.<W>between("no writes", Kind.API_SERVER, choice -> ApiFault.Refuse.writes()),
                Vocabulary.<W>between("versions forgotten", Kind.API_SERVER, choice -> ApiFault.Refuse.expired()),
                Vocabulary.<W>between(
                        "too many requests",
                        Kind.API_SERVER,
                        choice -> ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(1 + choice.nextInt(5)))),
                Vocabulary.<W>between(
                        "gateway time-outs",
                        Kind.API_SERVER,
                        choice -> choice.nextBoolean()
                                ? new ApiFault.GatewayTimeouts(request -> true)
                                : new ApiFault.GatewayTimeouts(
                                        request -> request.method().mutating())),
                Fault.<W>lasting("the API server restarts", Kind.API_SERVER, (sim, world, choice) -> {
                    var down = new ApiFault.Down();
                    sim.begin(down);
                    return () -> {
                        cluster.apply(world).server().compact();
                        sim.end(down);
                    };
                }),
                Fault.<W>lasting("back in time", Kind.API_SERVER, (sim, world, choice) -> {
                    long now = cluster.apply(world).server().revision();
                    var old = new ApiFault.OldView(Math.max(1, now - choice.nextInt(FAR_BACK)));
                    sim.begin(old);
                    sim.crash();
                    return () -> sim.end(old);
                }),
                Fault.<W>once(
                        "the operator crashes",
                        Kind.OPERATOR,
                        (sim, world, choice) ->
                                Fault.any(sim.operators(), choice).ifPresent(SimProcess::crash)),
                Fault.<W>lasting(
                        "harmed at some of its effects",
                        Kind.OPERATOR,
                        (sim, world, choice) -> sim.harm(
                                () -> choice.nextInt(MOST_PASSED_OVER + 1),
                                () -> Fault.any(List.of(CrashPoint.Moment.values()), choice)
                                        .orElseThrow())),
                Vocabulary.<W>onOne("the operator stands still", (life, choice) -> {
                    life.freeze();
                    return life::thaw;
                }),
                Vocabulary.<W>onOne("the operator's clock is wrong", (life, choice) -> {
                    var by = Duration.ofSeconds(choice.nextInt(-WRONG_SECONDS, WRONG_SECONDS));
                    life.stepClock(by);
                    return () -> life.stepClock(by.negated());
                }));
    }

    /** What one of several replicas can meet of which a Lease says who leads, and what can become of the Lease. */
    static <W> List<Fault<W>> ofElected(Function<W, SimCluster> cluster, String lease) {
        return List.of(
                onLease("the Lease is stolen", cluster, lease, "{\"spec\": {\"holderIdentity\": \"thief\"}}"),
                onLease("the Lease is expired", cluster, lease, "{\"spec\": {\"renewTime\": \"" + LONG_AGO + "\"}}"),
                Fault.once(
                        "the Lease is deleted",
                        Kind.OPERATOR,
                        (sim, world, choice) -> cluster.apply(world).delete(lease)),
                onOne("one replica is cut off", (life, choice) -> {
                    var partition = new ApiFault.Partition();
                    life.begin(partition);
                    return () -> life.end(partition);
                }));
    }

    private static <W> Fault<W> onLease(String name, Function<W, SimCluster> cluster, String lease, String mergePatch) {
        return Fault.once(name, Kind.OPERATOR, (sim, world, choice) -> {
            boolean unused = cluster.apply(world).patchIfThere(lease, mergePatch);
        });
    }

    private static <W> Fault<W> onOne(String name, BiFunction<SimProcess, RandomGenerator, Runnable> harm) {
        return Fault.lasting(
                name,
                Kind.OPERATOR,
                (sim, world, choice) -> Fault.any(sim.operators(), choice)
                        .map(life -> harm.apply(life, choice))
                        .orElse(() -> {}));
    }

    private static <W> Fault<W> between(String name, Kind kind, Function<RandomGenerator, ApiFault> made) {
        return Fault.lasting(name, kind, (sim, world, choice) -> {
            var fault = made.apply(choice);
            sim.begin(fault);
            return () -> sim.end(fault);
        });
    }

    private static Duration millis(RandomGenerator choice, int most) {
        return Duration.ofMillis(1 + choice.nextInt(most));
    }
}
