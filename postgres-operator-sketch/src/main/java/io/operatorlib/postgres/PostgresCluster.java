package io.operatorlib.postgres;

import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The kind {@code PostgresCluster}, its versions, and the names that things of one cluster bear. */
public final class PostgresCluster {
    public static final String GROUP = "postgres.operatorlib.io";

    // region kinds
    public static final Kind<PostgresSpec, PostgresStatus> KIND =
            Kind.of(GROUP, "v1beta1", "PostgresCluster", PostgresSpec.class, PostgresStatus.class);

    /** The first version counted the replicas, and had no word for storage and parameters. */
    public record AlphaSpec(
            @Description("How many replicas the primary has.") @Minimum(0) @Maximum(8)
            int replicas,

            @MaxLength(512) @Nullable String image,
            @Nullable Boolean paused) {}

    public static final Kind<AlphaSpec, PostgresStatus> V1ALPHA1 =
            Kind.of(GROUP, "v1alpha1", "PostgresCluster", AlphaSpec.class, PostgresStatus.class);

    public static final Conversion<PostgresSpec, PostgresStatus> CONVERSION =
            Conversion.hub(KIND).spoke(V1ALPHA1, PostgresCluster::toHub, PostgresCluster::fromHub);
    // endregion

    public static final Crd CRD = Crd.hub(KIND)
            .description("A PostgreSQL primary and its streaming replicas.")
            .shortNames("pg")
            .column("Instances", ".spec.instances", "integer")
            .column("Ready", ".status.ready", "integer")
            .column("Primary", ".status.primary")
            .column("Status", ".status.phase")
            .rule(
                    "self.metadata.name.size() <= 50",
                    "metadata.name must be at most 50 characters: pods are named after it")
            .spoke(CrdVersion.of(V1ALPHA1));

    /** Where clients connect: to what guards PostgreSQL. */
    public static final int CLIENT_PORT = 5432;

    /** Where PostgreSQL itself listens, for other instances. */
    public static final int REPLICATION_PORT = 5433;

    /** Where an instance says how it stands. */
    public static final int STATE_PORT = 8008;

    static final String CLUSTER_LABEL = GROUP + "/cluster";
    static final String INSTANCE_LABEL = GROUP + "/instance";
    static final String ROLE_LABEL = GROUP + "/role";

    private PostgresCluster() {}

    static PostgresSpec toHub(AlphaSpec old) {
        return new PostgresSpec(old.replicas() + 1, old.image(), null, null, null, null, null, old.paused());
    }

    static AlphaSpec fromHub(PostgresSpec spec) {
        return new AlphaSpec(spec.instances() - 1, spec.image(), spec.paused());
    }

    /** Labels by which things of a cluster are known. */
    static Map<String, String> labels(Meta cluster) {
        return new TreeMap<>(Map.of("app", "postgres", CLUSTER_LABEL, cluster.name()));
    }

    /** The Lease of who may write. */
    public static String lease(String cluster) {
        return cluster + "-primary";
    }

    /** The ConfigMap with the {@link Designation}. */
    public static String designation(String cluster) {
        return cluster + "-designation";
    }

    /** An instance's name in the network. */
    public static String host(String instance, String cluster, String namespace) {
        return instance + "." + cluster + "." + namespace + ".svc";
    }
}
