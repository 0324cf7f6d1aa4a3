package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.informer.cache.ProcessorListener;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.StoredObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.Priority;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Caches that keep ghosts, handlers that are not told, and stores that anybody can change. */
class InformerTrapsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration A_WHILE = Duration.ofMillis(300);

    private final TrapServer server = new TrapServer();
    private final SharedInformerFactory factory = new SharedInformerFactory(server.client());
    private final List<Informer> ours = new ArrayList<>();

    @AfterEach
    void end() {
        ours.forEach(Informer::stop);
        factory.stopAllRegisteredInformers(true);
        server.close();
    }

    private SharedIndexInformer<V1ConfigMap> theirs(Duration resync) {
        return factory.sharedIndexInformerFor(server.maps(), V1ConfigMap.class, resync.toMillis(), "default");
    }

    private Informer started(Informer informer) {
        ours.add(informer);
        informer.start();
        assertThat(TrapServer.comes(informer::synced)).isTrue();
        return informer;
    }

    private void start(SharedIndexInformer<?> informer) {
        informer.run();
        assertThat(TrapServer.comes(informer::hasSynced)).isTrue();
    }

    /** Counts what it is told. */
    private static class Counting implements ResourceEventHandler<V1ConfigMap> {
        final AtomicInteger told = new AtomicInteger();

        @Override
        public void onAdd(V1ConfigMap map) {
            told.incrementAndGet();
        }

        @Override
        public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
            told.incrementAndGet();
        }

        @Override
        public void onDelete(V1ConfigMap map, boolean finalStateUnknown) {
            told.incrementAndGet();
        }
    }

    /** Nothing gets through, and what happens meanwhile is forgotten. */
    private void during(Runnable changes) {
        server.fault = (request, exchange) -> {
            TrapServer.reply(exchange, 500, TrapServer.status(500, "InternalError"));
            return true;
        };
        long before = server.requests.size();
        assertThat(TrapServer.comes(() -> server.requests.size() >= before + 2)).isTrue();
        changes.run();
        server.core.compact();
        server.fault = TrapServer.NONE;
    }

    @Test
    void t10_whatHappensDuringAnOutageIsAllTold() {
        for (int i = 0; i < 50; i++) {
            server.put("old" + i, "1");
        }
        var theirs = theirs(Duration.ofSeconds(1));
        var theirTold = new Counting();
        theirs.addEventHandler(theirTold);
        start(theirs);
        var told = Collections.synchronizedList(new ArrayList<Change>());
        var informer = started(server.informer(told::add));
        assertThat(TrapServer.comes(() -> theirTold.told.get() == 50)).isTrue();
        TrapServer.pass(Duration.ofMillis(2_500)); // until their resync has been due and is no more
        theirTold.told.set(0);
        told.clear();
        during(() -> {
            for (int i = 0; i < 25; i++) {
                server.put("old" + i, "2");
                server.delete("old" + (25 + i));
                server.put("new" + i, "1");
            }
        });
        assertThat(TrapServer.comes(() -> told.size() == 75)).isTrue();
        assertThat(informer.store().size()).isEqualTo(50);
        TrapServer.comes(() ->
                theirs.getIndexer().list().size() == 50 && theirs.getIndexer().getByKey("default/new0") != null);
        TrapServer.comes(() -> theirTold.told.get() == 75, A_WHILE);
        SideBySide.tell("T10", theirTold.told + " of 75 told", told.size() + " of 75 told");
    }

    @Test
    void t11_whatIsDeletedDuringAnOutageLeavesNoGhost() {
        server.put("stays", "1");
        server.put("goes", "1");
        var theirs = theirs(Duration.ZERO);
        theirs.setTransform(object -> {
            var map = (V1ConfigMap) object; // the natural cast
            return map.data(Map.of());
        });
        start(theirs);
        TrapServer.comes(() -> theirs.getIndexer().list().size() == 2);
        var told = Collections.synchronizedList(new ArrayList<Change>());
        var informer = started(server.informer(told::add));
        during(() -> server.delete("goes"));
        assertThat(TrapServer.comes(() -> told.get(told.size() - 1).after() == null))
                .isTrue();
        assertThat(informer.store().size()).isEqualTo(1);
        TrapServer.comes(() -> theirs.getIndexer().list().size() == 1, Duration.ofSeconds(3));
        SideBySide.tell(
                "T11",
                theirs.getIndexer().list().size() + " of 1 in the cache",
                informer.store().size() + " of 1");
    }

    @Test
    void t12_oneObjectAtWhichAnIndexOrAHandlerThrowsHarmsNoOther() {
        server.put("bad", "1");
        server.put("good", "1");
        var theirs = theirs(Duration.ZERO);
        theirs.addIndexers(Map.of("value", map -> {
            if (map.getMetadata().getName().equals("bad")) {
                throw new IllegalStateException("no index");
            }
            return List.of("x");
        }));
        var theirTold = new Counting();
        theirs.addEventHandler(theirTold);
        start(theirs);
        TrapServer.comes(() -> theirTold.told.get() == 2, A_WHILE);

        var told = Collections.synchronizedList(new ArrayList<String>());
        started(server.informer(
                change -> {
                    if (change.key().name().equals("bad")) {
                        throw new IllegalStateException("no index");
                    }
                },
                change -> told.add(change.key().name())));
        assertThat(told).containsExactly("bad", "good");
        SideBySide.tell("T12", theirTold.told + " of 2 told", told.size() + " of 2 told");
    }

    @Test
    void t13_eachInformerOfAKindIsStarted() {
        var namespaces =
                io.operatorlib.internal.kube.BuiltInKinds.of(io.kubernetes.client.openapi.models.V1Namespace.class);
        server.user.create(namespaces, "", Json.parse("{\"metadata\":{\"name\":\"other\"}}"), "user");
        server.put("a", "1");
        server.put("other", "b", "1");
        var first = factory.sharedIndexInformerFor(server.maps(), V1ConfigMap.class, 0, "default");
        var second = factory.sharedIndexInformerFor(server.maps(), V1ConfigMap.class, 0, "other");
        factory.startAllRegisteredInformers();
        TrapServer.comes(first::hasSynced);
        boolean theirs = TrapServer.comes(second::hasSynced, A_WHILE);

        var client = new io.operatorlib.internal.kube.KubeClient(
                new io.operatorlib.internal.kube.ClientJavaKubeApi(server.client()));
        for (String namespace : List.of("default", "other")) {
            var informer = started(new Informer(
                    client,
                    new RealScheduler(),
                    io.operatorlib.internal.kube.ListQuery.all(TrapServer.MAPS).in(namespace),
                    List.of()));
            assertThat(informer.store().all())
                    .extracting(object -> object.key().namespace())
                    .containsOnly(namespace);
        }
        SideBySide.tell("T13", "the second of a kind starts: " + theirs, "both start");
    }

    @Test
    void t22_whoComesLateKnowsWhatIsInTheStore() throws InterruptedException {
        int rounds = 1_000;
        var theirs = theirs(Duration.ZERO);
        start(theirs);
        var informer = started(server.informer());
        var stop = new AtomicBoolean();
        var changes = new Thread(() -> {
            for (int i = 0; !stop.get(); i++) {
                server.put("m" + i % 5, "v" + i);
                server.delete("m" + i % 5);
            }
        });
        changes.setDaemon(true);
        changes.start();
        var views = new ArrayList<Map<ResourceKey, StoredObject>>();
        var theirViews = new ArrayList<Map<String, V1ConfigMap>>();
        for (int round = 0; round < rounds; round++) {
            var view = new HashMap<ResourceKey, StoredObject>();
            informer.add(change -> {
                assertThat(change.before()).isSameAs(view.remove(change.key()));
                if (change.after() != null) {
                    view.put(change.key(), change.after());
                }
            });
            views.add(view);
            if (round % 20 == 0) { // each of theirs is a thread for ever
                theirViews.add(late(theirs));
            }
        }
        stop.set(true);
        changes.join();
        server.put("last", "1");
        var last = new ResourceKey("default", "last");
        assertThat(TrapServer.comes(() -> informer.store().get(last).isPresent()))
                .isTrue();
        Map<ResourceKey, StoredObject> stored = new HashMap<>();
        informer.add(change -> stored.put(change.key(), java.util.Objects.requireNonNull(change.after())));
        assertThat(views).hasSize(rounds).allSatisfy(view -> assertThat(view).isEqualTo(stored));

        TrapServer.comes(() -> theirViews.stream().allMatch(view -> view.containsKey("last")));
        long wrong =
                theirViews.stream().filter(view -> view.size() != stored.size()).count();
        SideBySide.tell("T22", wrong + " of " + theirViews.size() + " see ghosts", "0 of " + rounds);
    }

    private static Map<String, V1ConfigMap> late(SharedIndexInformer<V1ConfigMap> informer) {
        var view = new ConcurrentHashMap<String, V1ConfigMap>();
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(V1ConfigMap map) {
                view.put(map.getMetadata().getName(), map);
            }

            @Override
            public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
                view.put(after.getMetadata().getName(), after);
            }

            @Override
            public void onDelete(V1ConfigMap map, boolean finalStateUnknown) {
                view.remove(map.getMetadata().getName());
            }
        });
        return view;
    }

    @Test
    void t23_nobodyIsToldAgainOfWhatHasNotChanged() {
        server.put("a", "1");
        var often = new Counting();
        var seldom = new Counting();
        var theirs = theirs(Duration.ofSeconds(1));
        theirs.addEventHandlerWithResyncPeriod(often, 1_000);
        theirs.addEventHandlerWithResyncPeriod(seldom, MINUTE.toMillis());
        start(theirs);
        var told = new AtomicInteger();
        started(server.informer(change -> told.incrementAndGet()));
        TrapServer.comes(() -> seldom.told.get() > 1, Duration.ofSeconds(4));

        assertThat(told).hasValue(1);
        SideBySide.tell(
                "T23",
                "who asked to be told again each minute was told " + seldom.told + " times in 4 s",
                "there is no telling again");
    }

    @Test
    void t24_aSlowWorkerCostsOneEntryForEachObject() {
        int changes = 10_000;
        var blocked = new CountDownLatch(1);
        var handled = new AtomicInteger();
        var listener = new ProcessorListener<V1ConfigMap>(
                new Counting() {
                    @Override
                    public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
                        try {
                            blocked.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        handled.incrementAndGet();
                    }
                },
                0);
        var map = new V1ConfigMap().metadata(new V1ObjectMeta().name("a"));
        var thread = new Thread(listener);
        thread.setDaemon(true);
        thread.start();
        var queue = new WorkQueue<ResourceKey>(new RealScheduler(), Backoff.RECONCILE, QueueMetrics.NONE);
        for (int i = 0; i < changes; i++) {
            listener.add(new ProcessorListener.UpdateNotification<>(map, map));
            queue.add(new ResourceKey("default", "a"));
        }
        blocked.countDown();
        TrapServer.comes(() -> handled.get() == changes);
        thread.interrupt();

        assertThat(queue.depth(Priority.NORMAL)).isEqualTo(1);
        SideBySide.tell("T24", handled + " entries for one object", queue.depth(Priority.NORMAL) + " entry");
    }

    @Test
    void t25_syncedIsSaidAfterTheHandlersHaveBeenTold() {
        server.put("a", "1");
        var blocked = new CountDownLatch(1);
        var told = new AtomicInteger();
        Runnable tell = () -> {
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.incrementAndGet();
        };
        var theirs = theirs(Duration.ZERO);
        theirs.addEventHandler(new Counting() {
            @Override
            public void onAdd(V1ConfigMap map) {
                tell.run();
            }
        });
        theirs.run();
        boolean before = TrapServer.comes(theirs::hasSynced, Duration.ofSeconds(2)) && told.get() == 0;
        var informer = server.informer(change -> tell.run());
        ours.add(informer);
        informer.start();
        TrapServer.comes(() -> informer.store().size() == 1);
        assertThat(informer.synced()).isFalse();
        blocked.countDown();
        assertThat(TrapServer.comes(informer::synced)).isTrue();
        SideBySide.tell("T25", "synced before its handler was told: " + before, "after");
    }

    @Test
    void t26_manyInformersAreStoppedInTheTimeOfOne() throws InterruptedException {
        server.put("a", "1");
        var theirs = theirs(Duration.ZERO);
        theirs.addEventHandler(new Counting() {
            @Override
            public void onAdd(V1ConfigMap map) {
                long end =
                        new RealScheduler().nanoTime() + Duration.ofSeconds(2).toNanos();
                while (new RealScheduler().nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }
        });
        start(theirs);
        var scheduler = new RealScheduler();
        long began = scheduler.nanoTime();
        theirs.stop();
        var theirTime = Duration.ofNanos(scheduler.nanoTime() - began);

        for (int i = 0; i < 20; i++) {
            started(server.informer());
        }
        long oursBegan = scheduler.nanoTime();
        ours.forEach(Informer::stop);
        for (Informer informer : ours) {
            assertThat(informer.join(Duration.ofSeconds(5))).isTrue();
        }
        var time = Duration.ofNanos(scheduler.nanoTime() - oursBegan);
        assertThat(time).isLessThan(Duration.ofSeconds(5));
        SideBySide.tell("T26", "1 takes " + theirTime.toMillis() + " ms", "20 take " + time.toMillis() + " ms");
    }

    @Test
    void t27_nobodyCanChangeWhatOthersSee() {
        server.put("a", "1");
        var theirs = theirs(Duration.ZERO);
        start(theirs);
        TrapServer.comes(() -> !theirs.getIndexer().list().isEmpty());
        theirs.getIndexer().getByKey("default/a").putDataItem("value", "mine");
        String after = theirs.getIndexer().getByKey("default/a").getData().get("value");
        var informer = started(server.informer());
        var key = new ResourceKey("default", "a");
        informer.store().get(key).orElseThrow().json().getAsJsonObject("data").addProperty("value", "mine");

        String oursAfter = Json.text(informer.store().get(key).orElseThrow().json(), "data", "value");
        assertThat(oursAfter).isEqualTo("1");
        SideBySide.tell("T27", "others see \"" + after + "\"", "others see \"" + oursAfter + "\"");
    }
}
