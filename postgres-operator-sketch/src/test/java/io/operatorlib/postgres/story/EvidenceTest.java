package io.operatorlib.postgres.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.postgres.story.Writer.Write;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the episodes, on evidence that was made up. */
class EvidenceTest {
    private static Write write(long number, String instance, long timeline, long position, long sent, long nanos) {
        return new Write(number, instance, timeline, position, sent, nanos);
    }

    @Test
    void onePrimaryAfterAnotherIsAsItShouldBe() {
        var evidence = new Evidence(List.of(
                write(1, "db-1", 1, 100, 10, 11), write(1, "db-2", 2, 200, 15, 30), write(2, "db-2", 2, 300, 31, 32)));
        assertThat(evidence.late()).isEmpty();
        assertThat(evidence.shared()).isEmpty();
        assertThat(evidence.timelines()).isEqualTo(2);
    }

    @Test
    void aWriteThatWasSentAfterItsSuccessorsFirstIsLate() {
        var late = write(2, "db-1", 1, 150, 31, 40);
        var evidence = new Evidence(List.of(write(1, "db-1", 1, 100, 10, 11), write(1, "db-2", 2, 200, 20, 30), late));
        assertThat(evidence.late()).containsExactly(late);
    }

    @Test
    void aWriteThatWasUnderWayWhenItsSuccessorTookOneIsNoProof() {
        var evidence = new Evidence(List.of(write(1, "db-1", 1, 100, 29, 40), write(1, "db-2", 2, 200, 20, 30)));
        assertThat(evidence.late()).isEmpty();
    }

    @Test
    void aTimelineThatTwoWroteAtOnceIsShared() {
        var first = List.of(write(1, "db-1", 3, 100, 10, 11), write(2, "db-1", 3, 120, 40, 41));
        var evidence = new Evidence(List.of(first.get(0), write(1, "db-2", 3, 200, 15, 30), first.get(1)));
        assertThat(evidence.shared()).containsExactly(3L);
    }

    @Test
    void aNumberThatComesAgainBecauseItsTimelineWasLostWithItsPrimaryIsNotShared() {
        var evidence = new Evidence(List.of(write(1, "db-1", 3, 100, 10, 11), write(1, "db-2", 3, 200, 15, 30)));
        assertThat(evidence.shared()).isEmpty();
    }

    @Test
    void whatIsLostIsWeighedFromTheLastThatIsThere() {
        var lost = List.of(write(3, "db-1", 1, 700, 12, 13), write(4, "db-1", 1, 900, 14, 15));
        var evidence = new Evidence(List.of(
                write(1, "db-1", 1, 100, 8, 9),
                write(2, "db-1", 1, 500, 10, 11),
                lost.get(0),
                lost.get(1),
                write(5, "db-2", 2, 1000, 20, 21)));
        assertThat(evidence.losses(lost)).containsExactly(new Evidence.Loss("db-1", 1, 2, 400, 15));
    }

    @Test
    void eachFaultComesOnceBeforeOneComesAgainAndTheSeedDecidesWhen() {
        int kinds = Fault.values().length;
        var faults = Episodes.faults(3 * kinds, 4);
        for (int round = 0; round < 3; round++) {
            assertThat(EnumSet.copyOf(faults.subList(round * kinds, (round + 1) * kinds)))
                    .hasSize(kinds);
        }
        assertThat(Episodes.faults(3 * kinds, 4)).isEqualTo(faults).isNotEqualTo(Episodes.faults(3 * kinds, 5));
    }
}
