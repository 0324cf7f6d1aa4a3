package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.RunningOperator;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.SimProcess;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElectedOperatorTest {
    private static final LeaderElection ELECTION =
            LeaderElection.lease("greeter").in("default");
    private static final Duration TAKE_OVER =
            ELECTION.duration().plus(ELECTION.retry()).plusSeconds(1);

    private final World world = new World();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Written> writes = new ArrayList<>();
    private Controller<GreetingSpec, GreetingStatus> controller = Controller.of(World.GREETING)
            .owns(V1ConfigMap.class)
            .reconcile(seen -> Plan.of(
                            new GreetingStatus(seen.owned(V1ConfigMap.class).size()))
                    .apply(new V1ConfigMap()
                            .metadata(seen.childMeta("page"))
                            .data(Map.of("text", String.valueOf(seen.spec().text())))));

    private record Written(String by, String resource, Duration at) {}

    private static final class Replica {
        private final String name;
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private @Nullable SimProcess process;
        private @Nullable Scheduler scheduler;
        private @Nullable RunningOperator running;

        Replica(String name) {
            this.name = name;
        }

        SimProcess process() {
            return Objects.requireNonNull(process);
        }

        Scheduler scheduler() {
            return Objects.requireNonNull(scheduler);
        }

        RunningOperator running() {
            return Objects.requireNonNull(running);
        }

        ElectionStatus election() {
            return running().election().orElseThrow();
        }
    }

    @BeforeEach
    void observe() {
        world.server.observe(request -> {
            if (request.mutating()
                    && request.status() < 300
                    && request.caller().startsWith("greeter-")
                    && !request.group().equals("authorization.k8s.io")) {
                writes.add(written(request));
            }
        });
    }

    private Written written(LoggedRequest request) {
        return new Written(request.caller(), request.resource(), world.sim.elapsed());
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Replica start(String name) {
        var replica = new Replica(name);
        replicas.add(replica);
        replica.process = world.sim.process(name, () -> world.server.as(Caller.user(name, Caller.MASTERS)), ports -> {
            replica.scheduler = ports.scheduler();
            replica.running = Operator.named("greeter")
                    .controller(controller)
                    .leaderElection(ELECTION.as(name))
                    .start(new Ports(ports.kubeApi(), ports.scheduler(), replica.meters));
        });
        return replica;
    }

    private List<Written> work(Replica replica) {
        return writes.stream()
                .filter(write -> write.by().equals(replica.name))
                .filter(write -> !write.resource().equals("leases"))
                .toList();
    }

    private Replica leads(Replica replica) {
        world.sim.eventually(
                TAKE_OVER,
                replica.name + " holds the lease",
                () -> world.find("/apis/coordination.k8s.io/v1/namespaces/default/leases/greeter")
                        .map(lease -> lease.getAsJsonObject("spec")
                                .get("holderIdentity")
                                .getAsString())
                        .filter(holder -> holder.startsWith(replica.name + "_"))
                        .isPresent());
        world.sim.pass(Duration.ofSeconds(2));
        return replica;
    }

    @Test
    void oneWorksAndTheOtherStandsReadyAndWritesNothing() {
        world.greet("hello", "a");
        var first = leads(start("greeter-1"));
        var second = start("greeter-2");
        world.settle("hello");
        world.sim.pass(Duration.ofMinutes(5));
        assertThat(work(first)).isNotEmpty();
        assertThat(writes).noneMatch(write -> write.by().equals("greeter-2"));
        assertThat(second.running().ready()).as("so that a rollout goes on").isTrue();
        assertThat(second.running().healthy()).isTrue();
        assertThat(first.election().leads()).isTrue();
        assertThat(second.election().leads()).isFalse();
        assertThat(second.election().holder()).startsWith("greeter-1_");
        assertThat(gauge(first, "leader.election.master.status")).isEqualTo(1);
        assertThat(gauge(second, "leader.election.master.status")).isZero();
        assertThat(gauge(first, "leader.election.term")).isEqualTo(1);
        assertThat(gauge(first, "leader.election.seconds.left")).isBetween(9.0, 12.0);
        int before = work(first).size();
        world.sim.pass(Duration.ofMinutes(5));
        assertThat(work(first)).as("at rest").hasSize(before);
    }

    private static double gauge(Replica replica, String name) {
        return replica.meters.get(name).tag("name", "greeter").gauge().value();
    }

    @Test
    void t34_theNextLeaderReconcilesAtOnceBecauseItsCachesAreWarm() {
        leads(start("greeter-1"));
        var second = start("greeter-2");
        world.sim.pass(Duration.ofSeconds(30));
        replicas.get(0).process().crash();
        Duration crashed = world.sim.elapsed();
        world.greet("hello", "a");
        world.sim.eventually(TAKE_OVER, "the page is made", () -> !work(second).isEmpty());
        Duration acquired = writes.stream()
                .filter(write -> write.by().equals(second.name))
                .findFirst()
                .orElseThrow()
                .at();
        Duration took = work(second).get(0).at().minus(acquired);
        System.out.printf(
                "t34: lease taken %s after the leader's end, first write %s after that%n",
                acquired.minus(crashed), took);
        assertThat(took).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void whoLosesTheLeaseStopsStandsByAndLeadsAgainWhenItIsFree() {
        world.greet("hello", "a");
        var first = leads(start("greeter-1"));
        var second = start("greeter-2");
        world.settle("hello");
        var cut = new ApiFault.Partition();
        first.process().begin(cut);
        leads(second);
        world.patchGreeting("hello", "{'spec':{'text':'b'}}");
        world.sim.pass(Duration.ofSeconds(5));
        assertThat(world.map("hello-page").orElseThrow().toString()).contains("\"text\":\"b\"");
        int before = work(first).size();
        first.process().end(cut);
        world.sim.pass(Duration.ofMinutes(1));
        assertThat(work(first)).as("nothing after it was cut off").hasSize(before);
        assertThat(first.running().ready()).isTrue();
        second.process().crash();
        leads(first);
        world.patchGreeting("hello", "{'spec':{'text':'c'}}");
        world.sim.pass(Duration.ofSeconds(5));
        assertThat(world.map("hello-page").orElseThrow().toString()).contains("\"text\":\"c\"");
        assertThat(first.election().term()).isEqualTo(3);
        assertThat(first.election().transitions()).isEqualTo(2);
        assertThat(first.running().healthy()).isTrue();
    }

    record Slow() implements Act {}

    @Test
    void onAStopTheWorkEndsFirstAndThenTheNextOneBegins() {
        var begun = new AtomicInteger();
        var ended = new ArrayList<Duration>();
        controller = Controller.of(World.GREETING)
                .performs(Slow.class, (act, seen, permission) -> {
                    begun.incrementAndGet();
                    replicas.get(0).scheduler().sleep(Duration.ofSeconds(8));
                    ended.add(world.sim.elapsed());
                })
                .reconcile(seen -> begun.get() == 0
                        ? Plan.<GreetingStatus>withoutStatus().act(new Slow())
                        : Plan.of(new GreetingStatus(1)));
        world.greet("hello", "a");
        var first = leads(start("greeter-1"));
        var second = start("greeter-2");
        world.sim.eventually(World.SOON, "the act has begun", () -> begun.get() == 1);
        Duration asked = world.sim.elapsed();
        first.process().run("sigterm", () -> {
            try {
                assertThat(first.running().stop(Duration.ofSeconds(20))).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        leads(second);
        Duration taken = writes.stream()
                .filter(write -> write.by().equals(second.name))
                .findFirst()
                .orElseThrow()
                .at();
        assertThat(ended).hasSize(1);
        assertThat(taken).isGreaterThanOrEqualTo(ended.get(0));
        assertThat(taken.minus(ended.get(0))).as("hand-over").isLessThan(Duration.ofMillis(300));
        assertThat(ended.get(0).minus(asked)).isGreaterThan(Duration.ofSeconds(4));
    }

    @Test
    void anActThatWakesUpUnderTheNextLeaderHasNoEffect() {
        var begun = new AtomicInteger();
        var asked = new AtomicInteger();
        var effects = new AtomicInteger();
        controller = Controller.of(World.GREETING)
                .performs(Slow.class, (act, seen, permission) -> {
                    begun.incrementAndGet();
                    lookHeedlessly(replicas.get(0).scheduler());
                    asked.incrementAndGet();
                    var unused = permission.ask();
                    effects.incrementAndGet();
                })
                .reconcile(seen -> begun.get() == 0
                        ? Plan.<GreetingStatus>withoutStatus().act(new Slow())
                        : Plan.of(new GreetingStatus(1)));
        var first = leads(start("greeter-1"));
        var second = start("greeter-2");
        world.sim.pass(Duration.ofSeconds(5));
        world.greet("hello", "a");
        world.sim.eventually(World.SOON, "the act looks", () -> begun.get() == 1);
        first.process().freeze();
        leads(second);
        first.process().thaw();
        world.sim.eventually(World.SOON, "it has asked", () -> asked.get() == 1);
        world.sim.pass(Duration.ofSeconds(10));
        assertThat(effects).hasValue(0);
    }

    /** Takes a second, and does not listen to who interrupts it. */
    private static void lookHeedlessly(Scheduler scheduler) {
        try {
            scheduler.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void t37_whoseCachesAreNotSyncedDoesNotLead() {
        var forbidden =
                new ApiFault.Refuse(request -> request.path().endsWith("/configmaps"), 403, "Forbidden", Duration.ZERO);
        var first = start("greeter-1");
        first.process().begin(forbidden);
        world.sim.pass(Duration.ofMinutes(5));
        assertThat(writes).isEmpty();
        assertThat(first.running().ready()).isFalse();
        leads(start("greeter-2"));
        first.process().end(forbidden);
    }

    @Test
    void t38_stepsOfWallClocksChangeNothing() {
        var first = leads(start("greeter-1"));
        var second = start("greeter-2");
        world.sim.pass(Duration.ofMinutes(1));
        for (int hours : new int[] {1, -2, 1}) {
            second.process().stepClock(Duration.ofHours(hours));
            world.sim.pass(Duration.ofMinutes(1));
            first.process().stepClock(Duration.ofHours(-hours));
            world.sim.pass(Duration.ofMinutes(1));
        }
        assertThat(first.election().leads()).isTrue();
        assertThat(first.election().term()).isEqualTo(1);
        assertThat(second.election().transitions()).isZero();
    }

    @Test
    void whoIsRefusedTheLeaseThoughNobodyWasFasterTriesAgainNowAndThen() {
        var first = leads(start("greeter-1"));
        var looks = new AtomicInteger();
        world.server.observe(request -> {
            if (request.resource().equals("leases") && request.verb().equals("get")) {
                looks.incrementAndGet();
            }
        });
        var refused = ApiFault.Refuse.conflicts();
        first.process().begin(refused);
        world.sim.pass(Duration.ofMinutes(1));
        assertThat(looks).as("it looks after each refusal").hasValueBetween(10, 100);
        first.process().end(refused);
        leads(first);
    }

    @Test
    void missingPermissionsAreNamedAndLookedForAgain() {
        var first = start("greeter-1");
        var forbidden = new ApiFault.Refuse(
                request -> request.method().mutating() && request.path().contains("/leases"),
                403,
                "Forbidden",
                Duration.ZERO);
        first.process().begin(forbidden);
        world.sim.pass(Duration.ofMinutes(1));
        assertThat(first.election().problem()).contains("403").contains("leases");
        assertThat(first.running().healthy()).isTrue();
        first.process().end(forbidden);
        leads(first);
        assertThat(first.election().problem()).isEmpty();
    }
}
