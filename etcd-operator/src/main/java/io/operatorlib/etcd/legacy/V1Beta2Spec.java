package io.operatorlib.etcd.legacy;

import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimSpec;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.operatorlib.crd.ListMapKeys;
import io.operatorlib.crd.PreserveUnknown;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spec of CoreOS's {@code v1beta2}, in both shapes that bore this name: the one of releases 0.7 to 0.9.4, and the
 * one of 0.5 and 0.6, of which {@code baseImage}, {@code backup}, {@code restore}, {@code selfHosted} and {@code pod.pv}
 * are. It is never decoded into this: {@link ClusterConversion} reads whatever was stored.
 */
public record V1Beta2Spec(
        @Nullable Integer size,
        @Nullable String repository,
        @Nullable String version,
        @Nullable Boolean paused,
        @Nullable PodPolicy pod,
        @SerializedName("TLS") @PreserveUnknown @Nullable Object tls,
        @Nullable String baseImage,
        @PreserveUnknown @Nullable Object backup,
        @PreserveUnknown @Nullable Object restore,
        @PreserveUnknown @Nullable Object selfHosted) {

    /** What is wished of members' pods. */
    public record PodPolicy(
            Map<String, String> labels,
            Map<String, String> nodeSelector,
            @Nullable V1Affinity affinity,
            @Nullable Boolean antiAffinity,
            @Nullable V1ResourceRequirements resources,
            List<V1Toleration> tolerations,
            @ListMapKeys("name") List<V1EnvVar> etcdEnv,
            @Nullable V1PersistentVolumeClaimSpec persistentVolumeClaimSpec,
            Map<String, String> annotations,
            @Nullable String busyboxImage,
            @Nullable V1PodSecurityContext securityContext,

            @SerializedName("DNSTimeoutInSecond") @Nullable Long dnsTimeoutInSecond,

            @SerializedName("ClusterDomain") @Nullable String clusterDomain,

            @Nullable Volume pv,
            @Nullable Boolean automountServiceAccountToken) {}

    /** A volume of each member's own, as 0.5 and 0.6 wished for it. */
    public record Volume(
            @Nullable Integer volumeSizeInMB, @Nullable String storageClass) {}
}
