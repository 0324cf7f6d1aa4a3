package io.operatorlib.internal.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.models.CoreV1Event;
import io.kubernetes.client.openapi.models.EventsV1Event;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.operatorlib.Kind;
import org.junit.jupiter.api.Test;

class BuiltInKindsTest {
    @Test
    void kindsAreFoundByTheirModelClasses() {
        assertThat(BuiltInKinds.of(V1Lease.class))
                .isEqualTo(new KindRef("coordination.k8s.io", "v1", "Lease", "leases", true));
        assertThat(BuiltInKinds.of(V1Node.class)).isEqualTo(new KindRef("", "v1", "Node", "nodes", false));
        assertThat(BuiltInKinds.of(V1PodDisruptionBudget.class).group()).isEqualTo("policy");
        assertThat(BuiltInKinds.of(CoreV1Event.class)).isEqualTo(new KindRef("", "v1", "Event", "events", true));
        assertThat(BuiltInKinds.of(EventsV1Event.class).group()).isEqualTo("events.k8s.io");
    }

    @Test
    void whatIsNoKindIsRefused() {
        assertThatThrownBy(() -> BuiltInKinds.of(V1Container.class)).hasMessageContaining("Kind.of");
        assertThat(BuiltInKinds.find(String.class)).isEmpty();
    }

    @Test
    void aKindWithoutAStatusHasNone() {
        Kind<?, ?> leases = Kind.builtIn(V1Lease.class);

        assertThat(leases.status()).isEqualTo(Void.class);
        assertThat(leases.spec().getTypeName()).endsWith("V1LeaseSpec");
    }
}
