package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often etcd is asked. */
final class EtcdFactsTest {
    private final Scene scene = new Scene("{'size':3,'version':'3.6.16'}").formed();

    @Test
    void aClusterAtRestIsAskedSeldom() {
        scene.known();
        assertThat(interval()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aPodThatIsNotReadyIsAReasonToAskSoonAlthoughAllMembersServedWhenTheyWereAskedLast() {
        scene.known();
        scene.notReady("db-b");
        assertThat(interval()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void soItIsWhileNothingIsChangedBecauseTheClusterIsPaused() {
        scene.known().edited("{'size':5,'version':'3.6.16','paused':true}");
        assertThat(interval()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        scene.notReady("db-b");
        assertThat(interval()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whileSomethingIsBeingChangedEachTenthOfASecondCounts() {
        scene.known().edited("{'size':5,'version':'3.6.16'}");
        assertThat(interval()).isLessThan(Duration.ofMillis(200));
    }

    private Duration interval() {
        return EtcdFacts.interval(scene.seen());
    }
}
