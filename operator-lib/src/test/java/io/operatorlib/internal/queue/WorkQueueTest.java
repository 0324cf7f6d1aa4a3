package io.operatorlib.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.VirtualScheduler;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final int ADDS = Integer.getInteger("operatorlib.queue.adds", 1_000_000);
    private static final int KEYS = 100_003;
    private static final int THREADS = 4;

    private final VirtualScheduler time = new VirtualScheduler();
    private final WorkQueue<String> queue = new WorkQueue<>(time, Backoff.RECONCILE, QueueMetrics.NONE);

    private int depth() {
        return queue.depth(Priority.NORMAL) + queue.depth(Priority.LOW);
    }

    @Test
    void addsBeforeATakeAreServedByItTogether() throws InterruptedException {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertThat(depth()).isEqualTo(2);
        assertThat(queue.take()).contains("a");
        assertThat(queue.take()).contains("b");
        assertThat(depth()).isZero();
    }

    @Test
    void aKeyAddedWhileItRunsIsGivenOutAgainOnlyAfterwards() throws InterruptedException {
        queue.add("a");
        queue.take();
        queue.add("a");
        queue.add("a");
        assertThat(depth()).isZero();
        queue.done("a");
        assertThat(queue.take()).contains("a");
        queue.done("a");
        assertThat(depth()).isZero();
    }

    @Test
    void aDelayedAddComesWhenItsTimeHasComeAndNotBefore() throws InterruptedException {
        queue.addAfter("late", Duration.ofSeconds(10));
        queue.addAfter("early", Duration.ofSeconds(5));
        assertThat(depth()).isZero();
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
        queue.settle("a");
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
        assertThat(depth()).isZero();
        queue.addUnlessFailing("a");
        assertThat(depth()).isZero();
        queue.take();
        assertThat(Duration.ofNanos(time.nanoTime())).isEqualTo(Backoff.RECONCILE.first());
    }

    @Test
    void aLazyAddIsNotLostWhereWhoRunsSettlesTheKeyWithItsPendingRetry() throws InterruptedException {
        queue.add("a");
        queue.take();
        queue.retry("a");
        queue.done("a");
        queue.add("a");
        queue.take();
        queue.addUnlessFailing("a");
        queue.settle("a");
        queue.done("a");
        assertThat(depth()).isEqualTo(1);
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
        assertThat(depth()).isEqualTo(1);
    }

    @Test
    void aRetryTakesThePlaceOfOtherDelaysAndWaitsAtLeastForAsLongAsTheServerAsks() throws InterruptedException {
        queue.addAfter("a", Duration.ofMillis(1));
        queue.retry("a", Duration.ofSeconds(30));
        queue.take();
        assertThat(Duration.ofNanos(time.nanoTime())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void whatIsWellAgainIsNotTriedAgainForItsFailures() throws InterruptedException {
        queue.add("a");
        queue.retry("a", Duration.ofHours(1));
        queue.take();
        queue.settle("a");
        queue.done("a");
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Nowhere());
    }

    @Test
    void aChangeOvertakesWhatNobodyWaitsFor() throws InterruptedException {
        queue.add("old", Priority.LOW);
        queue.add("older", Priority.LOW);
        queue.addUnlessFailing("echo");
        queue.add("changed");
        assertThat(queue.take()).contains("changed");
        assertThat(queue.take()).contains("old");
        queue.add("echo");
        assertThat(queue.take()).as("raised by a change").contains("echo");
        assertThat(queue.take()).contains("older");
    }

    @Test
    void aChangeOfAKeyThatWaitsAlreadyDoesNotPutItBack() throws InterruptedException {
        queue.add("a");
        queue.add("b");
        queue.add("a", Priority.LOW);
        assertThat(queue.depth(Priority.LOW)).isZero();
        assertThat(queue.take()).contains("a");
    }

    @Test
    void underAnEndlessStreamOfChangesAnOldKeyOfLowPriorityIsServedEveryFourthTime() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            queue.add("low-" + i, Priority.LOW);
        }
        for (int i = 0; i < 20; i++) {
            queue.add("change-" + i);
            String taken = queue.take().orElseThrow();
            assertThat(taken).as("nobody is old yet").startsWith("change-");
            queue.done(taken);
        }
        time.sleep(ReadyKeys.AGED);
        var taken = new ArrayList<String>();
        for (int i = 20; i < 60; i++) {
            queue.add("change-" + i);
            taken.add(queue.take().orElseThrow());
        }
        assertThat(taken.stream().filter(key -> key.startsWith("low-"))).hasSize(10);
        assertThat(String.join(" ", taken)).doesNotContainPattern("low-\\d+ low-");
    }

    @Test
    void whatFailsAgainAndAgainGivesWayToChanges() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            queue.retry("broken");
            time.sleep(Duration.ofMinutes(2));
            assertThat(queue.take()).contains("broken");
            queue.done("broken");
        }
        queue.retry("broken");
        time.sleep(Duration.ofMinutes(2));
        queue.add("changed");
        assertThat(queue.take()).contains("changed");
        assertThat(queue.take()).contains("broken");
    }

    @Test
    void aKeysPlaceIsKnown() throws InterruptedException {
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Nowhere());
        queue.retry("a");
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Delayed(Backoff.RECONCILE.first(), 1));
        queue.add("a");
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Ready());
        queue.take();
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Running(false));
        queue.add("a");
        assertThat(queue.place("a")).isEqualTo(new WorkQueue.Place.Running(true));
    }

    @Test
    void afterTheShutDownNobodyIsGivenAnything() throws InterruptedException {
        queue.add("a");
        queue.addAfter("b", Duration.ofSeconds(1));
        queue.shutDown();
        queue.add("c");
        assertThat(queue.take()).isEmpty();
        assertThat(depth()).isZero();
    }

    @Test
    void aMillionAddsOfManyThreadsAreAllServedAndNoKeyIsHeldTwice() throws InterruptedException {
        var real = new RealScheduler();
        var shared = new WorkQueue<Integer>(real, Backoff.RECONCILE, QueueMetrics.NONE);
        Set<Integer> held = ConcurrentHashMap.newKeySet();
        var clashes = new AtomicInteger();
        // a version written before an add must be seen by a take that begins after it
        var wished = new AtomicIntegerArray(KEYS);
        var served = new AtomicIntegerArray(KEYS);
        List<Scheduler.Task> takers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            takers.add(real.fork("taker-" + i, () -> takeAll(shared, held, clashes, wished, served)));
        }
        List<Scheduler.Task> adders = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int first = i;
            adders.add(real.fork("adder-" + i, () -> {
                for (int n = first; n < ADDS; n += THREADS) {
                    int key = n % KEYS;
                    wished.incrementAndGet(key);
                    switch (n % 5) {
                        case 0 -> shared.addAfter(key, Duration.ofNanos(n));
                        case 1 -> shared.add(key, Priority.LOW);
                        case 2 -> shared.addUnlessFailing(key);
                        default -> shared.add(key);
                    }
                }
            }));
        }
        for (var adder : adders) {
            assertThat(adder.join(Duration.ofSeconds(60))).isTrue();
        }
        long end = real.nanoTime() + Duration.ofSeconds(60).toNanos();
        int lost = KEYS;
        while (lost > 0 && real.nanoTime() < end) {
            lost = 0;
            for (int key = 0; key < KEYS; key++) {
                lost += served.get(key) < wished.get(key) ? 1 : 0;
            }
        }
        assertThat(lost).isZero();
        shared.shutDown();
        for (var taker : takers) {
            assertThat(taker.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(clashes).hasValue(0);
    }

    @Test
    void whatIsDueIsTakenInTimeWhoeverIsCalledAwayMeanwhile() throws InterruptedException {
        var real = new RealScheduler();
        for (int i = 0; i < 20; i++) {
            var shared = new WorkQueue<String>(real, Backoff.RECONCILE, QueueMetrics.NONE);
            var due = new CountDownLatch(1);
            List<Scheduler.Task> takers = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                takers.add(real.fork("taker-" + n, () -> {
                    try {
                        for (var key = shared.take(); key.isPresent(); key = shared.take()) {
                            if (key.get().equals("due")) {
                                due.countDown();
                            } else {
                                due.await(); // at work for as long as nobody else has taken what is due
                            }
                            shared.done(key.get());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            shared.add("long-1");
            shared.addAfter("due", Duration.ofMillis(i));
            shared.add("long-2");

            assertThat(due.await(30, TimeUnit.SECONDS)).isTrue();
            shared.shutDown();
            for (var taker : takers) {
                assertThat(taker.join(Duration.ofSeconds(30))).isTrue();
            }
        }
    }

    @Test
    void whatATakerDoesNotComeForSinceHeIsInterruptedAnotherTakes() throws InterruptedException {
        int keys = 1_000;
        var real = new RealScheduler();
        var shared = new WorkQueue<Integer>(real, Backoff.RECONCILE, QueueMetrics.NONE);
        var taken = new CountDownLatch(keys);
        Runnable taking = () -> {
            try {
                for (var key = shared.take(); key.isPresent(); key = shared.take()) {
                    taken.countDown();
                    shared.done(key.get());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        real.fork("stays", taking);
        for (int i = 0; i < keys; i++) {
            var passing = real.fork("passes", taking);
            shared.add(i);
            passing.interrupt();
            assertThat(passing.join(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(taken.await(30, TimeUnit.SECONDS)).isTrue();
        shared.shutDown();
    }

    private static void takeAll(
            WorkQueue<Integer> queue,
            Set<Integer> held,
            AtomicInteger clashes,
            AtomicIntegerArray wished,
            AtomicIntegerArray served) {
        try {
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                if (!held.add(key.get())) {
                    clashes.incrementAndGet();
                }
                served.set(key.get(), wished.get(key.get()));
                held.remove(key.get());
                queue.done(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
