package io.operatorlib.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import io.operatorlib.spi.Tracing;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private static final ResourceKey BAD = new ResourceKey("ns", "bad");
    private static final ResourceKey GOOD = new ResourceKey("ns", "good");

    private final RealScheduler scheduler = new RealScheduler();
    private final WorkQueue<ResourceKey> queue =
            new WorkQueue<>(scheduler, new Backoff(Duration.ofMillis(1), Duration.ofMillis(5)), QueueMetrics.NONE);

    private Workers workers(Workers.Body body) {
        return new Workers(
                scheduler,
                "test",
                queue,
                key -> new Turn(key, () -> Duration.ofDays(1), Duration.ofMinutes(1), scheduler, Tracing.Trace.NONE),
                body,
                turn -> {});
    }

    @Test
    void aWorkerThatDiesIsReplacedAndItsKeyComesBack() throws InterruptedException {
        var deaths = new AtomicInteger();
        var mended = new CountDownLatch(1);
        var served = new CountDownLatch(1);
        var workers = workers(turn -> {
            if (turn.key().equals(GOOD)) {
                served.countDown();
            } else if (deaths.incrementAndGet() <= 3) {
                throw new OutOfMemoryError("not really");
            } else {
                mended.countDown();
            }
        });
        workers.start(1);
        queue.add(BAD);
        assertThat(mended.await(30, TimeUnit.SECONDS)).isTrue();
        queue.add(GOOD);
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(workers.healthy()).isTrue();
        workers.stop();
        queue.shutDown();
        for (var task : workers.tasks()) {
            assertThat(task.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(workers.tasks()).as("nobody came after the stop").isEmpty();
    }
}
