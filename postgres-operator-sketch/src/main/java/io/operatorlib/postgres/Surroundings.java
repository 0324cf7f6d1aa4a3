package io.operatorlib.postgres;

import com.google.common.hash.Hashing;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Rendering;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Renders what stands around the instances. */
final class Surroundings {
    /** The rights of instance managers; it comes with the operator's manifest. */
    private static final String INSTANCE_ROLE = "postgres-instance";

    private Surroundings() {}

    static Plan<PostgresStatus> all(Observed<PostgresSpec, PostgresStatus> seen, Plan<PostgresStatus> plan) {
        String name = seen.meta().name();
        var whole = seen.owned(V1Secret.class).isEmpty() ? plan.create(passwords(seen)) : plan;
        var ports = Map.of("postgres", PostgresCluster.CLIENT_PORT);
        return whole.apply(Rendering.names(meta(seen, name), PostgresCluster.labels(seen.meta()), ports))
                .apply(Rendering.service(meta(seen, name + "-primary"), having(seen, "primary"), ports))
                .apply(Rendering.service(meta(seen, name + "-replicas"), having(seen, "replica"), ports))
                .apply(new V1ServiceAccount().metadata(meta(seen, name + "-instance")))
                .apply(Rendering.binding(meta(seen, name + "-instance"), INSTANCE_ROLE));
    }

    /** What an object of the cluster is called, whose it is, and by which labels it is known. */
    static V1ObjectMeta meta(Observed<?, ?> seen, String name) {
        return seen.ownedMeta(name).labels(PostgresCluster.labels(seen.meta()));
    }

    static V1ConfigMap designation(Observed<?, ?> seen) {
        return new V1ConfigMap()
                .metadata(meta(seen, PostgresCluster.designation(seen.meta().name())));
    }

    /** Made beforehand, so that it is the cluster's, and goes with it. */
    static V1Lease lease(Observed<?, ?> seen) {
        return new V1Lease()
                .metadata(meta(seen, PostgresCluster.lease(seen.meta().name())));
    }

    private static V1Secret passwords(Observed<?, ?> seen) {
        return new V1Secret()
                .metadata(meta(seen, seen.meta().name() + "-passwords"))
                .putStringDataItem("superuser", password(seen, "superuser"))
                .putStringDataItem("replication", password(seen, "replication"));
    }

    private static String password(Observed<?, ?> seen, String user) {
        String secret = seen.meta().uid() + user + seen.nonce();
        return Hashing.sha256().hashString(secret, StandardCharsets.UTF_8).toString();
    }

    private static Map<String, String> having(Observed<?, ?> seen, String role) {
        var labels = PostgresCluster.labels(seen.meta());
        labels.put(PostgresCluster.ROLE_LABEL, role);
        return labels;
    }
}
