package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kubernetes.client.extended.controller.DefaultController;
import io.kubernetes.client.extended.controller.DefaultControllerWatch;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.RateLimitingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.ItemExponentialFailureRateLimiter;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Controllers that lose keys, start on empty caches, end for good, or do not end at all. */
@SuppressWarnings("unchecked") // their ready functions are a generic array
class ControllerTrapsTest {
    private static final Duration A_WHILE = Duration.ofMillis(300);
    private static final Kind<V1ConfigMap, Void> MAPS = Kind.builtIn(V1ConfigMap.class);

    private final List<ExecutorService> pools = new ArrayList<>();
    private final List<DefaultController> theirs = new ArrayList<>();

    @AfterEach
    void end() {
        theirs.forEach(DefaultController::shutdown);
        pools.forEach(ExecutorService::shutdownNow);
    }

    private DefaultController theirs(RateLimitingQueue<Request> queue, Reconciler reconciler) {
        return theirs(new DefaultController("theirs", reconciler, queue));
    }

    private DefaultController theirs(DefaultController controller) {
        var pool = Executors.newScheduledThreadPool(1);
        pools.add(pool);
        controller.setWorkerCount(1);
        controller.setWorkerThreadPool(pool);
        theirs.add(controller);
        return controller;
    }

    private Thread run(DefaultController controller) {
        var thread = new Thread(controller, "their-controller");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void map(SimCluster cluster, String name) {
        cluster.create("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static Controller<V1ConfigMap, Void> of(io.operatorlib.Reconciler<V1ConfigMap, Void> reconciler) {
        return Controller.of(MAPS)
                .workers(1)
                .reconcile(seen ->
                        seen.meta().namespace().equals("default") ? reconciler.reconcile(seen) : Plan.withoutStatus());
    }

    @Test
    void t1_itRunsWithTheLibrariesThatItNamesAndEachOperatorHasMetricsOfItsOwn() throws Exception {
        try (var loader = without("simpleclient")) {
            Throwable error = catchThrowable(
                    () -> Class.forName("io.kubernetes.client.extended.controller.DefaultController", true, loader));
            Class.forName("io.operatorlib.internal.engine.Engine", true, loader);
            var scheduler = new RealScheduler();
            var server = ApiServer.create(scheduler);
            for (int i = 0; i < 2; i++) {
                var ports = new Ports(server.as(Caller.ADMIN), scheduler);
                var running = Operator.named("twice")
                        .controller(Controller.of(MAPS).reconcile(seen -> Plan.withoutStatus()))
                        .start(ports);
                assertThat(TrapServer.comes(running::ready)).isTrue();
                assertThat(ports.meters().get("workqueue.adds").counters()).hasSize(1);
                running.stop(Duration.ofSeconds(5));
            }
            SideBySide.tell("T1", String.valueOf(error), "runs, twice in one process");
        }
    }

    private static URLClassLoader without(String jar) {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(jar))
                .map(ControllerTrapsTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return new File(entry).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }

    @Test
    void t5_aReconcilerThatReturnsNullGetsItsKeyAgain() {
        var calls = new AtomicInteger();
        var queue = new DefaultRateLimitingQueue<Request>();
        run(theirs(queue, request -> {
            calls.incrementAndGet();
            return null;
        }));
        for (int i = 0; i < 4; i++) {
            queue.add(new Request("default", "a"));
            int before = i;
            TrapServer.comes(() -> calls.get() > before, A_WHILE);
        }

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var ours = new AtomicInteger();
            cluster.operator(ports -> Operator.named("ours")
                    .controller(of(seen -> ours.incrementAndGet() < 5 ? nothing() : Plan.withoutStatus()))
                    .start(new Ports(ports.kubeApi(), ports.scheduler())));
            map(cluster, "a");
            sim.eventually(Duration.ofMinutes(1), "it is asked again", () -> ours.get() >= 5);
            SideBySide.tell("T5", calls + " calls after 4 adds", ours + " calls after 1 add");
        }
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what somebody may do who has no checker
    private static Plan<Void> nothing() {
        return null;
    }

    @Test
    void t6_aSuccessThatAsksForAnotherLookForgetsTheFailuresBeforeIt() {
        var limiter = new ItemExponentialFailureRateLimiter<Request>(Duration.ofMillis(1), Duration.ofSeconds(10));
        var pool = Executors.newCachedThreadPool();
        pools.add(pool);
        var queue = new DefaultRateLimitingQueue<Request>(pool, limiter);
        var calls = new AtomicInteger();
        run(theirs(
                queue,
                request -> calls.incrementAndGet() <= 5 ? new Result(true) : new Result(true, Duration.ofMinutes(1))));
        var key = new Request("default", "a");
        queue.add(key);
        TrapServer.comes(() -> calls.get() == 6);

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var times = new ArrayList<Duration>();
            cluster.operator(ports -> Operator.named("ours")
                    .controller(of(seen -> {
                        times.add(sim.elapsed());
                        if (times.size() <= 5 || times.size() == 7) {
                            throw new IllegalStateException("not yet");
                        }
                        return Plan.<Void>withoutStatus().requeueAfter(Duration.ofMinutes(5));
                    }))
                    .start(new Ports(ports.kubeApi(), ports.scheduler())));
            map(cluster, "a");
            sim.eventually(Duration.ofMinutes(30), "it has failed again", () -> times.size() >= 8);
            Duration wait = times.get(7).minus(times.get(6));
            assertThat(wait).isLessThan(Duration.ofMillis(200));
            SideBySide.tell(
                    "T6",
                    limiter.numRequeues(key) + " failures are remembered after a success",
                    "the next failure waits " + wait.toMillis() + " ms");
        }
    }

    @Test
    void t15_noThreadKeepsTheProgramAliveAfterAStop() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        new DefaultRateLimitingQueue<Request>().shutDown();
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && !thread.isDaemon())
                .toList();

        Set<Thread> beforeOurs = Thread.getAllStackTraces().keySet();
        var scheduler = new RealScheduler();
        var running = Operator.named("ours")
                .controller(Controller.of(MAPS).reconcile(seen -> Plan.withoutStatus()))
                .start(new Ports(ApiServer.create(scheduler).as(Caller.ADMIN), scheduler));
        assertThat(TrapServer.comes(running::ready)).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !beforeOurs.contains(thread)
                        && thread.getName().matches("(reconcile|informer|facts|operator).*"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
        assertThat(running.stop(Duration.ofSeconds(5))).isTrue();
        SideBySide.tell("T15", left.size() + " threads that keep the program alive", "none");
    }

    @Test
    void t30_aCacheThatSyncsLateIsWaitedForAndUnreadyIsSaidMeanwhile() throws InterruptedException {
        var synced = new AtomicInteger();
        var calls = new AtomicInteger();
        var queue = new DefaultRateLimitingQueue<Request>();
        var controller = theirs(new DefaultController(
                "theirs",
                request -> {
                    calls.incrementAndGet();
                    return new Result(false);
                },
                queue,
                () -> synced.get() > 0));
        controller.setReadyTimeout(Duration.ofMillis(50));
        controller.setReadyCheckInternal(Duration.ofMillis(10));
        queue.add(new Request("default", "a"));
        Thread thread = run(controller);
        thread.join(TrapServer.LONG.toMillis());
        synced.incrementAndGet();
        TrapServer.comes(() -> calls.get() > 0, A_WHILE);

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var ours = new AtomicInteger();
            var running = new AtomicReference<RunningOperator>();
            var outage = new ApiFault.Partition();
            sim.begin(outage);
            cluster.operator(ports -> running.set(Operator.named("ours")
                    .controller(of(seen -> {
                        ours.incrementAndGet();
                        return Plan.withoutStatus();
                    }))
                    .start(new Ports(ports.kubeApi(), ports.scheduler()))));
            map(cluster, "a");
            sim.pass(Duration.ofMinutes(10));
            assertThat(ours).hasValue(0);
            assertThat(running.get().ready()).isFalse();
            sim.end(outage);
            sim.eventually(Duration.ofMinutes(1), "it begins", () -> ours.get() == 1);
            SideBySide.tell("T30", calls + " reconciles once the cache had synced late", ours + " reconcile");
        }
    }

    @Test
    void t31_nothingIsReconciledOnAnEmptyCache() {
        var calls = new AtomicInteger();
        var queue = new DefaultRateLimitingQueue<Request>();
        run(theirs(
                queue,
                request -> { // told of no cache, it asks for none
                    calls.incrementAndGet();
                    return new Result(false);
                }));
        queue.add(new Request("default", "a"));
        TrapServer.comes(() -> calls.get() > 0);

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var ours = new AtomicInteger();
            cluster.operator(ports -> Operator.named("ours")
                    .controller(of(seen -> {
                        ours.incrementAndGet();
                        return Plan.withoutStatus();
                    }))
                    .controller(Controller.of(Kind.of("not.served.io", "v1", "Nothing", Object.class, Void.class))
                            .reconcile(seen -> Plan.withoutStatus()))
                    .start(new Ports(ports.kubeApi(), ports.scheduler())));
            map(cluster, "a");
            sim.pass(Duration.ofMinutes(5));
            assertThat(ours).hasValue(0);
            SideBySide.tell("T31", calls + " reconcile before any cache", "none");
        }
    }

    @Test
    void t32_aStopEndsReconcilesAndAStartAfterItWorks() throws InterruptedException, IOException {
        var began = new CountDownLatch(1);
        var atWork = new AtomicInteger();
        var queue = new DefaultRateLimitingQueue<Request>();
        var controller = theirs(queue, request -> {
            atWork.incrementAndGet();
            began.countDown();
            TrapServer.pass(A_WHILE);
            atWork.decrementAndGet();
            return new Result(false);
        });
        run(controller);
        queue.add(new Request("default", "a"));
        began.await();
        controller.shutdown();
        int left = atWork.get();

        var scheduler = new RealScheduler();
        var server = ApiServer.create(scheduler);
        var oursAtWork = new AtomicInteger();
        var ours = new AtomicInteger();
        var operator = Operator.named("ours").controller(Controller.of(MAPS).reconcile(seen -> {
            oursAtWork.incrementAndGet();
            ours.incrementAndGet();
            TrapServer.pass(A_WHILE);
            oursAtWork.decrementAndGet();
            return Plan.withoutStatus();
        }));
        server.as(Caller.ADMIN)
                .send(io.operatorlib.spi.ApiRequest.of(
                                io.operatorlib.spi.ApiRequest.Method.POST, "/api/v1/namespaces/default/configmaps")
                        .withBody("application/json", "{\"metadata\":{\"name\":\"a\"}}"))
                .close();
        for (int round = 1; round <= 2; round++) {
            var running = operator.start(new Ports(server.as(Caller.ADMIN), scheduler));
            assertThat(TrapServer.comes(() -> oursAtWork.get() > 0)).isTrue();
            assertThat(running.stop(Duration.ofSeconds(5))).isTrue();
            assertThat(oursAtWork).as("at work after the stop").hasValue(0);
        }
        SideBySide.tell("T32", left + " at work after the stop, and no second start", "0 at work, started again");
    }

    @Test
    void t33_anObjectThatIsMappedElsewhereIsToldToBoth() {
        var queue = new DefaultRateLimitingQueue<Request>();
        var watch = new DefaultControllerWatch<>(
                V1ConfigMap.class,
                queue,
                map -> new Request("default", map.getMetadata().getLabels().get("for")),
                Duration.ZERO);
        watch.getResourceEventHandler().onUpdate(labelled("a"), labelled("b"));

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            var told = new TreeSet<String>();
            cluster.operator(ports -> Operator.named("ours")
                    .controller(of(seen -> {
                                told.add(seen.meta().name());
                                return Plan.withoutStatus();
                            })
                            .watches(
                                    io.kubernetes.client.openapi.models.V1Secret.class,
                                    secret -> Set.of(new ResourceKey(
                                            "default",
                                            secret.getMetadata().getLabels().get("for")))))
                    .start(new Ports(ports.kubeApi(), ports.scheduler())));
            map(cluster, "a");
            map(cluster, "b");
            cluster.create(
                    "/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\",\"labels\":{\"for\":\"a\"}}}");
            sim.eventually(Duration.ofMinutes(1), "both are known", () -> told.size() == 2);
            sim.pass(Duration.ofSeconds(10));
            told.clear();
            cluster.patch("/api/v1/namespaces/default/secrets/s", "{\"metadata\":{\"labels\":{\"for\":\"b\"}}}");
            sim.eventually(Duration.ofMinutes(1), "both are told", () -> told.size() == 2);
            SideBySide.tell("T33", "told to " + queue.length(), "told to " + told.size());
        }
        queue.shutDown();
    }

    private static V1ConfigMap labelled(String owner) {
        return new V1ConfigMap()
                .metadata(new V1ObjectMeta().namespace("default").name("m").putLabelsItem("for", owner));
    }
}
