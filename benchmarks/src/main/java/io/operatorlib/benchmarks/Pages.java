package io.operatorlib.benchmarks;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.ResourceKey;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.cache.Change;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The user: makes pages, changes them, and sees what becomes of it. */
final class Pages implements AutoCloseable {
    private static final KindRef PAGES = KindRef.of(Ours.PAGE);
    private static final KindRef MAPS = BuiltInKinds.of(V1ConfigMap.class);
    private static final int HANDS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final KubeClient client;
    private final RealScheduler scheduler = new RealScheduler();
    private final int count;
    private final Informer pages;
    private final Informer maps;
    private final Map<String, String> texts = new ConcurrentHashMap<>(); // of the statuses
    private final AtomicInteger ready = new AtomicInteger();
    private volatile String wanted = "v1";
    private volatile String awaited = "";
    private volatile CountDownLatch written = new CountDownLatch(1);

    Pages(KubeApi api, int count) throws InterruptedException {
        this.client = new KubeClient(api);
        this.count = count;
        new CrdRegistrar(api, scheduler, "benchmark").register(Crd.hub(Ours.PAGE));
        pages = new Informer(client, scheduler, ListQuery.all(PAGES), List.of(this::pageChanged));
        maps = new Informer(client, scheduler, ListQuery.all(MAPS).in("default"), List.of(this::mapChanged));
        pages.start();
        maps.start();
        inParallel(i -> client.create(
                PAGES,
                "default",
                Json.parse("{\"metadata\":{\"name\":\"" + name(i) + "\"},\"spec\":{\"text\":\"v1\"}}"),
                "user"));
    }

    private static String name(int i) {
        return "p" + i;
    }

    private void pageChanged(Change change) {
        var after = change.after();
        if (after == null) {
            return;
        }
        String text = Json.text(after.json(), "status", "text");
        String before = text.isEmpty()
                ? texts.get(after.key().name())
                : texts.put(after.key().name(), text);
        if (text.equals(wanted) && !text.equals(before)) {
            ready.incrementAndGet();
        }
    }

    private void mapChanged(Change change) {
        var after = change.after();
        if (after != null && Json.text(after.json(), "data", "text").equals(awaited)) {
            written.countDown();
        }
    }

    private void inParallel(IntConsumer each) throws InterruptedException {
        var hands = Executors.newFixedThreadPool(HANDS);
        try {
            List<Future<?>> all = IntStream.range(0, count)
                    .<Future<?>>mapToObj(i -> hands.submit(() -> each.accept(i)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            hands.shutdownNow();
        }
    }

    private void change(int i, String text) {
        client.mergePatch(
                PAGES,
                new ResourceKey("default", name(i)),
                Json.parse("{\"spec\":{\"text\":\"" + text + "\"}}"),
                "user");
    }

    /** Changes every page. */
    void changeAll(String text) throws InterruptedException {
        ready.set(0);
        wanted = text;
        inParallel(i -> change(i, text));
    }

    /** Waits until every page's status says what was wished for, and tells whether it came to that. */
    boolean awaitReady() throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (ready.get() < count) {
            if (scheduler.nanoTime() > end) {
                return false;
            }
            scheduler.sleep(Duration.ofMillis(2));
        }
        return true;
    }

    int ready() {
        return ready.get();
    }

    /** Changes one page and waits for its ConfigMap. */
    Duration changeOne(int i, String text) throws InterruptedException {
        written = new CountDownLatch(1);
        awaited = text;
        long began = scheduler.nanoTime();
        change(i, text);
        written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return Duration.ofNanos(scheduler.nanoTime() - began);
    }

    @Override
    public void close() {
        pages.stop();
        maps.stop();
    }
}
