package io.operatorlib.postgres;

import com.google.common.hash.Hashing;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders what stands around the instances. */
final class Surroundings {
    /** The rights of instance managers; it comes with the operator's manifest. */
    private static final String INSTANCE_ROLE = "postgres-instance";

    private Surroundings() {}

    static Plan<PostgresStatus> all(Observed<PostgresSpec, PostgresStatus> seen, Plan<PostgresStatus> plan) {
        String name = seen.meta().name();
        var account = new RbacV1Subject()
                .kind("ServiceAccount")
                .namespace(seen.meta().namespace())
                .name(name + "-instance");
        var role = new V1RoleRef()
                .apiGroup("rbac.authorization.k8s.io")
                .kind("ClusterRole")
                .name(INSTANCE_ROLE);
        var whole = seen.owned(V1Secret.class).isEmpty() ? plan.create(passwords(seen)) : plan;
        return whole.apply(service(seen, name, Map.of(), "None"))
                .apply(service(seen, name + "-primary", Map.of(PostgresCluster.ROLE_LABEL, "primary"), null))
                .apply(service(seen, name + "-replicas", Map.of(PostgresCluster.ROLE_LABEL, "replica"), null))
                .apply(new V1ServiceAccount().metadata(meta(seen, name + "-instance")))
                .apply(new V1RoleBinding()
                        .metadata(meta(seen, name + "-instance"))
                        .roleRef(role)
                        .addSubjectsItem(account));
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

    /** @param address {@code None} for one that gives instances their names, ready or not */
    private static V1Service service(
            Observed<?, ?> seen, String name, Map<String, String> role, @Nullable String address) {
        var selector = PostgresCluster.labels(seen.meta());
        selector.putAll(role);
        var port = new V1ServicePort()
                .name("postgres")
                .port(PostgresCluster.CLIENT_PORT)
                .protocol("TCP")
                .targetPort(new IntOrString(PostgresCluster.CLIENT_PORT));
        var spec = new V1ServiceSpec().selector(selector).addPortsItem(port).clusterIP(address);
        return new V1Service()
                .metadata(meta(seen, name))
                .spec(address == null ? spec : spec.publishNotReadyAddresses(true));
    }
}
