package io.operatorlib.etcd;

import io.operatorlib.etcd.legacy.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A member's pod that CoreOS's operator made, known by its labels: those of this operator have another one besides.
 *
 * @param cluster the name of its cluster, in its namespace
 * @param version of the etcd that it was made with; empty where it does not say
 * @param onVolume whether its data outlives it
 */
record OldPod(
        String namespace,
        String name,
        String cluster,
        String phase,
        boolean ready,
        Optional<String> version,
        boolean onVolume,
        boolean tls) {

    /** Reads a manifest; empty where it is another object. */
    static Optional<OldPod> of(Map<String, Object> object) {
        boolean member = "Pod".equals(object.get("kind"))
                && "etcd".equals(Trees.at(object, "metadata", "labels", EtcdCluster.APP_LABEL))
                && Trees.at(object, "metadata", "labels", EtcdCluster.NODE_LABEL) != null
                && Trees.at(object, "metadata", "labels", EtcdCluster.UID_LABEL) == null;
        return Trees.text(object, "metadata", "labels", EtcdCluster.CLUSTER_LABEL)
                .filter(cluster -> member)
                .map(cluster -> new OldPod(
                        Trees.text(object, "metadata", "namespace").orElse("default"),
                        Trees.text(object, "metadata", "name").orElse(""),
                        cluster,
                        Trees.text(object, "status", "phase").orElse("Unknown"),
                        objects(object, "status", "conditions")
                                .anyMatch(condition -> "Ready".equals(condition.get("type"))
                                        && "True".equals(condition.get("status"))),
                        Trees.text(object, "metadata", "annotations", "etcd.version"),
                        objects(object, "spec", "volumes")
                                .anyMatch(volume -> volume.containsKey("persistentVolumeClaim")),
                        objects(object, "spec", "volumes")
                                .anyMatch(volume ->
                                        String.valueOf(volume.get("name")).endsWith("-tls"))));
    }

    private static Stream<Map<?, ?>> objects(Map<String, Object> in, String... path) {
        return Trees.at(in, path) instanceof List<?> list
                ? list.stream().filter(Map.class::isInstance).map(entry -> (Map<?, ?>) entry)
                : Stream.empty();
    }

    /** One line for people. */
    String line() {
        return Stream.of(
                        name + "  " + phase + (ready ? ", ready" : ", not ready"),
                        "etcd " + version.orElse("of an unknown version"),
                        onVolume ? "data on a volume" : "data in its pod",
                        tls ? "TLS" : "no TLS")
                .collect(Collectors.joining(", "));
    }
}
