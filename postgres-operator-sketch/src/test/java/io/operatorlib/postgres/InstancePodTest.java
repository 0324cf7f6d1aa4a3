package io.operatorlib.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstancePodTest {
    private static V1PodSpec of(PostgresSpec spec) {
        var meta = new Meta("default", "db", "u-1", "1", 1, Map.of(), Map.of(), List.of(), List.of(), null, null);
        var seen = Observed.of(PostgresCluster.KIND, new Resource<>(meta, spec, (PostgresStatus) null));
        return Objects.requireNonNull(InstancePod.pod(seen.build(), "db-2").getSpec());
    }

    private static PostgresSpec spec(PostgresSpec.@Nullable Storage storage) {
        return new PostgresSpec(3, null, storage, null, null, null, new PostgresSpec.Failover(7, null), null);
    }

    @Test
    void anInstanceRunsAsPostgresAndKnowsWhatItsManagerAsksFor() {
        var spec = of(spec(null));
        assertThat(Objects.requireNonNull(spec.getSecurityContext()).getRunAsUser())
                .isEqualTo(999);
        assertThat(spec.getSubdomain()).isEqualTo("db");
        var container = spec.getContainers().get(0);
        assertThat(container.getImage()).isEqualTo(PostgresSpec.IMAGE);
        assertThat(container.getEnv())
                .extracting(V1EnvVar::getName)
                .contains("POD_NAME", "POD_NAMESPACE", "POD_UID", "POD_IP", "CLUSTER", "LEASE_SECONDS");
        assertThat(Objects.requireNonNull(container.getReadinessProbe()).getHttpGet())
                .satisfies(
                        get -> assertThat(Objects.requireNonNull(get).getPort().getIntValue())
                                .isEqualTo(PostgresCluster.STATE_PORT));
    }

    @Test
    void itsDataIsOnAVolumeWhereStorageIsWishedFor() {
        assertThat(of(spec(null)).getVolumes())
                .anyMatch(volume -> volume.getName().equals("data") && volume.getEmptyDir() != null);
        var storage = new PostgresSpec.Storage("8Gi", null);
        assertThat(of(spec(storage)).getVolumes()).anyMatch(volume -> volume.getPersistentVolumeClaim() != null);
    }
}
