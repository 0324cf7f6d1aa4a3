package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.CrashPoints;
import io.operatorlib.testing.HarmTable;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The real operator on the model of etcd, under its shipped role, killed at each of its effects. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdSimulationTest {
    /** Seeds for each story: {@code -Doperatorlib.sim.seeds=20} for a longer night. */
    private static final int SEEDS = Integer.getInteger("operatorlib.sim.seeds", 1);

    /**
     * What no request here uses. An Event that is said again is patched, which takes a trouble that lasts; a real
     * server's OwnerReferencesPermissionEnforcement asks for the right to block an owner's deletion; and elections have
     * simulations of their own.
     */
    private static final Set<String> USED_ELSEWHERE = Set.of(
            "create leases.coordination.k8s.io",
            "get leases.coordination.k8s.io etcd-operator",
            "patch events.events.k8s.io",
            "update etcdclusters/finalizers.etcd.database.coreos.com",
            "update leases.coordination.k8s.io etcd-operator",
            "watch leases.coordination.k8s.io etcd-operator");

    /** Of old versions and their webhook, and of kinds on which nobody acts: ShippedRolesIT sees these at work. */
    private static final Predicate<String> OF_OLD_VERSIONS = Pattern.compile(
                    "etcdbackups|etcdrestores|secrets|endpointslices"
                            + "|(create|patch) etcdclusters[.]|customresourcedefinitions/status|get endpoints")
            .asPredicate();

    private final ShippedRole role = EtcdStage.shippedRole();
    private final Set<String> unused = new ConcurrentSkipListSet<>();
    private final List<HarmTable> tables = new ArrayList<>();

    /** What is told, each time in a world of its own; by its name. */
    static Map<String, Consumer<EtcdStage>> stories() {
        var stories = new LinkedHashMap<String, Consumer<EtcdStage>>();
        stories.put("create 3", stage -> {
            stage.create(3);
            stage.converges(3);
        });
        stories.put("grow 3 to 5", stage -> {
            begun(stage, 3);
            stage.resize(5);
            stage.converges(5);
        });
        stories.put("shrink 5 to 3", stage -> {
            begun(stage, 5);
            stage.resize(3);
            stage.converges(3);
        });
        stories.put("replace", stage -> {
            begun(stage, 3);
            stage.losePod(false);
            stage.converges(3);
            stage.losePod(true);
            stage.converges(3);
        });
        stories.put("process death", stage -> {
            begun(stage, 3);
            stage.killProcess(true);
            stage.converges(3);
            stage.killProcess(false);
            stage.converges(3);
        });
        stories.put("create 3 on volumes, delete", stage -> {
            stage.withStorage().createOnVolumes(3);
            stage.converges(3);
            stage.delete();
            stage.isGone();
        });
        stories.put("replace on volumes", stage -> {
            begunOnVolumes(stage);
            stage.deletePod(true);
            stage.converges(3);
            stage.loseVolume(false);
            stage.converges(3);
        });
        stories.put("shrink and grow on volumes", stage -> {
            begunOnVolumes(stage);
            stage.resize(2);
            stage.converges(2);
            stage.resize(3);
            stage.converges(3);
        });
        stories.put("shrink, the volume is retained", stage -> {
            stage.withStorage().createOnRetainedVolumes(3);
            stage.converges(3);
            stage.nowThen();
            stage.resize(2);
            stage.converges(2);
        });
        stories.put("a seed is lost before they form", stage -> {
            stage.create(3);
            stage.hasPods(3);
            stage.nowThen();
            stage.loseSeed();
            stage.converges(3);
        });
        stories.put("an image that is not there, corrected", stage -> {
            stage.createWithoutImage(3);
            stage.nowThen();
            stage.correctImage();
            stage.converges(3);
        });
        stories.put("hibernate and wake", stage -> {
            begunOnVolumes(stage);
            stage.resize(0);
            stage.isAsleep(3);
            stage.resize(3);
            stage.converges(3);
        });
        stories.put("delete while it grows", stage -> {
            stage.withStorage();
            begun(stage, 3);
            stage.resize(5);
            stage.hasPods(4);
            stage.delete();
            stage.isGone();
        });
        return stories;
    }

    private static void begun(EtcdStage stage, int size) {
        stage.create(size);
        stage.converges(size);
        stage.nowThen();
    }

    private static void begunOnVolumes(EtcdStage stage) {
        stage.withStorage().createOnVolumes(3);
        stage.converges(3);
        stage.nowThen();
    }

    private void tell(Sim sim, Consumer<EtcdStage> story) {
        var stage = new EtcdStage(sim, role);
        story.accept(stage);
        stage.isAtRest();
        unused.retainAll(stage.unusedGrants());
    }

    @TestFactory
    List<DynamicTest> itConvergesFromACrashAtEachOfItsEffects() {
        unused.addAll(grants());
        var tests = new ArrayList<DynamicTest>();
        stories().forEach((name, story) -> tests.add(DynamicTest.dynamicTest(name, () -> harm(name, story))));
        tests.add(DynamicTest.dynamicTest(
                "the shipped role grants nothing that is not used",
                () -> assertThat(unused)
                        .filteredOn(grant -> !grant.startsWith("list ")) // asked where a server cannot stream lists
                        .filteredOn(OF_OLD_VERSIONS.negate())
                        .containsExactlyInAnyOrderElementsOf(USED_ELSEWHERE)));
        return tests;
    }

    private Set<String> grants() {
        try (var sim = Sim.seeded(1)) {
            return new EtcdStage(sim, role).unusedGrants();
        }
    }

    private void harm(String name, Consumer<EtcdStage> story) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var runs = CrashPoints.of(name, seed, sim -> tell(sim, story));
            tables.add(runs);
            assertThat(runs.orThrow().failures()).isEmpty();
        }
    }

    @AfterAll
    void print() {
        System.out.println(HarmTable.report(tables));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(hash(5)).isEqualTo(hash(5)).isNotEqualTo(hash(6));
    }

    private long hash(long seed) {
        try (var sim = Sim.seeded(seed)) {
            tell(sim, Objects.requireNonNull(stories().get("create 3")));
            return sim.hash();
        }
    }
}
