package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Act;
import io.operatorlib.ActRefused;
import io.operatorlib.Controller;
import io.operatorlib.Fact;
import io.operatorlib.Outcome;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FactsTest {
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    record Water(int level) {}

    sealed interface Pump extends Act {
        record Add(int amount) implements Pump {}

        record Drain() implements Pump {}
    }

    /** What is outside: it answers after a while, or not at all. */
    private static final class Tank {
        private final World world;
        private final AtomicInteger asked = new AtomicInteger();
        private int level;
        private int refused;
        private Duration answersAfter = Duration.ofMillis(20);
        private String broken = "";

        Tank(World world) {
            this.world = world;
        }

        Water look() throws InterruptedException {
            asked.incrementAndGet();
            int now = level;
            world.schedulerOfOperator().sleep(answersAfter);
            if (!broken.isEmpty()) {
                throw new IllegalStateException(broken);
            }
            return new Water(now);
        }
    }

    private static Controller<GreetingSpec, GreetingStatus> observing(Tank tank, List<Fact<Water>> seen) {
        return Controller.of(World.GREETING)
                .observe(Water.class, INTERVAL, any -> tank.look())
                .performs(Pump.class, (act, from, permission) -> {
                    tank.world.schedulerOfOperator().sleep(Duration.ofMillis(100));
                    if (act instanceof Pump.Add add) {
                        tank.level += add.amount();
                    } else {
                        tank.refused++;
                        throw new ActRefused("Frozen", "the drain is frozen");
                    }
                    tank.world.sim.changed();
                })
                .reconcile(from -> {
                    Fact<Water> fact = from.fact(Water.class);
                    seen.add(fact);
                    int level = fact.orElse(Water::level, -1);
                    var plan = Plan.of(new GreetingStatus(level));
                    return switch (String.valueOf(from.spec().text())) {
                        case "fill" -> fact.known().isPresent() && level < 3 ? plan.act(new Pump.Add(1)) : plan;
                        case "drain" -> plan.act(new Pump.Drain());
                        default -> plan;
                    };
                });
    }

    @Test
    void aFactIsAskedForBeforeItIsKnownAndAgainAfterItsInterval() {
        try (var world = new World()) {
            var tank = new Tank(world);
            var seen = new ArrayList<Fact<Water>>();
            world.start(observing(tank, seen));
            world.greet("hello", "look");
            world.settle("hello");
            assertThat(seen.get(0)).isEqualTo(Fact.asking("not observed yet"));
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.known(new Water(0)));
            int before = tank.asked.get();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(tank.asked.get() - before).isBetween(18, 21);
        }
    }

    @Test
    void onlyAChangedFactCausesAReconcile() {
        try (var world = new World()) {
            var tank = new Tank(world);
            var seen = new ArrayList<Fact<Water>>();
            world.start(observing(tank, seen));
            world.greet("hello", "look");
            world.settle("hello");
            int before = seen.size();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(seen).hasSize(before);
            tank.level = 2;
            world.sim.pass(INTERVAL.multipliedBy(2));
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.known(new Water(2)));
            assertThat(pages(world)).isEqualTo(2);
        }
    }

    @Test
    void afterAnActTheFactIsUnknownUntilAnObservationThatBeganAfterIt() {
        for (int seed = 1; seed <= 10; seed++) {
            try (var world = new World(seed)) {
                var tank = new Tank(world);
                // longer than an act takes, so that observations overlap with acts
                tank.answersAfter = Duration.ofMillis(150);
                var seen = new ArrayList<Fact<Water>>();
                world.start(observing(tank, seen));
                world.sim.always(
                        "never filled too high", () -> assertThat(tank.level).isLessThanOrEqualTo(3));
                world.greet("hello", "fill");
                world.sim.pass(Duration.ofSeconds(1));
                world.patchGreeting("hello", "{'spec':{'pages':['wakes it up']}}");
                world.sim.eventually(World.SOON, "filled", () -> tank.level == 3);
                world.settle("hello");
                assertThat(seen).contains(Fact.asking("not observed since the last act"));
                assertThat(pages(world)).isEqualTo(3);
                world.sim.quiet(Duration.ofMinutes(1));
            }
        }
    }

    @Test
    void anActIsFollowedByANewObservationAtOnce() {
        try (var world = new World()) {
            var tank = new Tank(world);
            world.start(observing(tank, new ArrayList<>()));
            world.greet("hello", "look");
            world.settle("hello");
            long before = world.sim.elapsed().toMillis();
            world.patchGreeting("hello", "{'spec':{'text':'fill'}}");
            world.sim.eventually(World.SOON, "filled", () -> tank.level == 3);
            assertThat(world.sim.elapsed().toMillis() - before).isLessThan(INTERVAL.toMillis());
        }
    }

    @Test
    void whatCannotBeObservedIsUnknownWithItsReason() {
        try (var world = new World()) {
            var tank = new Tank(world);
            tank.broken = "a leak";
            var seen = new ArrayList<Fact<Water>>();
            world.start(observing(tank, seen));
            world.greet("hello", "look");
            world.settle("hello");
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.unknown("a leak"));
            tank.broken = "";
            world.settle("hello");
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.known(new Water(0)));
        }
    }

    @Test
    void anObservationThatTakesTooLongIsGivenUpAndTriedAgain() {
        try (var world = new World()) {
            var tank = new Tank(world);
            tank.answersAfter = Duration.ofHours(1);
            var seen = new ArrayList<Fact<Water>>();
            world.start(observing(tank, seen));
            world.greet("hello", "look");
            world.sim.pass(Duration.ofSeconds(10));
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.unknown("no answer within 5000 ms"));
            tank.answersAfter = Duration.ZERO;
            world.sim.pass(Duration.ofSeconds(10));
            assertThat(seen.get(seen.size() - 1)).isEqualTo(Fact.known(new Water(0)));
            assertThat(world.running.get(0).healthy()).isTrue();
        }
    }

    @Test
    void aResourceThatIsGoneIsNotObservedAnyMore() {
        try (var world = new World()) {
            var tank = new Tank(world);
            world.start(observing(tank, new ArrayList<>()));
            world.greet("hello", "look");
            world.settle("hello");
            world.deleteGreeting("hello");
            world.sim.pass(Duration.ofSeconds(5));
            int before = tank.asked.get();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(tank.asked.get()).isEqualTo(before);
        }
    }

    @Test
    void anActThatIsRefusedIsToldInTheConditionReconciled() {
        try (var world = new World()) {
            var outcomes = new ArrayList<Outcome>();
            var tank = new Tank(world);
            var controller = observing(tank, new ArrayList<>());
            var planner = Objects.requireNonNull(controller.reconciler());
            world.start(controller.reconcile(from -> {
                outcomes.add(from.lastOutcome());
                return planner.reconcile(from);
            }));
            world.greet("hello", "drain");
            world.sim.eventually(
                    World.SOON,
                    "told",
                    () -> world.condition("hello", "Reconciled").equals("False Frozen"));
            assertThat(world.conditionObject("hello", "Reconciled")
                            .orElseThrow()
                            .get("message")
                            .getAsString())
                    .isEqualTo("Perform Drain[]: the drain is frozen");
            world.sim.pass(Duration.ofSeconds(10));
            assertThat(outcomes.get(0)).isEqualTo(new Outcome.None());
            assertThat(outcomes.get(outcomes.size() - 1)).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                assertThat(failed.reason()).isEqualTo("Frozen");
                assertThat(failed.times()).isGreaterThan(3);
            });
        }
    }

    @Test
    void whatIsObservedWhileAnActIsRefusedIsNoReasonToTryItSooner() {
        try (var world = new World()) {
            var tank = new Tank(world);
            world.start(observing(tank, new ArrayList<>()));
            world.greet("hello", "drain");
            world.sim.pass(Duration.ofSeconds(10));
            // 50 ms and doubling
            assertThat(tank.refused).isBetween(5, 9);
        }
    }

    private static int pages(World world) {
        return world.greeting("hello")
                .orElseThrow()
                .getAsJsonObject("status")
                .get("pages")
                .getAsInt();
    }
}
