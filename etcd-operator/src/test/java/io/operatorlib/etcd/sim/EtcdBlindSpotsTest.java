package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.BlindSpots;
import io.operatorlib.testing.ShippedRole;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real operator on the model of etcd: every fifth event that its watches tell it is hidden, in one of the ways by
 * turns; with {@code -Doperatorlib.blind.whole=true} each event in each of them, in every story.
 */
@Execution(ExecutionMode.CONCURRENT)
class EtcdBlindSpotsTest {
    private static final boolean WHOLE = Boolean.getBoolean("operatorlib.blind.whole");

    /** One in so many events a day: prime to the number of ways, so that each comes by turns. */
    private static final int SAMPLE = 5;

    /** Longer than anything is hidden. */
    private static final Duration OVER = Duration.ofMinutes(1);

    private final ShippedRole role = EtcdStage.shippedRole();

    static Collection<String> stories() {
        return WHOLE
                ? EtcdSimulationTest.stories().keySet()
                : List.of("create 3", "shrink 5 to 3", "replace", "delete while it grows");
    }

    @ParameterizedTest
    @MethodSource("stories")
    void itConvergesWhicheverEventItDoesNotSee(String name) {
        var story = Objects.requireNonNull(EtcdSimulationTest.stories().get(name));
        var ways = WHOLE ? BlindSpots.Ways.EACH : BlindSpots.Ways.BY_TURNS;
        var table = BlindSpots.of(name, 1, ways, WHOLE ? 1 : SAMPLE, sim -> {
            var stage = new EtcdStage(sim, role);
            story.accept(stage);
            sim.pass(OVER);
            stage.isAtRest();
        });
        System.out.println(table.line());
        assertThat(table.orThrow().moments()).isNotEmpty();
    }
}
