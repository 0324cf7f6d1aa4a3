package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.ForwardingWatch;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A resource is deleted, its children are collected, and the event that says so comes late. */
class LateDeletionTest {
    /** As many as there are before the informer lists anew, which tells it, too. */
    private static final int COLLECTIONS = 6;

    private boolean deaf;

    @Test
    void childrenAreNotMadeAgainForASettledResourceThatIsGone() {
        var controller = Controller.of(World.GREETING)
                .owns(V1ConfigMap.class)
                .reconcile(seen -> Plan.of(new GreetingStatus(1)).apply(page(seen)));
        assertThat(effectsWhileItsDeletionIsLate(controller, world -> world.deleteGreeting("hello")))
                .isEmpty();
    }

    @Test
    void aStatusThatCannotBeFoundIsNotWrittenAgain() {
        assertThat(effectsWhileItsDeletionIsLate(tellingWhatItSees(), world -> world.deleteGreeting("hello")))
                .hasSize(1);
    }

    @Test
    void norOneOfAResourceWhoseNameAnotherBears() {
        assertThat(effectsWhileItsDeletionIsLate(tellingWhatItSees(), world -> {
                    world.deleteGreeting("hello");
                    world.greet("hello", "yes");
                }))
                .hasSize(1);
    }

    // it makes each resource's child once, and reports what it sees of it
    private static Controller<GreetingSpec, GreetingStatus> tellingWhatItSees() {
        var looks = new AtomicInteger();
        var known = new HashSet<String>();
        return Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(seen -> {
            boolean first = known.add(seen.meta().uid());
            looks.incrementAndGet();
            var plan = Plan.of(new GreetingStatus(seen.owned(V1ConfigMap.class).isEmpty() ? looks.get() : 0));
            return first ? plan.apply(page(seen)) : plan;
        });
    }

    private static V1ConfigMap page(Observed<GreetingSpec, GreetingStatus> seen) {
        return new V1ConfigMap().metadata(seen.childMeta("page"));
    }

    private List<String> effectsWhileItsDeletionIsLate(
            Controller<GreetingSpec, GreetingStatus> controller, Consumer<World> deed) {
        try (var world = new World()) {
            world.start(
                    Operator.named("greeter").controller(controller),
                    ports -> new Ports(new LateGreetings(ports.kubeApi()), ports.scheduler()));
            world.greet("hello", "yes");
            world.settle("hello");
            deaf = true;
            deed.accept(world);
            int before = world.sim.effects().size();
            for (int i = 0; i < COLLECTIONS; i++) {
                if (world.map("hello-page").isPresent()) {
                    world.deleteMap("hello-page");
                }
                world.sim.pass(Duration.ofSeconds(2));
            }
            var effects = List.copyOf(
                    world.sim.effects().subList(before, world.sim.effects().size()));
            deaf = false;
            world.sim.pass(Duration.ofMinutes(1));
            world.sim.quiet(Duration.ofMinutes(10));
            return effects;
        }
    }

    /** A door whose watches of greetings keep what they hear to themselves while the test says so. */
    private final class LateGreetings implements KubeApi {
        private final KubeApi api;

        LateGreetings(KubeApi api) {
            this.api = api;
        }

        @Override
        public ApiResponse send(ApiRequest request) {
            return api.send(request);
        }

        @Override
        public ApiWatch watch(ApiRequest request) {
            var watch = api.watch(request);
            return request.path().endsWith("/greetings") ? new Late(watch) : watch;
        }
    }

    private final class Late extends ForwardingWatch {
        private static final Duration LOOK = Duration.ofMillis(100);

        private final Deque<Next> kept = new ArrayDeque<>();

        Late(ApiWatch watch) {
            super(watch);
        }

        @Override
        public Next next(Duration atMost) throws InterruptedException {
            if (!deaf && !kept.isEmpty()) {
                return kept.remove();
            }
            var next = watch.next(LOOK.compareTo(atMost) < 0 ? LOOK : atMost);
            if (deaf && next instanceof Line) {
                kept.add(next);
                return new Idle();
            }
            return next;
        }
    }
}
