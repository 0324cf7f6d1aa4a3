package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.extended.workqueue.DefaultDelayingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.DefaultControllerRateLimiter;
import io.kubernetes.client.extended.workqueue.ratelimiter.ItemExponentialFailureRateLimiter;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Back-off that shrinks, a rate that all objects share, delayed adds that are dropped. */
class QueueTrapsTest {
    private static final int FAILURES = 10_000;
    private static final int OBJECTS = 1_000;
    private static final int DELAYED = 20_000;

    @Test
    void t2_theBackOffNeverShrinks() {
        var theirs = new ItemExponentialFailureRateLimiter<String>(Duration.ofMillis(5), Duration.ofSeconds(1000));
        Duration theirsBefore = Duration.ZERO;
        String shrank = "never shrank";
        Duration oursBefore = Duration.ZERO;
        for (int failure = 1; failure <= FAILURES; failure++) {
            Duration next = theirs.when("a");
            if (next.compareTo(theirsBefore) < 0 && shrank.startsWith("never")) {
                shrank = "shrank to " + next + " at failure " + failure;
            }
            theirsBefore = next;
            Duration ours = Backoff.RECONCILE.delay(failure);
            assertThat(ours).isGreaterThanOrEqualTo(oursBefore);
            oursBefore = ours;
        }
        SideBySide.tell("T2", shrank, "grows to " + oursBefore + " over " + FAILURES + " failures");
    }

    @Test
    void t3_aThousandObjectsThatFailOnceDoNotWaitForEachOther() throws InterruptedException {
        var theirs = new DefaultControllerRateLimiter<Integer>();
        Duration last = Duration.ZERO;
        var scheduler = new RealScheduler();
        var ours = new WorkQueue<Integer>(scheduler, Backoff.RECONCILE, QueueMetrics.NONE);
        for (int i = 0; i < OBJECTS; i++) {
            last = theirs.when(i);
            ours.retry(i);
        }
        long began = scheduler.nanoTime();
        for (int i = 0; i < OBJECTS; i++) {
            ours.done(ours.take().orElseThrow());
        }
        var took = Duration.ofNanos(scheduler.nanoTime() - began);
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        SideBySide.tell("T3", "the last of a thousand waits " + last, "all are back after " + took);
    }

    @Test
    void t4_noneOfManyDelayedAddsIsLost() throws InterruptedException {
        var theirs = new DefaultDelayingQueue<Integer>();
        for (int i = 0; i < DELAYED; i++) {
            theirs.addAfter(i, Duration.ofMillis(10));
        }
        TrapServer.comes(() -> theirs.length() == DELAYED, Duration.ofSeconds(2));
        int lost = DELAYED - theirs.length();
        theirs.shutDown();

        var ours = new WorkQueue<Integer>(new RealScheduler(), Backoff.RECONCILE, QueueMetrics.NONE);
        for (int i = 0; i < DELAYED; i++) {
            ours.addAfter(i, Duration.ofMillis(10));
        }
        Set<Integer> arrived = new HashSet<>();
        while (arrived.size() < DELAYED) {
            int key = ours.take().orElseThrow();
            arrived.add(key);
            ours.done(key);
        }
        SideBySide.tell("T4", "lost " + lost + " of " + DELAYED, "lost none");
    }
}
