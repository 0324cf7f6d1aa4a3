package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.testing.SimCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class OperatorContractTest {
    private static final String DOOR = "/api/v1/namespaces/default/configmaps/kitchen-door";

    /** Gives what it is given. */
    private static final class Given extends OperatorContract<SimCluster> {
        private final Zoo animal;
        private final Optional<Path> manifest;
        private final List<String> earlier;
        private final Optional<Predicate<SimCluster>> serves;
        private final List<String> path;

        Given(
                Zoo animal,
                Optional<Path> manifest,
                List<String> earlier,
                Optional<Predicate<SimCluster>> serves,
                List<String> path) {
            this.animal = animal;
            this.manifest = manifest;
            this.earlier = earlier;
            this.serves = serves;
            this.path = path;
        }

        static Given nothingBut(Zoo animal) {
            return new Given(animal, Optional.empty(), List.of(), Optional.empty(), List.of());
        }

        @Override
        protected Workload<SimCluster> workload() {
            return animal.workload();
        }

        @Override
        protected Optional<Path> installManifest() {
            return manifest;
        }

        @Override
        protected List<String> earlierManifests() {
            return earlier;
        }

        @Override
        protected Optional<Predicate<SimCluster>> applicationServes() {
            return serves;
        }

        @Override
        protected List<String> versionPath() {
            return path;
        }
    }

    private static Given serving(Predicate<SimCluster> serves) {
        return new Given(
                Zoo.SOUND,
                Optional.empty(),
                List.of(),
                Optional.of(serves),
                List.of("paint it blue", "paint it white"));
    }

    @Test
    void whatIsNotGivenIsNotProven() {
        var given = Given.nothingBut(Zoo.SOUND);
        for (Runnable test : List.<Runnable>of(
                given::guideline1_itInstallsAsOneDeployment,
                given::guideline4_itUnderstandsEveryEarlierVersion,
                given::guideline5_theApplicationRunsOnWithoutIt,
                given::guideline6_usersDeclareAVersionAndItOrchestratesTheUpgrade)) {
            assertThatThrownBy(test::run)
                    .isInstanceOf(TestAbortedException.class)
                    .hasMessageContaining("not proven");
        }
    }

    @Test
    void theSoundOneKeepsThemAll() {
        var given = serving(cluster -> cluster.get(DOOR).isPresent());
        given.guideline2_itHasAResourceTypeOfItsOwn();
        given.guideline3_itUsesKubernetesOwnPrimitives();
        given.guideline5_theApplicationRunsOnWithoutIt();
        given.guideline6_usersDeclareAVersionAndItOrchestratesTheUpgrade();
        given.guideline7_itIsTestedAgainstAChaosMonkey();
    }

    @Test
    void anApplicationThatDoesNotServeIsTold() {
        assertThatThrownBy(serving(cluster -> false)::guideline5_theApplicationRunsOnWithoutIt)
                .hasMessageContaining("does not serve");
        var white = serving(cluster -> String.valueOf(cluster.get(DOOR)).contains("white"));
        white.guideline5_theApplicationRunsOnWithoutIt();
        assertThatThrownBy(white::guideline6_usersDeclareAVersionAndItOrchestratesTheUpgrade)
                .hasMessageContaining("the application serves");
    }

    @Test
    void aBrokenOneDoesNotSurvive() {
        assertThatThrownBy(Given.nothingBut(Zoo.TAKES_FOR_GRANTED)::guideline7_itIsTestedAgainstAChaosMonkey)
                .hasMessageContaining("a door and a window");
    }

    @Test
    void earlierManifestsAreReadBackAsTheyWereWritten() {
        given(List.of(room("blue"))).guideline4_itUnderstandsEveryEarlierVersion();
        assertThatThrownBy(
                        given(List.of(room("blue\", \"shape\": \"round")))::guideline4_itUnderstandsEveryEarlierVersion)
                .hasMessageContaining("read back differently");
    }

    private static Given given(List<String> earlier) {
        return new Given(Zoo.SOUND, Optional.empty(), earlier, Optional.empty(), List.of());
    }

    private static String room(String colour) {
        return "{\"apiVersion\": \"zoo.operatorlib.io/v1\", \"kind\": \"Room\", \"metadata\": {\"name\": \"old\","
                + " \"namespace\": \"default\"}, \"spec\": {\"colour\": \"" + colour + "\"}}";
    }

    @Test
    void twoDeploymentsAreNotOne(@TempDir Path folder) throws Exception {
        var one = Files.writeString(folder.resolve("one.yaml"), deployment("one"));
        var two = Files.writeString(folder.resolve("two.yaml"), deployment("one") + "---\n" + deployment("two"));
        installing(one).guideline1_itInstallsAsOneDeployment();
        assertThatThrownBy(installing(two)::guideline1_itInstallsAsOneDeployment)
                .hasMessageContaining("has 2 Deployments");
        assertThat(Files.readString(two)).contains(Files.readString(one));
    }

    private static Given installing(Path manifest) {
        return new Given(Zoo.SOUND, Optional.of(manifest), List.of(), Optional.empty(), List.of());
    }

    private static String deployment(String name) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: default}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: operator, image: example}]}
                """.replace("%s", name).replace("%1$s", name);
    }
}
