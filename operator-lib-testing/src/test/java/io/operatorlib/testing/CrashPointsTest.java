package io.operatorlib.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrashPointsTest {
    private static final List<String> WANTED = List.of("a", "b", "c", "d");

    @Test
    void anOperatorThatLooksBeforeItWritesConvergesFromEveryCrashPoint() {
        var table = CrashPoints.of("careful", 1, sim -> scenario(sim, CrashPointsTest::careful));
        assertThat(table.orThrow().failures()).isEmpty();
        assertThat(table.moments()).hasSize(4);
        assertThat(table.runs()).isEqualTo(12);
        assertThat(table.line()).contains("4 effects × 3 =    12 runs, 0 failures");
    }

    @Test
    void anOperatorThatWritesTwiceAtOnceIsFoundAndTheFailureSaysHowToReplayIt() {
        var table = CrashPoints.of("hasty", 1, sim -> scenario(sim, CrashPointsTest::hasty));
        assertThat(table.failures()).isNotEmpty();
        assertThatThrownBy(table::orThrow)
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("hasty")
                .hasMessageContaining("-Doperatorlib.sim.replay='hasty/1/1:AFTER:PT45S'");
    }

    @Test
    void everyEffectIsHarmedOnceInEachWay() {
        var counted = new ArrayList<Integer>();
        var table = CrashPoints.of("counted", 1, sim -> {
            scenario(sim, CrashPointsTest::careful);
            synchronized (counted) {
                counted.add(sim.incarnations());
            }
        });
        // the fault-free run and four lost replies leave one incarnation, eight crashes make a second
        assertThat(counted).filteredOn(lives -> lives == 1).hasSize(5);
        assertThat(counted).filteredOn(lives -> lives == 2).hasSize(table.runs() - 4);
    }

    @Test
    void whoLosesHeartOnlyAfterTwoCrashesIsFoundByPairs() {
        Scenario twiceShy = sim -> {
            var lives = new AtomicInteger();
            scenario(sim, ports -> {
                if (lives.incrementAndGet() > 2) {
                    hasty(ports);
                }
                careful(ports);
            });
        };
        assertThat(CrashPoints.of("twice shy", 1, twiceShy).failures()).isEmpty();
        var pairs = CrashPoints.pairsOf("twice shy", 1, 1, 2, twiceShy);
        assertThat(pairs.runs()).isEqualTo(4 * 3 * 3 * 2);
        assertThat(pairs.failures()).isNotEmpty();
        assertThatThrownBy(pairs::orThrow).hasMessageContaining("1:AFTER:PT45S+2:AFTER");
    }

    private static void scenario(Sim sim, Program program) {
        var server = new NameServer();
        sim.operator(() -> server, program);
        sim.eventually(Duration.ofMinutes(5), "all names are there", () -> server.names.containsAll(WANTED));
        sim.quiet(Duration.ofMinutes(1));
        assertThat(server.twice).isEmpty();
    }

    private static void careful(SimPorts ports) throws InterruptedException {
        while (true) {
            try {
                var there = List.of(ports.kubeApi().send(NameServer.LIST).text().split(","));
                for (var name : WANTED) {
                    if (!there.contains(name)) {
                        ports.kubeApi().send(NameServer.add(name));
                    }
                }
            } catch (KubeApi.NoReplyException e) {
                continue;
            }
            ports.scheduler().sleep(Duration.ofSeconds(10));
        }
    }

    private static void hasty(SimPorts ports) {
        for (var name : WANTED) {
            try {
                ports.kubeApi().send(NameServer.add(name));
            } catch (KubeApi.NoReplyException e) {
                ports.kubeApi().send(NameServer.add(name));
            }
        }
    }

    /** A server of a set of names, which remembers who was added twice. */
    private static final class NameServer implements KubeApi {
        static final ApiRequest LIST = ApiRequest.of(ApiRequest.Method.GET, "/names");

        final TreeSet<String> names = new TreeSet<>();
        final List<String> twice = new ArrayList<>();

        static ApiRequest add(String name) {
            return ApiRequest.of(ApiRequest.Method.POST, "/names").withBody("text/plain", name);
        }

        @Override
        public ApiResponse send(ApiRequest request) {
            if (request.method().mutating() && !names.add(request.body())) {
                twice.add(request.body());
            }
            return ApiResponse.of(200, String.join(",", names));
        }

        @Override
        public ApiWatch watch(ApiRequest request) {
            throw new UnsupportedOperationException("nothing to watch here");
        }
    }
}
