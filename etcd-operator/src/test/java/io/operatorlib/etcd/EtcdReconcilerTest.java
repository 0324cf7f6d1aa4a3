package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ContainerState;
import io.kubernetes.client.openapi.models.V1ContainerStateWaiting;
import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetStatus;
import io.operatorlib.Fact;
import io.operatorlib.Step;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The reconciler as a function of what is seen. */
final class EtcdReconcilerTest {
    private static final String THREE = "{'size':3,'version':'3.6.16'}";
    private static final String PERSISTENT = "{'size':3,'version':'3.6.16','storage':{'persistent':{'size':'1Gi'}}}";

    @Test
    void theLatchIsWrittenBeforeTheFirstPod() {
        assertThat(new Scene(THREE).steps())
                .containsExactly("create ConfigMap", "create Pod", "create Pod", "create Pod");
    }

    @Test
    void theLatchIsArmedBeforeTheFirstGateIsOpenedAndOnlyWhenAllSeedsAreThere() {
        var scene = new Scene(THREE).formed();
        scene.maps.clear();
        var latch = scene.latch().map(scene.seen());
        latch.getMetadata().uid("u").resourceVersion("1");
        scene.maps.add(latch);
        Scene.SEEDS.forEach(
                seed -> scene.pods.put(seed, Scene.observed(scene.pod().seed(seed))));
        assertThat(scene.steps()).hasSize(4);
        assertThat(scene.steps().get(0)).startsWith("patch db-latch").contains("armed", "uid-db-a");
        assertThat(scene.steps().get(1)).isEqualTo("patch db-a {spec={schedulingGates=null}}");

        scene.pods.remove("db-b");
        assertThat(scene.steps()).containsExactly("create Pod");
    }

    @Test
    void atRestNothingIsPlanned() {
        var scene = new Scene(THREE).formed().known();
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("True AllServing");
        assertThat(scene.plan().requeueAfter()).isEmpty();
    }

    @Test
    void aMissingSizeIsNeverReadAsTheWishThatMembersGo() {
        var scene = new Scene(THREE).formed().known().edited("{'version':'3.6.16'}");
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False SpecInvalid");
        assertThat(scene.reason("SpecAccepted")).startsWith("False ");
        assertThat(new Scene(THREE).edited("{'version':'3.6.16'}").steps()).isEmpty();
    }

    @Test
    void nothingIsDoneBesideCoreosOperatorUntilItsLockIsSilent() {
        var scene = new Scene(THREE);
        scene.oldOperators.add(lock("ns", "2029-12-31T23:59:40Z"));
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False OldOperatorRuns");
        assertThat(scene.plan().requeueAfter()).contains(Duration.ofSeconds(10));

        scene.oldOperators.set(0, lock("ns", "2029-12-31T23:59:29Z"));
        assertThat(scene.steps()).isNotEmpty();
        scene.oldOperators.set(0, lock("elsewhere", "2029-12-31T23:59:59Z"));
        assertThat(scene.steps()).isNotEmpty();
        scene.oldOperators.set(0, new OldOperator("ns", "no lock"));
        assertThat(scene.steps()).isNotEmpty();
    }

    @Test
    void whatCoreosOperatorHasMadeIsLeftAndNoClusterIsBegunBesideIt() {
        var scene = new Scene(THREE);
        var old = Scene.observed(scene.pod().seed("db-0abc"));
        old.getMetadata().getLabels().remove(EtcdCluster.UID_LABEL);
        scene.pods.put("db-0abc", old);
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False OldMembers");
    }

    private static OldOperator lock(String namespace, String renewed) {
        return new OldOperator(
                namespace,
                "{\"holderIdentity\":\"old\",\"leaseDurationSeconds\":15,\"renewTime\":\"" + renewed + "\"}");
    }

    @Test
    void allThatIsWrongWithASpecIsSaidAtOnce() {
        var scene = new Scene(THREE).edited("{'version':'3.2.13','legacy':{'TLS':{'static':{}}}}");
        assertThat(SpecCheck.problem(scene.seen().meta(), scene.seen().spec()))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .contains("spec.legacy asks for TLS")
                        .contains("spec.size is missing")
                        .contains("spec.version is 3.2.13")
                        .contains("from 3.4.0 on"));
    }

    @Test
    void aFormerMembersPodThatCannotEndOnADeadNodeLeavesTheClusterReady() {
        var scene = new Scene(THREE).formed().known();
        var former = Scene.observed(scene.pod().seed("db-z"));
        former.getMetadata().deletionTimestamp(OffsetDateTime.parse("2026-01-01T00:00:00Z"));
        scene.pods.put("db-z", former);
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("True PodLeaving");
        assertThat(scene.reason("Progressing")).isEqualTo("True PodLeaving");
    }

    @Test
    void aMemberWhoseDataIsLostIsRemoved() {
        var scene = new Scene(THREE).formed();
        scene.pods.remove("db-a");
        assertThat(scene.known().steps())
                .singleElement()
                .asString()
                .startsWith("Remove[db-a")
                .contains("lost");
    }

    @Test
    void drainsAreKeptOffBeforeItShrinks() {
        var scene = new Scene(THREE).formed().known().edited("{'size':1,'version':'3.6.16'}");
        assertThat(scene.steps()).as("the budget first").isEmpty();
        var budget = budget(scene);
        assertThat(Objects.requireNonNull(budget.getSpec()).getMinAvailable()).isEqualTo(new IntOrString(3));
        scene.budgets.add(budget);
        budget.setStatus(new V1PodDisruptionBudgetStatus().putDisruptedPodsItem("db-a", OffsetDateTime.MAX));
        assertThat(scene.steps()).as("somebody was allowed to evict one").isEmpty();
        budget.setStatus(new V1PodDisruptionBudgetStatus().putDisruptedPodsItem("db-x", OffsetDateTime.MAX));
        assertThat(scene.steps()).singleElement().asString().startsWith("Remove[db-b");
        budget.getSpec().setMinAvailable(new IntOrString(2));
        assertThat(scene.steps()).as("somebody has edited it").isEmpty();
    }

    private static V1PodDisruptionBudget budget(Scene scene) {
        return scene.plan().steps().stream()
                .filter(step -> step instanceof Step.Apply apply && apply.object() instanceof V1PodDisruptionBudget)
                .map(step -> (V1PodDisruptionBudget) ((Step.Apply) step).object())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMemberWhoseDataIsOnItsVolumeGetsItsPodBackEvenWhenEtcdCannotBeAsked() {
        var scene = new Scene(PERSISTENT).formed();
        scene.pods.remove("db-a");
        assertThat(scene.steps()).containsExactly("create Pod");
        assertThat(scene.known().steps()).containsExactly("create Pod");
    }

    @Test
    void blindNothingIsMadeAnewOnEmptyDir() {
        var scene = new Scene(THREE).formed();
        scene.pods.remove("db-a");
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False EtcdUnreachable");
        assertThat(scene.reason("Available")).isEqualTo("Unknown EtcdUnreachable");
        scene.pods.remove("db-b");
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False QuorumLost");
        scene.pods.remove("db-c");
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False DataLost");
    }

    @Test
    void whileEtcdIsBeingAskedNothingIsSaidOrDone() {
        var scene = new Scene(PERSISTENT).formed();
        scene.pods.remove("db-a");
        scene.fact = Fact.asking("not observed since the last act");
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.plan().conditions()).isEmpty();
        assertThat(scene.plan().status()).isNull();
    }

    @Test
    void aDeletedLatchIsMadeAgainAsThatOfAFormedCluster() {
        var scene = new Scene(THREE).formed().known();
        var before = Latch.read(scene.maps.get(0));
        scene.maps.clear();
        assertThat(scene.steps()).containsExactly("create ConfigMap");
        var step = (Step.Create) scene.plan().steps().get(0);
        var after = Latch.read((V1ConfigMap) step.object());
        assertThat(after.clusterId()).isEqualTo(before.clusterId());
        assertThat(after.token()).isEqualTo(before.token());
        assertThat(after.hasFormed()).isTrue();
        assertThat(after.template()).isEqualTo(before.template());
    }

    @Test
    void aNewMembersPodIsMadeBeforeItsClaimAndEitherIsTakenUpWhereItWasLeft() {
        var five = PERSISTENT.replace("'size':3", "'size':5");
        var scene = new Scene(PERSISTENT).formed().known().edited(five);
        assertThat(scene.steps()).containsExactly("create Pod", "create PersistentVolumeClaim");
        var created = (Step.Create) scene.plan().steps().stream()
                .filter(step -> step instanceof Step.Create create && create.object() instanceof V1Pod)
                .findFirst()
                .orElseThrow();
        var pod = Scene.observed((V1Pod) created.object());
        scene.pods.put(pod.getMetadata().getName(), pod);
        assertThat(scene.steps().get(0)).isEqualTo("create PersistentVolumeClaim");
        assertThat(scene.steps().get(1)).contains(pod.getMetadata().getName());
    }

    @Test
    void aPodWhoseLabelsSomebodyTookAwayGetsThemBackEvenWithoutAQuorum() {
        var scene = new Scene(THREE).formed().known();
        Objects.requireNonNull(scene.pods.get("db-a")).getMetadata().getLabels().remove(EtcdCluster.CLUSTER_LABEL);
        var back = "patch db-a {metadata={labels={etcd_cluster=db}}}";
        assertThat(scene.steps()).containsExactly(back);
        scene.fact = Fact.unknown("no quorum");
        assertThat(scene.steps()).containsExactly(back);
    }

    @Test
    void anEditOfALiveClusterIsNamedAndChangesNothing() {
        var scene = new Scene(THREE).formed().known().edited("{'size':3,'version':'3.7.3'}");
        assertThat(scene.steps()).isEmpty();
        assertThat(scene.reason("SpecAccepted")).isEqualTo("False EditRefused");
        assertThat(scene.plan().conditions().toString())
                .contains("spec.version (members have 3.6.16, wished is 3.7.3)");
    }

    @Test
    void pausedNothingIsDoneAndTheStateIsStillObserved() {
        var scene = new Scene(THREE).formed();
        scene.pods.remove("db-a");
        scene.known().edited("{'size':3,'version':'3.6.16','paused':true}");
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.reason("Ready")).isEqualTo("False Paused");
        assertThat(Objects.requireNonNull(scene.plan().status()).members()).hasSize(3);
    }

    @Test
    void sizeZeroWithoutVolumesIsRefusedAndNothingChanges() {
        var scene = new Scene(THREE).formed().known().edited("{'size':0,'version':'3.6.16'}");
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.reason("SpecAccepted")).isEqualTo("False SpecInvalid");
    }

    @Test
    void aWishThatCannotBeMetYetIsNamedAndNothingIsRunWithoutIt() {
        var scene = new Scene(THREE)
                .formed()
                .known()
                .edited("{'size':3,'version':'3.6.16','legacy':{'TLS':{'static':{'operatorSecret':'s'}}}}");
        assertThat(scene.plan().steps()).isEmpty();
        assertThat(scene.reason("SpecAccepted")).isEqualTo("False SpecInvalid");
        assertThat(scene.plan().conditions().toString()).contains("spec.legacy asks for TLS");
        scene.edited("{'size':3,'version':'3.6.16','legacy':{'pod':{'busyboxImage':'busybox'}}}");
        assertThat(scene.reason("SpecAccepted")).startsWith("True");
    }

    @Test
    void hibernationIsNotedBeforeTheFirstPodGoes() {
        var zero = "{'size':0,'version':'3.6.16','storage':{'persistent':{'size':'1Gi'}}}";
        var scene = new Scene(PERSISTENT).formed().known().edited(zero);
        assertThat(scene.steps())
                .singleElement()
                .asString()
                .startsWith("patch db-latch")
                .contains("hibernating");
        scene.maps.get(0).getMetadata().putAnnotationsItem(Latch.HIBERNATING, "true");
        assertThat(scene.steps()).containsExactly("delete db-a", "delete db-b", "delete db-c");
        scene.pods.clear();
        scene.fact = Fact.unknown("no member's pod has an address");
        assertThat(scene.steps()).isEmpty();
        scene.edited(PERSISTENT);
        assertThat(scene.steps()).containsExactly("create Pod", "create Pod", "create Pod");
    }

    @Test
    void anAlarmIsSaidThoughAllMembersServe() {
        var scene = new Scene(THREE).formed();
        scene.complaints = List.of("memberID:1 alarm:NOSPACE");
        assertThat(scene.known().reason("Ready")).isEqualTo("False MemberComplains");
        assertThat(scene.reason("Available")).startsWith("True");
        assertThat(scene.plan().conditions().toString()).contains("db-a says: memberID:1 alarm:NOSPACE");
        assertThat(scene.steps()).isEmpty();
    }

    @Test
    void whatStandsAroundMembersIsKeptWhileTheySleep() {
        var scene = new Scene(PERSISTENT)
                .formed()
                .known()
                .edited("{'size':0,'version':'3.6.16','storage':{'persistent':{'size':'1Gi'}}}");
        scene.maps.get(0).getMetadata().putAnnotationsItem(Latch.HIBERNATING, "true");
        assertThat(scene.plan().steps())
                .filteredOn(Step.Apply.class::isInstance)
                .extracting(step -> ((Step.Apply) step).object().getMetadata().getName())
                .containsExactlyInAnyOrder("db", "db-client", "db");
    }

    @Test
    void anImageThatDoesNotExistIsNamedAndACorrectedSpecBeginsAnew() {
        var scene = new Scene(THREE).formed();
        scene.maps.get(0).getMetadata().getAnnotations().remove(Latch.FORMED);
        scene.pods.values().forEach(EtcdReconcilerTest::failToPull);
        assertThat(scene.reason("Ready")).isEqualTo("False PodNotRunning");
        assertThat(scene.plan().conditions().toString()).contains("db-a, db-b, db-c: ImagePullBackOff: no such image");
        assertThat(scene.steps()).isEmpty();

        scene.edited("{'size':3,'version':'3.6.15'}");
        assertThat(scene.steps()).singleElement().asString().contains("wiping");
        scene.maps.get(0).getMetadata().putAnnotationsItem(Latch.WIPING, "true");
        assertThat(scene.steps()).containsExactly("delete db-a", "delete db-b", "delete db-c");
        scene.pods.clear();
        assertThat(scene.steps()).containsExactly("delete db-latch");
    }

    @Test
    void aBootstrapThatMayHaveFormedIsNeverWiped() {
        var scene = new Scene(THREE).formed().edited("{'size':3,'version':'3.6.15'}");
        scene.maps.get(0).getMetadata().getAnnotations().remove(Latch.FORMED);
        assertThat(scene.steps()).isEmpty();
        scene.pods.values().forEach(EtcdReconcilerTest::failToPull);
        scene.pods.remove("db-a");
        assertThat(scene.steps()).as("a seed that is gone may have run").isEmpty();
    }

    @Test
    void aTemplateIsReadBackAsItWasWritten() {
        assertThat(Template.parse(new Scene(PERSISTENT).latch().template().json()))
                .isEqualTo(new Scene(PERSISTENT).latch().template());
    }

    private static void failToPull(V1Pod pod) {
        pod.getStatus()
                .phase("Pending")
                .containerStatuses(List.of(new V1ContainerStatus()
                        .restartCount(0)
                        .state(new V1ContainerState()
                                .waiting(new V1ContainerStateWaiting()
                                        .reason("ImagePullBackOff")
                                        .message("no such image")))));
    }
}
