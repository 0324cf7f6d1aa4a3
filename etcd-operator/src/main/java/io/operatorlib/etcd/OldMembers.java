package io.operatorlib.etcd;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
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
        return Stream.concat(seen.owned(V1Pod.class).stream(), seen.watched(V1PersistentVolumeClaim.class).stream())
                .filter(OldMembers::isOld)
                .map(object -> Objects.requireNonNull(object.getMetadata().getName()))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isOld(KubernetesObject object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
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
