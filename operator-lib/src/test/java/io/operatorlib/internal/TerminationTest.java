package io.operatorlib.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a process that is asked to end does is shown by one: OperatorProcessTest in operator-lib-testing. */
class TerminationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whoWaitsCanBeInterrupted() throws InterruptedException {
        try (var termination = Termination.watch(PATIENCE)) {
            var waiting = new CountDownLatch(1);
            var interrupted = new AtomicBoolean();
            var ended = new CountDownLatch(1);
            var thread = new RealScheduler().fork("waiter", () -> {
                try {
                    waiting.countDown();
                    termination.await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
                ended.countDown();
            });
            assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void afterItsCloseTheProcessIsNotHeldAnyMore() {
        var termination = Termination.watch(PATIENCE);
        termination.close();
        termination.close();
        try (var another = Termination.watch(PATIENCE)) {
            assertThat(another).isNotNull();
        }
    }
}
