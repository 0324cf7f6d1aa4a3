package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Measure;
import io.operatorlib.Resource;
import io.operatorlib.etcd.EtcdClusterStatus.MemberStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The numbers that are shown of a cluster, and the page on them. */
final class EtcdMeasuresTest {

    @Test
    void theNumbersAreThoseOfTheStatus() {
        var status = new EtcdClusterStatus(
                "Degraded",
                3,
                1,
                "3.6.16",
                "1",
                "db-a",
                "db-client",
                List.of(
                        member("db-a", "Voter", "Serving", null),
                        member("db-b", "Voter", "Silent", null),
                        member("db-c", "Voter", "Silent", "CrashLoopBackOff"),
                        member("db-d", "Learner", "Serving", null)));
        var numbers = numbers(EtcdMeasures.of(cluster(status)));
        assertThat(numbers)
                .containsEntry("etcd.cluster.size.wished {}", 3.0)
                .containsEntry("etcd.cluster.paused {}", 0.0)
                .containsEntry("etcd.cluster.members {health=Serving, role=Voter}", 1.0)
                .containsEntry("etcd.cluster.members {health=Silent, role=Voter}", 2.0)
                .containsEntry("etcd.cluster.members {health=Serving, role=Learner}", 1.0)
                .containsEntry("etcd.cluster.members {health=Lost, role=Voter}", 0.0)
                .containsEntry("etcd.cluster.members.troubled {}", 1.0)
                .containsEntry("etcd.cluster.leader.known {}", 1.0)
                .containsEntry("etcd.cluster.phase {phase=Degraded}", 1.0);
    }

    @Test
    void beforeThereIsAStatusOnlyTheWishIsShown() {
        assertThat(numbers(EtcdMeasures.of(cluster(null))))
                .hasSize(2)
                .containsEntry("etcd.cluster.size.wished {}", 3.0);
    }

    @Test
    void eachMetricStandsOnThePage() throws IOException {
        var page = Files.readString(Path.of("../docs/reference/etcd-metrics.md"));
        var status = new EtcdClusterStatus("Running", 0, 0, null, null, null, null, List.of());
        for (Measure measure : EtcdMeasures.of(cluster(status))) {
            assertThat(page).contains("| `" + measure.name().replace('.', '_') + "` |");
            measure.tags().keySet().forEach(tag -> assertThat(page).contains("`" + tag + "`"));
        }
    }

    private static Map<String, Double> numbers(List<Measure> measures) {
        return measures.stream()
                .collect(Collectors.toMap(
                        measure -> measure.name() + " " + new TreeMap<>(measure.tags()), Measure::value));
    }

    private static Resource<EtcdClusterSpec, EtcdClusterStatus> cluster(@Nullable EtcdClusterStatus status) {
        var seen = new Scene("{'size':3,'version':'3.6.16'}").seen();
        return new Resource<>(seen.meta(), seen.spec(), status);
    }

    private static MemberStatus member(String name, String role, String health, @Nullable String message) {
        return new MemberStatus(name, "1", role, health, "3.6.16", message);
    }
}
