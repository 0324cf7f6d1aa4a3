package io.operatorlib.testing.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT-5S, <invalid>",
        "PT-1S, 0s",
        "PT0S, 0s",
        "PT119S, 119s",
        "PT2M, 2m",
        "PT2M5S, 2m5s",
        "PT10M59S, 10m",
        "PT179M, 179m",
        "PT3H, 3h",
        "PT7H59M, 7h59m",
        "PT47H, 47h",
        "PT48H, 2d",
        "PT49H, 2d1h",
        "P8DT5H, 8d",
        "P729D, 729d",
        "P731D, 2y1d",
        "P3000D, 8y"
    })
    void showsWhatMatters(Duration time, String expected) {
        assertThat(HumanDuration.of(time)).isEqualTo(expected);
    }

    @Test
    void knowsWhatIsNotATime() {
        assertThat(HumanDuration.since("", Instant.EPOCH)).isEqualTo("<unknown>");
        assertThat(HumanDuration.since("yesterday", Instant.EPOCH)).isEqualTo("<invalid>");
    }
}
