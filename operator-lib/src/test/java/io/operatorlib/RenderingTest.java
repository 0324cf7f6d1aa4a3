package io.operatorlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RenderingTest {
    private static final V1ObjectMeta META = new V1ObjectMeta().name("db").namespace("default");

    private static V1ServiceSpec spec(V1Service service) {
        return Objects.requireNonNull(service.getSpec());
    }

    @Test
    void clientsFindReadyPodsAndMembersEachOther() {
        var ports = Map.of("client", 2379, "peer", 2380);
        var clients = spec(Rendering.service(META, Map.of("app", "db"), ports));
        assertThat(clients.getPorts()).extracting(V1ServicePort::getPort).containsExactly(2379, 2380);
        assertThat(clients.getClusterIP()).isNull();
        assertThat(clients.getPublishNotReadyAddresses()).isNull();
        var names = spec(Rendering.names(META, Map.of("app", "db"), ports));
        assertThat(names.getClusterIP()).isEqualTo("None");
        assertThat(names.getPublishNotReadyAddresses()).isTrue();
        assertThat(names.getSelector()).isEqualTo(Map.of("app", "db"));
    }

    @Test
    void aClaimIsForOnePodAndOfTheDefaultClassWhereNoneIsNamed() {
        var spec = Objects.requireNonNull(Rendering.claim(META, "8Gi", null).getSpec());
        assertThat(spec.getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(spec.getStorageClassName()).isNull();
        assertThat(Objects.requireNonNull(
                                Objects.requireNonNull(spec.getResources()).getRequests())
                        .get("storage"))
                .hasToString("Quantity{number=8589934592, format=BINARY_SI}");
    }

    @Test
    void aLabelIsGivenTakenAwayOrLeftAlone() {
        var labels = Map.of("role", "primary");
        var pod = new V1Pod()
                .metadata(
                        new V1ObjectMeta().name("db-1").namespace("a").uid("u").labels(labels));
        Plan<Void> plan = Plan.withoutStatus();
        assertThat(plan.label(pod, "role", "primary").steps()).isEmpty();
        assertThat(plan.label(pod, "other", null).steps()).isEmpty();
        assertThat(plan.label(pod, "role", "replica").steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Patch.class,
                        step -> assertThat(step.patch())
                                .isEqualTo(Map.of("metadata", Map.of("labels", Map.of("role", "replica")))));
        assertThat(plan.label(pod, "role", null).steps()).hasSize(1);
    }
}
