package io.operatorlib.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Secret;
import io.operatorlib.Condition;
import io.operatorlib.Fact;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Resource;
import io.operatorlib.Step;
import io.operatorlib.agent.Notice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostgresReconcilerTest {
    private static final Meta META =
            new Meta("default", "db", "u-1", "1", 1, Map.of(), Map.of(), List.of(), List.of(), null, null);

    private static PostgresSpec spec(@Nullable Map<String, String> parameters, @Nullable Boolean paused) {
        return new PostgresSpec(3, null, null, parameters, null, null, null, paused);
    }

    private static Observed.Builder<PostgresSpec, PostgresStatus> seen(PostgresSpec spec) {
        return Observed.of(PostgresCluster.KIND, new Resource<>(META, spec, (PostgresStatus) null))
                .owned(V1Pod.class, List.of())
                .owned(V1ConfigMap.class, List.of())
                .owned(V1Secret.class, List.of())
                .owned(V1PersistentVolumeClaim.class, List.of())
                .fact(Instances.class, null)
                .nonce(42);
    }

    private static V1ConfigMap told(Designation designation) {
        var bare = seen(spec(null, null)).build();
        return Notice.write(Surroundings.designation(bare), designation);
    }

    private static Plan<PostgresStatus> plan(Observed.Builder<PostgresSpec, PostgresStatus> seen) {
        return new PostgresReconciler().reconcile(seen.build());
    }

    private static Condition condition(Plan<PostgresStatus> plan, String type) {
        return plan.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClusterBeginsWithItsDesignationAfterAllThatItStandsOn() {
        var steps =
                plan(seen(spec(Map.of("work_mem", "8MB", "port", "1"), null))).steps();
        assertThat(steps.get(steps.size() - 1)).isInstanceOfSatisfying(Step.Create.class, last -> {
            var first = Notice.read((V1ConfigMap) last.object(), Designation.class);
            assertThat(first.primary()).isEqualTo("db-1");
            assertThat(first.system()).isEmpty();
            assertThat(first.parameters()).containsOnlyKeys("work_mem");
        });
    }

    @Test
    void passwordsAreMadeOnceAndDifferForEachUserAndCluster() {
        var made = plan(seen(spec(null, null))).steps().stream()
                .filter(step -> step instanceof Step.Create create && create.object() instanceof V1Secret)
                .map(step -> (V1Secret) ((Step.Create) step).object())
                .toList();
        assertThat(made).hasSize(1);
        assertThat(Objects.requireNonNull(made.get(0).getStringData()).values()).doesNotHaveDuplicates();
        var again = plan(seen(spec(null, null)).owned(V1Secret.class, made)).steps();
        assertThat(again).noneMatch(step -> step instanceof Step.Create create && create.object() instanceof V1Secret);
    }

    @Test
    void nothingIsDoneWhileTheInstancesHaveNotBeenAskedOrTheClusterIsPaused() {
        var map = told(Designation.first("db-1", Map.of()));
        assertThat(plan(seen(spec(null, null)).owned(V1ConfigMap.class, List.of(map)))
                        .steps())
                .isEmpty();
        var paused = plan(seen(spec(null, true))
                .owned(V1ConfigMap.class, List.of(map))
                .fact(Instances.class, Fact.known(new Instances(new TreeMap<>()))));
        assertThat(paused.steps()).isEmpty();
        assertThat(condition(paused, Condition.READY).reason()).isEqualTo("Paused");
    }

    @Test
    void whatIsTheOperatorsOwnOrWouldWriteMoreThanItsValueIsRefusedByName() {
        var map = told(Designation.first("db-1", Map.of()));
        var plan = plan(seen(spec(Map.of("fsync", "off", "work_mem", "1\nfsync = off", "jit", "off"), null))
                .owned(V1ConfigMap.class, List.of(map))
                .fact(Instances.class, Fact.known(new Instances(new TreeMap<>()))));
        var accepted = condition(plan, "SpecAccepted");
        assertThat(accepted.status()).isEqualTo(Condition.Status.FALSE);
        assertThat(accepted.message())
                .contains("parameters.fsync", "parameters.work_mem")
                .doesNotContain("jit");
    }
}
