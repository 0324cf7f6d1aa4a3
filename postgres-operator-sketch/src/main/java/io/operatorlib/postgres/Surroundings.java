package io.operatorlib.postgres;

import com.google.common.hash.Hashing;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Lease;
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
import java.util.TreeMap;

/** Renders what stands around the instances. */
final class Surroundings {
    /** The rights of instance managers; it comes with the operator's manifest. */
    private static final String INSTANCE_ROLE = "postgres-instance";

    private Surroundings() {}

    static Plan<PostgresStatus> all(Observed<PostgresSpec, PostgresStatus> seen, Plan<PostgresStatus> plan) {
        String name = seen.meta().name();
        var labels = PostgresCluster.labels(seen.meta());
        var whole = seen.owned(V1Secret.class).isEmpty() ? plan.create(passwords(seen)) : plan;
        return whole.apply(service(seen, name, labels, true))
                .apply(service(seen, name + "-primary", with(labels, "primary"), false))
                .apply(service(seen, name + "-replicas", with(labels, "replica"), false))
                .apply(new V1ServiceAccount()
                        .metadata(seen.childMeta("instance").labels(labels)))
                .apply(new V1RoleBinding()
                        .metadata(seen.childMeta("instance").labels(labels))
                        .roleRef(new V1RoleRef()
                                .apiGroup("rbac.authorization.k8s.io")
                                .kind("ClusterRole")
                                .name(INSTANCE_ROLE))
                        .addSubjectsItem(new RbacV1Subject()
                                .kind("ServiceAccount")
                                .namespace(seen.meta().namespace())
                                .name(name + "-instance")));
    }

    static V1ConfigMap designation(Observed<?, ?> seen) {
        return new V1ConfigMap()
                .metadata(seen.ownedMeta(PostgresCluster.designation(seen.meta().name()))
                        .labels(PostgresCluster.labels(seen.meta())));
    }

    /** Made beforehand, so that it is the cluster's, and goes with it. */
    static V1Lease lease(Observed<?, ?> seen) {
        return new V1Lease()
                .metadata(seen.ownedMeta(PostgresCluster.lease(seen.meta().name()))
                        .labels(PostgresCluster.labels(seen.meta())));
    }

    static String secret(Observed<?, ?> seen) {
        return seen.meta().name() + "-passwords";
    }

    private static V1Secret passwords(Observed<?, ?> seen) {
        return new V1Secret()
                .metadata(seen.ownedMeta(secret(seen)).labels(PostgresCluster.labels(seen.meta())))
                .putStringDataItem("superuser", password(seen, "superuser"))
                .putStringDataItem("replication", password(seen, "replication"));
    }

    private static String password(Observed<?, ?> seen, String user) {
        return Hashing.sha256()
                .hashString(seen.meta().uid() + user + seen.nonce(), StandardCharsets.UTF_8)
                .toString();
    }

    private static Map<String, String> with(Map<String, String> labels, String role) {
        var more = new TreeMap<>(labels);
        more.put(PostgresCluster.ROLE_LABEL, role);
        return more;
    }

    /** @param headless gives instances their names, ready or not */
    private static V1Service service(Observed<?, ?> seen, String name, Map<String, String> selector, boolean headless) {
        var spec = new V1ServiceSpec()
                .selector(selector)
                .addPortsItem(new V1ServicePort()
                        .name("postgres")
                        .port(PostgresCluster.CLIENT_PORT)
                        .protocol("TCP")
                        .targetPort(new IntOrString(PostgresCluster.CLIENT_PORT)));
        if (headless) {
            spec.clusterIP("None").publishNotReadyAddresses(true);
        }
        return new V1Service()
                .metadata(seen.ownedMeta(name).labels(PostgresCluster.labels(seen.meta())))
                .spec(spec);
    }
}
