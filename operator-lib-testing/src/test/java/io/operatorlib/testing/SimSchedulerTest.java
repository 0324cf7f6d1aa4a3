package io.operatorlib.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SimSchedulerTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void actorsTakeTurnsInAnOrderThatOnlyTheSeedDecides() {
        assertThat(order(1)).isEqualTo(order(1));
        assertThat(List.of(order(1), order(2), order(3), order(4))).doesNotHaveDuplicates();
    }

    private static List<String> order(long seed) {
        var seen = new ArrayList<String>();
        try (var sim = Sim.seeded(seed)) {
            for (var name : List.of("a", "b", "c")) {
                sim.scheduler().fork(name, () -> {
                    for (int i = 0; i < 20; i++) {
                        seen.add(name);
                        sleep(sim.scheduler(), Duration.ZERO);
                    }
                });
            }
            sim.eventually(HOUR, "all ran", () -> seen.size() == 60);
        }
        return List.copyOf(seen);
    }

    @Test
    void timeJumpsToTheNextTimerWhenNobodyCanRun() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var before = sim.scheduler().now();
            sim.scheduler().sleep(Duration.ofDays(365));
            assertThat(Duration.between(before, sim.scheduler().now())).isEqualTo(Duration.ofDays(365));
            assertThat(sim.steps()).isLessThan(3);
        }
    }

    @Test
    void anOpeningAfterTheTicketIsNeverMissed() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            try (var sim = Sim.seeded(seed)) {
                var scheduler = sim.scheduler();
                var gate = scheduler.gate();
                var state = new AtomicInteger();
                scheduler.fork("changer", () -> {
                    sleep(scheduler, Duration.ZERO);
                    state.set(1);
                    gate.open();
                });
                for (long ticket = gate.ticket(); state.get() == 0; ticket = gate.ticket()) {
                    scheduler.sleep(Duration.ZERO);
                    assertThat(state.get() == 1 || gate.await(ticket, HOUR)).isTrue();
                }
                assertThat(gate.await(gate.ticket(), Duration.ofSeconds(1))).isFalse();
                assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void aDeadlockIsAnErrorThatSaysWhoWaitsForWhat() {
        try (var sim = Sim.seeded(1)) {
            var gate = sim.scheduler().gate();
            sim.scheduler().fork("waiter", () -> await(gate, Duration.ofSeconds(Long.MAX_VALUE)));
            assertThatThrownBy(() -> gate.await(gate.ticket(), Duration.ofSeconds(Long.MAX_VALUE)))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("deadlock")
                    .hasMessageContaining("test/waiter#1 waits for a gate");
        }
    }

    @Test
    void anActorThatNeverLetsTimePassIsAnError() {
        try (var sim = Sim.seeded(1)) {
            sim.scheduler().fork("spinner", () -> {
                while (true) {
                    sleep(sim.scheduler(), Duration.ZERO);
                }
            });
            assertThatThrownBy(() -> sim.pass(HOUR))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("caught in a loop")
                    .hasMessageContaining("spinner");
        }
    }

    @Test
    void anInterruptEndsAWaitAndIsKeptWhereNothingWaits() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var scheduler = sim.scheduler();
            var seen = new ArrayList<String>();
            var sleeper = scheduler.fork("sleeper", () -> {
                try {
                    scheduler.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    seen.add("interrupted at " + sim.elapsed());
                }
                Thread.currentThread().interrupt();
                sim.door(new CountingServer()).send(CountingServer.POST);
                try {
                    scheduler.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    seen.add("again");
                }
            });
            scheduler.sleep(Duration.ofSeconds(5));
            sleeper.interrupt();
            assertThat(sleeper.join(HOUR)).isTrue();
            assertThat(seen).containsExactly("interrupted at PT5S", "again");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void joinSaysWhetherTheTaskHasEnded() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var task = sim.scheduler().fork("task", () -> sleep(sim.scheduler(), Duration.ofSeconds(10)));
            assertThat(task.join(Duration.ofSeconds(3))).isFalse();
            assertThat(task.join(HOUR)).isTrue();
            assertThat(task.join(HOUR)).isTrue();
            assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @Test
    void anUncaughtExceptionIsAnError() {
        try (var sim = Sim.seeded(1)) {
            sim.scheduler().fork("thrower", () -> {
                throw new IllegalStateException("oh dear");
            });
            assertThatThrownBy(() -> sim.pass(HOUR))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("uncaught in test/thrower")
                    .hasRootCauseMessage("oh dear");
        }
    }

    @Test
    void aRuleIsCheckedBetweenStepsThatChangeTheWorld() {
        try (var sim = Sim.seeded(1)) {
            var number = new AtomicInteger();
            sim.always("less than three", () -> assertThat(number.get()).isLessThan(3));
            sim.scheduler().fork("counter", () -> {
                while (true) {
                    number.incrementAndGet();
                    sim.changed();
                    sleep(sim.scheduler(), Duration.ofSeconds(1));
                }
            });
            assertThatThrownBy(() -> sim.pass(HOUR))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("not always: less than three");
            assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(2));
        }
    }

    @Test
    void whatDoesNotComeInTimeSaysWhoWaitsForWhat() {
        try (var sim = Sim.seeded(1)) {
            sim.scheduler().fork("sleeper", () -> sleep(sim.scheduler(), Duration.ofDays(30)));
            assertThatThrownBy(() -> sim.eventually(HOUR, "the sky falls", () -> false))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("the sky falls")
                    .hasMessageContaining("sleeper#1 waits for the end of a sleep");
        }
    }

    @Test
    void aThreadThatIsNoActorIsTurnedAway() throws Exception {
        try (var sim = Sim.seeded(1)) {
            var scheduler = sim.scheduler();
            var thrown = new ArrayList<Throwable>();
            var thread = new Thread(() -> {
                try {
                    scheduler.sleep(HOUR);
                } catch (InterruptedException | RuntimeException e) {
                    thrown.add(e);
                }
            });
            thread.start();
            thread.join();
            assertThat(thrown).singleElement().asString().contains("no actor of this simulation");
        }
    }

    @Test
    void aCrashUnwindsEveryThreadAndLetsNothingThroughTheDoorsAfterwards() {
        try (var sim = Sim.seeded(7)) {
            var server = new CountingServer();
            var unwound = new ArrayList<String>();
            var held = new ArrayList<SimPorts>();
            sim.operator(() -> server, ports -> {
                held.add(ports);
                for (var name : List.of("one", "two")) {
                    ports.scheduler().fork(name, () -> {
                        try {
                            sleep(ports.scheduler(), HOUR);
                        } finally {
                            unwound.add(ports.incarnation() + " " + name);
                            ports.kubeApi().send(CountingServer.POST);
                        }
                    });
                }
            });
            sim.pass(Duration.ofSeconds(1));
            sim.crash();
            sim.pass(Duration.ofSeconds(1));

            assertThat(unwound).containsExactlyInAnyOrder("operator-1 one", "operator-1 two");
            assertThat(server.requests).isZero();
            assertThat(sim.effects()).isEmpty();
            assertThat(sim.incarnations()).isEqualTo(2);
            assertThatThrownBy(() -> held.get(0).scheduler().nanoTime()).isInstanceOf(Crashed.class);
            assertThat(held.get(1).scheduler().nanoTime()).isPositive();
        }
    }

    @Test
    void whoCatchesACrashAndGoesOnIsFound() {
        try (var sim = Sim.seeded(7)) {
            sim.operator(
                    CountingServer::new,
                    ports -> ports.scheduler().fork("stubborn", () -> {
                        while (true) {
                            try {
                                ports.scheduler().sleep(Duration.ofSeconds(1));
                            } catch (Throwable e) {
                                // this is the mistake that is to be found
                            }
                        }
                    }));
            sim.pass(Duration.ofSeconds(1));
            sim.crash();
            assertThatThrownBy(() -> sim.pass(Duration.ofSeconds(1)))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("stubborn#2 goes on after its crash");
        }
    }

    @Test
    void everyIncarnationBeginsWithPortsOfItsOwn() {
        try (var sim = Sim.seeded(7)) {
            var seen = new ArrayList<String>();
            sim.operator(CountingServer::new, ports -> seen.add(ports.incarnation()));
            for (int i = 0; i < 3; i++) {
                sim.pass(Duration.ofSeconds(1));
                sim.crash();
            }
            sim.pass(Duration.ofSeconds(1));
            assertThat(seen).containsExactly("operator-1", "operator-2", "operator-3", "operator-4");
        }
    }

    @Test
    void aPartitionLosesRequestsAndEndsWhenItIsOver() {
        try (var sim = Sim.seeded(7)) {
            var server = new CountingServer();
            var lost = new AtomicInteger();
            var through = new AtomicBoolean();
            sim.operator(() -> server, ports -> {
                while (!through.get()) {
                    try {
                        ports.kubeApi().send(CountingServer.POST);
                        through.set(true);
                    } catch (KubeApi.NoReplyException e) {
                        lost.incrementAndGet();
                    }
                }
            });
            var partition = new ApiFault.Partition();
            sim.begin(partition);
            sim.pass(Duration.ofSeconds(45));
            assertThat(server.requests).isZero();
            sim.end(partition);
            sim.pass(Duration.ofSeconds(45));
            assertThat(server.requests).isEqualTo(1);
            assertThat(lost.get()).isEqualTo(5);
        }
    }

    private static void sleep(Scheduler scheduler, Duration time) {
        try {
            scheduler.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Scheduler.Gate gate, Duration time) {
        try {
            gate.await(gate.ticket(), time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
