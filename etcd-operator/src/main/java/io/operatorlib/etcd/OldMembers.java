package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.operatorlib.Observed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What CoreOS's operator has made for a cluster: data that must neither be touched nor be shadowed by an empty cluster. */
final class OldMembers {
    private OldMembers() {}

    /** The names of its pods and volume claims. */
    static List<String> of(Observed<?, ?> seen) {
        var pods = seen.owned(PodView.class).stream()
                .filter(pod -> isOld(pod.labels()))
                .map(PodView::name);
        var claims = seen.watched(V1PersistentVolumeClaim.class).stream()
                .map(claim -> Objects.requireNonNull(claim.getMetadata()))
                .filter(meta -> isOld(Objects.requireNonNullElse(meta.getLabels(), Map.of())))
                .map(meta -> Objects.requireNonNull(meta.getName()));
        return Stream.concat(pods, claims).distinct().sorted().toList();
    }

    private static boolean isOld(Map<String, String> labels) {
        return "etcd".equals(labels.get(EtcdCluster.APP_LABEL))
                && labels.containsKey(EtcdCluster.CLUSTER_LABEL)
                && !labels.containsKey(EtcdCluster.UID_LABEL);
    }

    static String advice(List<String> members) {
        return "CoreOS's operator has made " + String.join(", ", members)
                + ", which this release cannot take over: they"
                + " are left as they are, and no cluster is begun beside them. Restore a snapshot into a cluster of"
                + " another name, then delete this one";
    }
}
