package io.operatorlib.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final ManualScheduler time = new ManualScheduler();
    private final WorkQueue<String> queue = new WorkQueue<>(time, Backoff.RECONCILE, QueueMetrics.NONE);

    @Test
    void addsBeforeATakeAreServedByItTogether() throws InterruptedException {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertThat(queue.depth()).isEqualTo(2);
        assertThat(queue.take()).contains("a");
        assertThat(queue.take()).contains("b");
        assertThat(queue.depth()).isZero();
    }

    @Test
    void aKeyAddedWhileItRunsIsGivenOutAgainOnlyAfterwards() throws InterruptedException {
        queue.add("a");
        queue.take();
        queue.add("a");
        queue.add("a");
        assertThat(queue.depth()).isZero();
        queue.done("a");
        assertThat(queue.take()).contains("a");
        queue.done("a");
        assertThat(queue.depth()).isZero();
    }

    @Test
    void aDelayedAddComesWhenItsTimeHasComeAndNotBefore() throws InterruptedException {
        queue.addAfter("late", Duration.ofSeconds(10));
        queue.addAfter("early", Duration.ofSeconds(5));
        assertThat(queue.depth()).isZero();
        assertThat(queue.take()).contains("early");
        assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(queue.take()).contains("late");
        assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void ofSeveralDelaysOfAKeyTheEarliestCounts() throws InterruptedException {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(3));
        queue.addAfter("a", Duration.ofSeconds(7));
        queue.take();
        assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(3).toNanos());
        queue.done("a");
        queue.addAfter("b", Duration.ofDays(400_000));
        assertThat(queue.take()).contains("b");
    }

    @Test
    void t4_fiftyThousandDelayedAddsInATightLoopAllArrive() throws InterruptedException {
        var integers = new WorkQueue<Integer>(time, Backoff.RECONCILE, QueueMetrics.NONE);
        for (int i = 0; i < 50_000; i++) {
            integers.addAfter(i, Duration.ofMillis(i % 97));
        }
        Set<Integer> arrived = new HashSet<>();
        while (arrived.size() < 50_000) {
            int key = integers.take().orElseThrow();
            assertThat(arrived.add(key)).isTrue();
            integers.done(key);
        }
    }

    @Test
    void t3_aThousandKeysThatFailOnceAreAllBackWithinTheirOwnBackOff() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            String key = "key-" + i;
            queue.add(key);
            queue.take();
            queue.retry(key);
            queue.done(key);
        }
        for (int i = 0; i < 1_000; i++) {
            queue.done(queue.take().orElseThrow());
        }
        assertThat(Duration.ofNanos(time.nanoTime())).isEqualTo(Backoff.RECONCILE.first());
    }

    @Test
    void t6_aSuccessForgetsTheFailuresBeforeIt() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            queue.retry("a");
            queue.done(queue.take().orElseThrow());
        }
        queue.forget("a");
        long before = time.nanoTime();
        queue.retry("a");
        queue.take();
        assertThat(Duration.ofNanos(time.nanoTime() - before)).isEqualTo(Backoff.RECONCILE.first());
    }

    @Test
    void aLazyAddLeavesAKeyAloneThatWaitsForItsRetry() throws InterruptedException {
        queue.add("a");
        queue.take();
        queue.addUnlessFailing("a");
        queue.retry("a");
        queue.done("a");
        assertThat(queue.depth()).isZero();
        queue.addUnlessFailing("a");
        assertThat(queue.depth()).isZero();
        queue.take();
        assertThat(Duration.ofNanos(time.nanoTime())).isEqualTo(Backoff.RECONCILE.first());
    }

    @Test
    void aLazyAddIsAnAddWhereNoRetryIsPending() throws InterruptedException {
        queue.addUnlessFailing("a");
        assertThat(queue.take()).contains("a");
        queue.addUnlessFailing("a");
        queue.done("a");
        assertThat(queue.take()).contains("a");
        queue.addUnlessFailing("a");
        queue.add("a");
        queue.retry("a");
        queue.done("a");
        assertThat(queue.depth()).isEqualTo(1);
    }

    @Test
    void afterTheShutDownNobodyIsGivenAnything() throws InterruptedException {
        queue.add("a");
        queue.addAfter("b", Duration.ofSeconds(1));
        queue.shutDown();
        queue.add("c");
        assertThat(queue.take()).isEmpty();
        assertThat(queue.depth()).isZero();
    }

    @Test
    void manyThreadsNeverHoldTheSameKeyAndServeEveryAdd() throws InterruptedException {
        var real = new RealScheduler();
        var shared = new WorkQueue<Integer>(real, Backoff.RECONCILE, QueueMetrics.NONE);
        Set<Integer> held = ConcurrentHashMap.newKeySet();
        var clashes = new AtomicInteger();
        // version written before an add must be seen by a take that begins after it
        var wished = new AtomicInteger[50];
        var served = new AtomicInteger[50];
        for (int i = 0; i < wished.length; i++) {
            wished[i] = new AtomicInteger();
            served[i] = new AtomicInteger();
        }
        List<Scheduler.Task> takers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            takers.add(real.fork("taker-" + i, () -> takeAll(shared, held, clashes, wished, served)));
        }
        List<Scheduler.Task> adders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            adders.add(real.fork("adder-" + i, () -> {
                for (int n = 0; n < 20_000; n++) {
                    int key = n % wished.length;
                    wished[key].incrementAndGet();
                    if (n % 3 == 0) {
                        shared.addAfter(key, Duration.ofNanos(n));
                    } else {
                        shared.add(key);
                    }
                }
            }));
        }
        for (var adder : adders) {
            assertThat(adder.join(Duration.ofSeconds(30))).isTrue();
        }
        for (int key = 0; key < wished.length; key++) {
            while (served[key].get() < wished[key].get()) {
                Thread.onSpinWait();
            }
        }
        shared.shutDown();
        for (var taker : takers) {
            assertThat(taker.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(clashes).hasValue(0);
    }

    private static void takeAll(
            WorkQueue<Integer> queue,
            Set<Integer> held,
            AtomicInteger clashes,
            AtomicInteger[] wished,
            AtomicInteger[] served) {
        try {
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                if (!held.add(key.get())) {
                    clashes.incrementAndGet();
                }
                served[key.get()].set(wished[key.get()].get());
                held.remove(key.get());
                queue.done(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
