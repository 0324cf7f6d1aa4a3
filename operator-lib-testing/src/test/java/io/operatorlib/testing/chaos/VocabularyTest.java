package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimPorts;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a program that writes once a second hears while a fault of the vocabulary lasts, and what comes of its writes. */
@Execution(ExecutionMode.CONCURRENT)
class VocabularyTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Duration LASTS = Duration.ofMinutes(1);

    private final Sim sim = Sim.seeded(1);
    private final SimCluster cluster = SimCluster.in(sim, SimCluster.OPERATOR);
    private final List<String> heard = new ArrayList<>();
    private Duration clock = Duration.ZERO;
    private int carriedOut;

    private void write(SimPorts ports) throws InterruptedException {
        long began = ports.scheduler().now().getEpochSecond();
        while (true) {
            ports.scheduler().sleep(Duration.ofSeconds(1));
            clock = Duration.ofSeconds(ports.scheduler().now().getEpochSecond() - began);
            try (var reply = ports.kubeApi()
                    .send(ApiRequest.of(Method.POST, MAPS)
                            .withBody("application/json", "{\"metadata\": {\"generateName\": \"page-\"}}"))) {
                heard.add("" + reply.status());
            } catch (KubeApi.NoReplyException e) {
                heard.add("no reply");
            }
        }
    }

    /** Lets it write, does that to it, and looks at what it has heard meanwhile; then all is well again. */
    private void under(String name, int choice, Runnable look) {
        Fault<SimCluster> fault = Vocabulary.<SimCluster>ofAnyOperator(there -> there).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        cluster.operator(this::write);
        try (sim) {
            sim.pass(LASTS);
            assertThat(heard).isNotEmpty().containsOnly("201");
            heard.clear();
            int before = maps();
            var end = fault.harm().on(sim, cluster, new SplittableRandom(choice));
            sim.pass(LASTS);
            carriedOut = maps() - before;
            look.run();
            end.run();
            sim.pass(LASTS);
            heard.clear();
            sim.pass(LASTS);
            assertThat(heard).isNotEmpty().containsOnly("201");
        }
    }

    private int maps() {
        return cluster.list(MAPS).size();
    }

    @Test
    void aGatewayTimesOutThoughTheWriteIsCarriedOut() {
        under("gateway time-outs", 1, () -> {
            assertThat(heard).isNotEmpty().containsOnly("504");
            assertThat(carriedOut).isEqualTo(heard.size());
        });
    }

    @Test
    void aServerThatRestartsRefusesConnectionsAndHasForgottenWhatWasBefore() {
        Consumer<String> watch = version -> {
            var request = ApiRequest.of(Method.GET, MAPS).with("watch", "true").with("resourceVersion", version);
            try (var events = cluster.server().as(Caller.ADMIN).watch(request)) {
                heard.add(events.next(Duration.ZERO).toString());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        var version = "" + cluster.server().revision();
        under("the API server restarts", 1, () -> {
            assertThat(heard).isNotEmpty().containsOnly("no reply");
            assertThat(carriedOut).isZero();
            heard.clear();
            watch.accept(version);
            assertThat(heard).noneMatch(line -> line.contains("410"));
        });
        assertThat(heard).as("after it").containsOnly("201");
    }

    @Test
    void anOperatorThatStandsStillDoesNothingAndGoesOnWhereItWas() {
        under("the operator stands still", 1, () -> {
            assertThat(heard).isEmpty();
            assertThat(carriedOut).isZero();
        });
        assertThat(sim.incarnations()).isEqualTo(1);
    }

    @Test
    void aWrongClockIsRightAgain() {
        under("the operator's clock is wrong", 1, () -> {
            assertThat(heard).containsOnly("201");
            assertThat(clock.minus(sim.elapsed()).abs()).isGreaterThan(Duration.ofMinutes(1));
        });
        assertThat(clock.minus(sim.elapsed()).abs()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void someOfItsEffectsAreHarmedInEachOfThreeWays() {
        under("harmed at some of its effects", 1, () -> {
            assertThat(sim.incarnations()).isGreaterThan(2);
            assertThat(heard).contains("201", "no reply");
            assertThat(carriedOut).isGreaterThan(heard.size() - Collections.frequency(heard, "no reply"));
        });
    }
}
