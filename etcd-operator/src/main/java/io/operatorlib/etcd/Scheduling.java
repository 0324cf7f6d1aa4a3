package io.operatorlib.etcd;

import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.kubernetes.client.openapi.models.V1TopologySpreadConstraint;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import io.operatorlib.crd.Rule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes members run.
 *
 * @param antiAffinity how strongly members of one cluster avoid each other's nodes; preferred where it is left out
 * @param affinity in place of the one that {@code antiAffinity} stands for
 * @param nodeGoneAfterSeconds after how long an unreachable node counts as gone for good, with the data on it
 */
@Rule(
        value = "!(has(self.affinity) && has(self.antiAffinity))",
        message = "affinity stands in place of antiAffinity: give one of them")
public record Scheduling(
        Map<String, String> nodeSelector,

        @Description(
                "How strongly members of one cluster avoid each other's nodes; Preferred where it is left out. Unless"
                        + " it is None, they prefer different zones, too.")
        @Nullable
        AntiAffinity antiAffinity,

        @Nullable V1Affinity affinity,
        List<V1Toleration> tolerations,
        List<V1TopologySpreadConstraint> topologySpreadConstraints,
        @MaxLength(253) @Nullable String priorityClassName,

        @Description("After how many seconds an unreachable node counts as gone for good, with the data on it; 300"
                + " where it is left out.")
        @Minimum(10)
        @Maximum(86_400)
        @Nullable
        Integer nodeGoneAfterSeconds) {

    /** A node that reboots is back within this time; one that is not is rarely waited for any longer. */
    public static final int NODE_GONE_AFTER_SECONDS = 300;

    /** The scheduling of a spec that says nothing of it. */
    public static final Scheduling DEFAULT = new Scheduling(Map.of(), null, null, List.of(), List.of(), null, null);

    // plain Gson, with which latches are read, leaves absent members null
    @SuppressWarnings("ConstantConditions")
    public Scheduling {
        nodeSelector = nodeSelector == null ? Map.of() : nodeSelector;
        tolerations = tolerations == null ? List.of() : tolerations;
        topologySpreadConstraints = topologySpreadConstraints == null ? List.of() : topologySpreadConstraints;
    }

    /** How strongly members avoid each other. */
    public enum AntiAffinity {
        @SerializedName("None")
        NONE,
        @SerializedName("Preferred")
        PREFERRED,
        @SerializedName("Required")
        REQUIRED
    }

    public int nodeGoneAfter() {
        return nodeGoneAfterSeconds == null ? NODE_GONE_AFTER_SECONDS : nodeGoneAfterSeconds;
    }
}
