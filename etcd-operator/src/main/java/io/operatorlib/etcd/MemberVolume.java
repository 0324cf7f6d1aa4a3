package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.operatorlib.Observed;
import io.operatorlib.Rendering;
import io.operatorlib.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The claims on members' volumes. A claim that is to be deleted with its cluster is owned by it; one that is to be kept
 * is not, and is known as the cluster's by its labels.
 */
final class MemberVolume {
    private MemberVolume() {}

    static V1PersistentVolumeClaim claim(Observed<?, ?> seen, Latch latch, String name) {
        var wished = Objects.requireNonNull(latch.template().persistent());
        var meta = wished.retained()
                ? new V1ObjectMeta().namespace(seen.meta().namespace()).name(name)
                : seen.ownedMeta(name);
        meta.labels(EtcdCluster.labels(seen.meta(), name))
                .annotations(new TreeMap<>(Map.of(
                        EtcdCluster.TOKEN_ANNOTATION, latch.token(),
                        EtcdCluster.CLUSTER_ID_ANNOTATION, Long.toHexString(latch.clusterId()),
                        EtcdCluster.TEMPLATE_ANNOTATION, latch.template().json())));
        return Rendering.claim(meta, wished.size(), wished.storageClassName());
    }

    /** The cluster whose volume this is; for the controller's watch. */
    static Set<ResourceKey> clusterOf(V1PersistentVolumeClaim claim) {
        var meta = Objects.requireNonNull(claim.getMetadata());
        return Optional.ofNullable(meta.getLabels())
                .map(labels -> labels.get(EtcdCluster.CLUSTER_LABEL))
                .map(cluster -> Set.of(new ResourceKey(Objects.requireNonNull(meta.getNamespace()), cluster)))
                .orElse(Set.of());
    }

    /** The claims of this very cluster that are not retired. */
    static List<V1PersistentVolumeClaim> of(Observed<?, ?> seen) {
        return seen.watched(V1PersistentVolumeClaim.class).stream()
                .filter(claim -> {
                    var labels = Optional.ofNullable(
                                    Objects.requireNonNull(claim.getMetadata()).getLabels())
                            .orElse(Map.of());
                    return seen.meta().uid().equals(labels.get(EtcdCluster.UID_LABEL))
                            && !labels.containsKey(EtcdCluster.RETIRED_LABEL);
                })
                .toList();
    }

    /** Tells whether what was on the volume is gone. */
    static boolean lost(V1PersistentVolumeClaim claim) {
        return claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase());
    }
}
