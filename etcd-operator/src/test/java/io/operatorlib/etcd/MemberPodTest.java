package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodAffinityTerm;
import io.kubernetes.client.openapi.models.V1PodAntiAffinity;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.operatorlib.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What members' pods are rendered as: I14, I16 and I23 to I25 among others. */
final class MemberPodTest {
    private final Scene scene = new Scene("{'size':3,'version':'3.6.16'}");

    @Test
    void onlySeedsBeginACluster() {
        assertThat(arguments(pod().seed("db-a"))).contains("--initial-cluster-state=new");
        assertThat(arguments(pod().candidate("db-d", List.of(scene.url("db-a")))))
                .contains("--initial-cluster-state=existing")
                .contains("--initial-cluster=db-a=" + scene.url("db-a") + ",db-d=" + scene.url("db-d"));
    }

    @Test
    void whoComesBackCannotBeginAnewHadItsVolumeBeenEmptied() {
        var formed = scene.latch().asFormed(Map.of("db-a", "1"), List.of("db-a", "db-b", "db-c"));
        assertThat(arguments(new MemberPod(scene.seen(), formed).restored("db-a")))
                .contains("--initial-cluster-state=existing")
                .contains("--initial-cluster=db-a=" + scene.url("db-a"));
    }

    @Test
    void nobodyRunsBeforeItsGateIsOpened() {
        assertThat(PodView.of(pod().seed("db-a")).gated()).isTrue();
        assertThat(PodView.of(pod().candidate("db-d", List.of())).gated()).isTrue();
    }

    @Test
    void i23ThereIsTimeToHandLeadershipOver() {
        assertThat(pod().seed("db-a").getSpec().getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(30);
    }

    @Test
    void i24LivenessNeedsNoQuorumAndReadinessDoes() {
        assertThat(container(pod().seed("db-a")).getLivenessProbe().getHttpGet().getPath())
                .isEqualTo("/livez");
        assertThat(container(pod().seed("db-a"))
                        .getReadinessProbe()
                        .getHttpGet()
                        .getPath())
                .isEqualTo("/readyz");
        var old = container(new Scene("{'size':3,'version':'3.4.23'}").pod().seed("db-a"));
        assertThat(old.getLivenessProbe().getHttpGet()).isNull();
        assertThat(old.getLivenessProbe().getTcpSocket()).isNotNull();
        assertThat(old.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health");
    }

    @Test
    void i24PeersAreFoundBeforeTheyAreReady() {
        var service = Surroundings.peers(scene.seen());
        assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
        var spec = pod().seed("db-a").getSpec();
        assertThat(spec.getHostname()).isEqualTo("db-a");
        assertThat(spec.getSubdomain()).isEqualTo("db");
    }

    @Test
    void membersAvoidEachOthersNodesAndZones() {
        assertThat(avoided("{'size':3,'version':'3.6.16'}"))
                .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        assertThat(avoided("{'size':3,'version':'3.6.16','scheduling':{'antiAffinity':'Required'}}"))
                .containsExactly("topology.kubernetes.io/zone");
        assertThat(apart("{'size':3,'version':'3.6.16','scheduling':{'antiAffinity':'Required'}}")
                        .getRequiredDuringSchedulingIgnoredDuringExecution())
                .extracting(V1PodAffinityTerm::getTopologyKey)
                .containsExactly("kubernetes.io/hostname");
    }

    private static List<String> avoided(String spec) {
        return apart(spec).getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                .map(term -> term.getPodAffinityTerm().getTopologyKey())
                .toList();
    }

    private static V1PodAntiAffinity apart(String spec) {
        return new Scene(spec).pod().seed("db-a").getSpec().getAffinity().getPodAntiAffinity();
    }

    @Test
    void i25ClientsFindVotersOnly() {
        assertThat(Surroundings.clients(scene.seen()).getSpec().getSelector())
                .containsEntry(EtcdCluster.ROLE_LABEL, EtcdCluster.VOTER)
                .containsEntry(EtcdCluster.UID_LABEL, "uid-1");
        assertThat(pod().seed("db-a").getMetadata().getLabels()).doesNotContainKey(EtcdCluster.ROLE_LABEL);
    }

    @Test
    void i8MembershipChangesAreCheckedByTheServerToo() {
        assertThat(arguments(pod().seed("db-a"))).contains("--strict-reconfig-check=true");
    }

    @Test
    void i10DrainsLeaveAQuorum() {
        assertThat(Surroundings.plan(scene.seen(), 5).steps())
                .filteredOn(step -> step instanceof Step.Apply apply
                        && apply.object() instanceof V1PodDisruptionBudget budget
                        && budget.getSpec().getMinAvailable().getIntValue() == 3)
                .hasSize(1);
    }

    @Test
    void namesAreShortEnoughForTheLongestCluster() {
        var name = MemberNames.draw("c".repeat(EtcdCluster.LONGEST_NAME), 7, 1, List.of())
                .get(0);
        assertThat(name).hasSizeLessThanOrEqualTo(63);
        assertThat(("c".repeat(EtcdCluster.LONGEST_NAME) + "-client")).hasSizeLessThanOrEqualTo(63);
    }

    private MemberPod pod() {
        return scene.pod();
    }

    private static List<String> arguments(V1Pod pod) {
        return container(pod).getArgs();
    }

    private static V1Container container(V1Pod pod) {
        return pod.getSpec().getContainers().get(0);
    }
}
