package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page on conditions against the code. */
final class ConditionsPageTest {
    @Test
    void everyReasonStandsOnThePageOnce() throws IOException {
        var page = Files.readString(Path.of("../docs/reference/etcd-conditions.md"));
        for (Reason reason : Reason.values()) {
            assertThat(page.split("\n\\| `" + reason.code() + "` \\|", -1))
                    .as(reason.code())
                    .hasSize(2);
        }
    }
}
