package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    @Test
    void t31_nothingIsReconciledBeforeEveryWatchedCacheHasSynced() {
        try (var world = new World()) {
            var calls = new AtomicInteger();
            world.greet("hello", "a");
            // of the two kinds that are watched only one is served
            world.start(Operator.named("greeter")
                    .controller(Controller.of(Kind.of(
                                    "not.served.io", "v1", "Nothing", World.GreetingSpec.class, GreetingStatus.class))
                            .reconcile(seen -> Plan.withoutStatus()))
                    .controller(Controller.of(World.GREETING).reconcile(seen -> {
                        calls.incrementAndGet();
                        return Plan.withoutStatus();
                    })));
            world.sim.pass(Duration.ofMinutes(5));
            assertThat(calls).hasValue(0);
            assertThat(world.running.get(0).ready()).as("t30: it says so").isFalse();
        }
    }

    @Test
    void t33_aChildThatChangesItsOwnerIsToldToBoth() {
        try (var world = new World()) {
            var told = new TreeSet<String>();
            world.start(Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(seen -> {
                told.add(seen.meta().name());
                return Plan.of(new GreetingStatus(seen.owned(V1ConfigMap.class).size()));
            }));
            String a = owner("a", uid(world, "a"));
            String b = owner("b", uid(world, "b"));
            world.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'page'," + a + "}}");
            world.settle("a");
            world.settle("b");
            told.clear();
            world.patchMap("page", "{'metadata':{" + b + "}}");
            world.sim.eventually(World.SOON, "both are told", () -> told.size() == 2);
        }
    }

    private static String uid(World world, String name) {
        return world.greet(name, "text").getAsJsonObject("metadata").get("uid").getAsString();
    }

    private static String owner(String name, String uid) {
        return "'ownerReferences':[{'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','name':'" + name
                + "','uid':'" + uid + "'}]";
    }

    @Test
    void t32_aStopIsBoundedAndTheSameOperatorCanBeStartedAgain() throws InterruptedException {
        var before = Thread.getAllStackTraces().keySet();
        var scheduler = new RealScheduler();
        var server = ApiServer.create(scheduler);
        var operator = Operator.named("maps")
                .controller(Controller.<Object, Object>of(Kind.builtIn(V1ConfigMap.class))
                        .reconcile(seen -> Plan.withoutStatus()));
        for (int round = 0; round < 2; round++) {
            var running = operator.start(new Ports(server.as(Caller.ADMIN), scheduler));
            long end = scheduler.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!running.ready() && scheduler.nanoTime() < end) {
                scheduler.sleep(Duration.ofMillis(5));
            }
            assertThat(running.ready()).isTrue();
            assertThat(running.stop(Duration.ofSeconds(5))).isTrue();
            assertThat(running.ready()).isFalse();
        }
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread)
                                && !thread.isDaemon()
                                && thread.getName().matches("(reconcile|informer|facts|operator).*")))
                .as("t15: no thread of ours keeps the JVM alive")
                .isEmpty();
    }
}
