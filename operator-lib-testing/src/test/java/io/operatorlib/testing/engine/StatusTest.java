package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusTest {
    private static final Controller<GreetingSpec, GreetingStatus> CONTROLLER = Controller.of(World.GREETING)
            .reconcile(seen -> Plan.of(new GreetingStatus(3))
                    .condition(Condition.ready(
                            "yes".equals(seen.spec().text()),
                            "Said",
                            String.valueOf(seen.spec().text()))));

    @Test
    void theStatusIsWrittenOnceWithTheGenerationAndTheEnginesOwnCondition() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "yes");
            world.settle("hello");
            var status = world.greeting("hello").orElseThrow().getAsJsonObject("status");
            assertThat(status.get("pages").getAsInt()).isEqualTo(3);
            assertThat(status.get("observedGeneration").getAsInt()).isEqualTo(1);
            assertThat(world.condition("hello", "Ready")).isEqualTo("True Said");
            assertThat(world.sim.effects()).hasSize(1);
        }
    }

    @Test
    void aStatusEditedByHandIsRepairedWithAllItsFields() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "yes");
            world.settle("hello");
            var before = world.greeting("hello").orElseThrow().get("status");
            world.patchStatus("hello", "{'status':{'pages':99,'conditions':[]}}");
            world.settle("hello");
            world.patchStatus("hello", "{'status':null}");
            world.settle("hello");
            var after = world.greeting("hello").orElseThrow().getAsJsonObject("status");
            assertThat(after.get("pages").getAsInt()).isEqualTo(3);
            assertThat(after.keySet()).isEqualTo(before.getAsJsonObject().keySet());
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    @Test
    void theTimeOfTheLastTransitionChangesWithTheStatusOfTheConditionOnly() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "no");
            world.settle("hello");
            String first = transition(world);
            world.sim.pass(Duration.ofMinutes(1));
            world.patchGreeting("hello", "{'spec':{'text':'not at all'}}");
            world.settle("hello");
            assertThat(message(world)).isEqualTo("not at all");
            assertThat(transition(world)).isEqualTo(first);
            world.patchGreeting("hello", "{'spec':{'text':'yes'}}");
            world.settle("hello");
            assertThat(transition(world)).isGreaterThan(first);
        }
    }

    private static String transition(World world) {
        return world.conditionObject("hello", "Ready")
                .orElseThrow()
                .get("lastTransitionTime")
                .getAsString();
    }

    private static String message(World world) {
        return world.conditionObject("hello", "Ready")
                .orElseThrow()
                .get("message")
                .getAsString();
    }

    @Test
    void aConditionThatIsNoLongerNamedGoes() {
        try (var world = new World()) {
            world.start(Controller.of(World.GREETING).reconcile(seen -> {
                var plan = Plan.of(new GreetingStatus(0));
                return "odd".equals(seen.spec().text())
                        ? plan.condition(Condition.of("Odd", true, "Odd", "odd"))
                        : plan;
            }));
            world.greet("hello", "odd");
            world.settle("hello");
            assertThat(world.condition("hello", "Odd")).isEqualTo("True Odd");
            world.patchGreeting("hello", "{'spec':{'text':'even'}}");
            world.settle("hello");
            assertThat(world.condition("hello", "Odd")).isEmpty();
        }
    }

    @Test
    void t5_aReconcilerThatThrowsOrReturnsNullIsAFailedAttemptAndItsKeyComesBack() {
        try (var world = new World()) {
            var calls = new AtomicInteger();
            world.start(Controller.of(World.GREETING).reconcile(seen -> switch (calls.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("first");
                case 2 -> nothing();
                case 3 -> throw new StackOverflowError();
                default -> Plan.of(new GreetingStatus(0));
            }));
            world.greet("hello", "a");
            world.settle("hello");
            assertThat(calls.get()).isGreaterThanOrEqualTo(4);
            assertThat(world.running.get(0).healthy()).isTrue();
        }
    }

    @SuppressWarnings("NullAway") // what an author's code may do whom nobody checks
    private static Plan<GreetingStatus> nothing() {
        return null;
    }

    @Test
    void aFailureWhoseWordsDifferEachTimeIsNotTriedAgainWithoutBackOff() {
        try (var world = new World()) {
            var calls = new AtomicInteger();
            world.start(Controller.of(World.GREETING).reconcile(seen -> {
                throw new IllegalStateException("number " + calls.incrementAndGet());
            }));
            world.greet("hello", "a");
            world.sim.pass(Duration.ofMinutes(5));
            assertThat(calls.get()).isBetween(10, 20);
        }
    }

    @Test
    void anObjectThatCannotBeDecodedIsNamedAndStopsNothingElse() {
        try (var world = new World()) {
            world.start(Controller.of(World.STRICT).reconcile(seen -> Plan.of(new GreetingStatus(1))));
            world.greet("broken", "not a number");
            world.greet("fine", "7");
            world.settle("fine");
            assertThat(world.condition("broken", "Reconciled")).isEqualTo("False Undecodable");
            assertThat(world.conditionObject("broken", "Reconciled")
                            .orElseThrow()
                            .get("message")
                            .getAsString())
                    .contains("Greeting default/broken")
                    .contains("spec.text");
            world.patchGreeting("broken", "{'spec':{'text':'8'}}");
            world.settle("broken");
        }
    }

    @Test
    void t3_aThousandObjectsThatFailOnceAreAllTriedAgainWithinTheirOwnBackOff() {
        try (var world = new World()) {
            var tried = new HashSet<String>();
            var again = new HashSet<String>();
            world.start(Controller.of(World.GREETING).reconcile(seen -> {
                if (tried.add(seen.meta().name())) {
                    throw new IllegalStateException("the first try fails");
                }
                again.add(seen.meta().name());
                return Plan.withoutStatus();
            }));
            for (int i = 0; i < 1_000; i++) {
                world.greet("hello-" + i, "a");
            }
            world.sim.eventually(Duration.ofSeconds(2), "all are tried again", () -> again.size() == 1_000);
        }
    }
}
