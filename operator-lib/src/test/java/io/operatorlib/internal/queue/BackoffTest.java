package io.operatorlib.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void t2_growsMonotonouslyToTheCapForTenThousandFailures() {
        var before = Duration.ZERO;
        for (int failures = 1; failures <= 10_000; failures++) {
            var delay = Backoff.RECONCILE.delay(failures);
            assertThat(delay).isGreaterThanOrEqualTo(before).isPositive();
            before = delay;
        }
        assertThat(before).isEqualTo(Backoff.RECONCILE.cap());
        assertThat(Backoff.RECONCILE.delay(Long.MAX_VALUE)).isEqualTo(Backoff.RECONCILE.cap());
    }

    @Test
    void doublesFromTheFirstDelay() {
        var backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
        assertThat(backoff.delay(1)).isEqualTo(Duration.ofMillis(50));
        assertThat(backoff.delay(2)).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.delay(5)).isEqualTo(Duration.ofMillis(800));
        assertThat(backoff.delay(6)).isEqualTo(Duration.ofSeconds(1));
    }
}
