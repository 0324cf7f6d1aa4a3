package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static Schedule drawn(long seed) {
        return Schedule.draw(seed, List.of("cut off", "crash"), 30, List.of("grow"), 4, Duration.ofMinutes(30));
    }

    @Test
    void theSameSeedDrawsTheSameAndAnotherOneAnother() {
        assertThat(drawn(7)).isEqualTo(drawn(7)).isNotEqualTo(drawn(8));
        assertThat(drawn(7).steps()).hasSize(34);
        assertThat(drawn(7).only(List.of("grow")).steps()).hasSize(4);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(Schedule.parse(drawn(3).toString())).isEqualTo(drawn(3));
        assertThat(Schedule.parse("\n")).isEqualTo(Schedule.empty());
        assertThatThrownBy(() -> Schedule.parse("soon 1.0 7 cut off"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("<at> <lasts> <choice> <name>")
                .hasMessageContaining("soon 1.0 7 cut off");
    }

    @Test
    void itIsCutDownToTheStepsThatItTakes() {
        var whole = drawn(1);
        for (int first = 0; first < whole.steps().size(); first++) {
            var needed = List.of(
                    whole.steps().get(first),
                    whole.steps().get((first + 11) % whole.steps().size()));
            var runs = new AtomicInteger();
            var few = Shrinking.of(whole, smaller -> {
                runs.incrementAndGet();
                return smaller.steps().containsAll(needed);
            });
            assertThat(few.steps()).containsExactlyInAnyOrderElementsOf(needed);
            assertThat(runs).hasValueLessThan(100);
        }
    }

    @Test
    void whatFailsWithoutAnyStepIsCutDownToNothing() {
        assertThat(Shrinking.of(drawn(1), smaller -> true).steps()).isEmpty();
    }

    @Test
    void oneThatTakesEveryStepStaysAsItIs() {
        var whole = drawn(2);
        var few = Shrinking.of(
                whole, smaller -> smaller.steps().size() == whole.steps().size());
        assertThat(few).isEqualTo(whole);
    }
}
