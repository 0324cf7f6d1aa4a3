package io.operatorlib.postgres;

import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user wishes of a PostgreSQL cluster.
 *
 * @param instances one primary, all others replicas
 * @param primary which instance is to be the primary whenever it can; whichever is, where it is left out
 */
@Description("What is wished of a PostgreSQL cluster.")
public record PostgresSpec(
        @Description("How many instances: one primary, all others replicas.") @Minimum(1) @Maximum(9)
        int instances,

        @Description("The image of the instances. It cannot be changed.") @MaxLength(512) @Nullable
        String image,

        @Description("A volume for each instance; without it the data is in the pod, and is lost with it. It cannot be"
                + " changed.")
        @Nullable
        Storage storage,

        @Description("Parameters of PostgreSQL. What needs a restart is rolled out: replicas first.") @Nullable
        Map<String, String> parameters,

        @Description("Commits wait for a replica, so that a failover loses none that was acknowledged.") @Nullable
        Boolean synchronous,

        @Description("The instance that is to be the primary whenever it can be.") @MaxLength(63) @Nullable
        String primary,

        @Description("How a lost primary is replaced.") @Nullable
        Failover failover,

        @Description("Leaves the cluster alone: nothing is changed, its state is still observed.") @Nullable
        Boolean paused) {

    /** @param size for example {@code 8Gi} */
    public record Storage(
            @MaxLength(32) String size,
            @MaxLength(253) @Nullable String storageClassName) {}

    /** When a lost primary is replaced, and by whom. */
    public record Failover(
            @Description("How long a primary that is not heard of keeps its right to write.")
            @Minimum(3)
            @Maximum(120)
            @Nullable
            Integer leaseSeconds,

            @Description("A replica that lacks more than this of what the primary had written is not promoted.")
            @Minimum(0)
            @Nullable
            Long maximumLagBytes) {}

    static final int LEASE_SECONDS = 15;
    static final long MAXIMUM_LAG = 16L << 20;

    /** What runs where no image is named. */
    static final String IMAGE = "operatorlib.io/postgres-instance:0.1.0-SNAPSHOT";

    boolean isPaused() {
        return Boolean.TRUE.equals(paused);
    }

    boolean isSynchronous() {
        return Boolean.TRUE.equals(synchronous);
    }

    Map<String, String> settings() {
        return parameters == null ? Map.of() : parameters;
    }

    int leaseSeconds() {
        return failover == null || failover.leaseSeconds() == null ? LEASE_SECONDS : failover.leaseSeconds();
    }

    long maximumLag() {
        return failover == null || failover.maximumLagBytes() == null ? MAXIMUM_LAG : failover.maximumLagBytes();
    }

    String imageName() {
        return image == null ? IMAGE : image;
    }
}
