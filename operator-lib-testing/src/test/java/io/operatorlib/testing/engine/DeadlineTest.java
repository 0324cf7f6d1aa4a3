package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What hangs, throws or dies harms its own resource only. */
class DeadlineTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration FOR_EVER = Duration.ofDays(100);
    private static final int MOST_HANGING = 16;

    record Pump(String text) implements Act {}

    private final Set<String> stuck = new TreeSet<>();

    private Controller<GreetingSpec, GreetingStatus> controller(World world) {
        return Controller.of(World.GREETING)
                .owns(V1ConfigMap.class)
                .workers(1)
                .deadline(DEADLINE)
                .performs(Pump.class, Duration.ofSeconds(5), (act, seen, permission) -> behave(world, act.text()))
                .reconcile(seen -> {
                    behave(world, String.valueOf(seen.spec().text()));
                    return plan(seen);
                });
    }

    private static Plan<GreetingStatus> plan(Observed<GreetingSpec, GreetingStatus> seen) {
        String text = String.valueOf(seen.spec().text());
        var plan = Plan.of(new GreetingStatus(0));
        if (text.startsWith("pump ")) {
            plan = plan.act(new Pump(text.substring("pump ".length())));
        }
        return plan.apply(new V1ConfigMap().metadata(seen.childMeta("page")).data(Map.of("text", text)));
    }

    private void behave(World world, String text) {
        switch (text) {
            case "sleep" -> sleep(world);
            case "hang" -> {
                stuck.add("hang");
                while (stuck.contains("hang")) {
                    hang(world);
                }
            }
            case "throw" -> throw new IllegalStateException("thrown");
            default -> {}
        }
    }

    private static void sleep(World world) {
        try {
            world.schedulerOfOperator().sleep(FOR_EVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Foreign code that does not heed an interrupt. */
    private static void hang(World world) {
        try {
            world.schedulerOfOperator().sleep(Duration.ofSeconds(1));
        } catch (InterruptedException ignored) {
            // as some do
        }
    }

    private static String text(World world, String name) {
        return world.map(name + "-page")
                .map(map -> map.getAsJsonObject("data").get("text").getAsString())
                .orElse("");
    }

    private void othersAreServedBeside(String bad, String condition) {
        try (var world = new World()) {
            world.start(controller(world));
            world.greet("bad", bad);
            world.sim.pass(Duration.ofSeconds(1));
            world.greet("good", "hello");
            world.sim.eventually(
                    Duration.ofMinutes(1),
                    "the other one is served",
                    () -> text(world, "good").equals("hello"));
            world.sim.eventually(
                    Duration.ofMinutes(2),
                    "the status tells",
                    () -> world.condition("bad", "Reconciled").equals(condition));
            assertThat(world.running.get(0).healthy()).isTrue();
            world.sim.pass(Duration.ofMinutes(10));
            assertThat(world.running.get(0).healthy()).as("it stays so").isTrue();
            stuck.clear();
            world.patchGreeting("bad", "{'spec':{'text':'well'}}");
            world.sim.eventually(
                    Duration.ofMinutes(2),
                    "it is well again",
                    () -> text(world, "bad").equals("well"));
            world.settle("bad");
            world.sim.quiet(Duration.ofMinutes(10));
        }
    }

    @Test
    void aReconcilerThatTakesTooLongIsInterruptedAndTriedAgain() {
        othersAreServedBeside("sleep", "False DeadlineExceeded");
    }

    @Test
    void aReconcilerThatHangsLosesItsThreadAndHarmsOnlyItsOwnResource() {
        othersAreServedBeside("hang", "False DeadlineExceeded");
    }

    @Test
    void anActThatTakesTooLongIsInterruptedAfterItsOwnTime() {
        othersAreServedBeside("pump sleep", "False DeadlineExceeded");
    }

    @Test
    void aPerformerThatHangsHarmsOnlyItsOwnResource() {
        othersAreServedBeside("pump hang", "False DeadlineExceeded");
    }

    @Test
    void aReconcilerThatThrowsHarmsOnlyItsOwnResource() {
        othersAreServedBeside("throw", "False IllegalStateException");
    }

    @Test
    void anActHasItsOwnTimeAndWhatFollowsItHasTheReconcilesAnew() {
        try (var world = new World()) {
            world.start(Controller.of(World.GREETING)
                    .deadline(Duration.ofSeconds(2))
                    .performs(
                            Pump.class,
                            Duration.ofMinutes(1),
                            (act, seen, permission) ->
                                    world.schedulerOfOperator().sleep(Duration.ofSeconds(20)))
                    .reconcile(DeadlineTest::plan));
            world.greet("hello", "pump gently");
            world.settle("hello");
            assertThat(text(world, "hello")).isEqualTo("pump gently");
        }
    }

    @Test
    void whatWakesUpAfterItsDeadlineHasNoEffectAnyMore() {
        try (var world = new World()) {
            world.start(controller(world));
            world.sim.always(
                    "the old plan is not carried on",
                    () -> assertThat(text(world, "hello")).isNotEqualTo("pump hang"));
            world.greet("hello", "pump hang");
            world.sim.pass(Duration.ofMinutes(1));
            world.patchGreeting("hello", "{'spec':{'text':'later'}}");
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(text(world, "hello"))
                    .as("the resource is not reconciled twice at once")
                    .isEmpty();
            stuck.clear();
            world.sim.eventually(
                    Duration.ofMinutes(1),
                    "the new plan",
                    () -> text(world, "hello").equals("later"));
        }
    }

    @Test
    void whenManyHangTheOperatorIsNotHealthyAnyMoreAndBelowThatAllOthersAreServed() {
        try (var world = new World()) {
            world.start(controller(world));
            for (int i = 1; i < MOST_HANGING; i++) {
                world.greet("bad-" + i, "hang");
            }
            world.sim.pass(Duration.ofMinutes(15));
            assertThat(world.running.get(0).healthy()).isTrue();
            world.greet("good", "hello");
            world.settle("good");
            world.greet("last", "hang");
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(world.running.get(0).healthy()).isFalse();
            stuck.clear();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(world.running.get(0).healthy()).isTrue();
        }
    }

    @Test
    void aStopDoesNotWaitForWhatHangsAndNothingIsWrittenAfterIt() {
        try (var world = new World()) {
            world.start(controller(world));
            world.greet("bad", "pump hang");
            world.sim.pass(Duration.ofMinutes(1));
            var stopped = new boolean[] {false, true};
            world.schedulerOfOperator().fork("stopper", () -> {
                try {
                    stopped[1] = world.running.get(0).stop(Duration.ofSeconds(20));
                    stopped[0] = true;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            world.sim.eventually(Duration.ofSeconds(5), "it has stopped", () -> stopped[0]);
            assertThat(stopped[1]).as("in order").isFalse();
            stuck.clear();
            world.sim.quiet(Duration.ofMinutes(1));
        }
    }
}
