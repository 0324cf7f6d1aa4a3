package io.operatorlib.etcd.legacy;

import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.etcd.EtcdCluster;
import io.operatorlib.etcd.EtcdClusterSpec;
import io.operatorlib.etcd.EtcdClusterStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Between {@code v1} and CoreOS's {@code v1beta2}.
 *
 * <p>What {@code v1beta2} wishes and {@code v1} has no word for goes into {@code spec.legacy}, which keeps a cluster from
 * being made in a weaker form; a size of 0 or none is no size at all. Nothing that was ever stored without a schema fails.
 */
public final class ClusterConversion {
    /** CoreOS's version in its last and in its earlier shape. */
    public static final Kind<V1Beta2Spec, V1Beta2Status> V1BETA2 =
            Kind.of(EtcdCluster.GROUP, "v1beta2", "EtcdCluster", V1Beta2Spec.class, V1Beta2Status.class);

    /** The conversion. */
    public static final Conversion<EtcdClusterSpec, EtcdClusterStatus> CONVERSION = Conversion.hub(EtcdCluster.KIND)
            .spokeOfTrees(V1BETA2, ClusterConversion::toHub, ClusterConversion::fromHub)
            .keepUnconvertible(EtcdCluster.GROUP + "/conversion-data");

    /** What CoreOS's operator took where no version was given. */
    static final String DEFAULT_VERSION = "3.2.13";

    private static final String CLAIM = "persistentVolumeClaimSpec";
    private static final int CLIENT_PORT = EtcdCluster.CLIENT_PORT;

    private ClusterConversion() {}

    /** An object of {@code v1beta2}, or of the ThirdPartyResource before it, as one of {@code v1}. */
    public static Map<String, Object> toHub(Map<String, Object> old) {
        var hub = new LinkedHashMap<>(old);
        hub.remove("status"); // what another operator saw is nothing to go by: everything is observed anew
        hub.put("spec", specToHub(Fields.object(old, "spec"))); // without one v1 could not be stored
        return hub;
    }

    private static Map<String, Object> specToHub(Map<String, Object> old) {
        var spec = new LinkedHashMap<String, Object>();
        Fields.take(old, "size", Long.class, size -> {
            if (size != 0) {
                spec.put("size", size);
            }
        });
        spec.put("version", DEFAULT_VERSION);
        Fields.take(old, "version", String.class, version -> {
            String plain = version.replaceFirst("^v+", "");
            if (!plain.isEmpty()) {
                spec.put("version", plain);
            }
        });
        Fields.take(old, "baseImage", String.class, image -> spec.put("repository", image));
        Fields.take(old, "repository", String.class, image -> spec.put("repository", image));
        Fields.take(old, "paused", Boolean.class, paused -> spec.put("paused", paused));
        if (old.get("pod") instanceof Map<?, ?>) {
            Map<String, Object> pod = Fields.object(old, "pod");
            podToHub(pod, spec);
            old.remove("pod");
            Fields.put(spec, pod.isEmpty() ? null : pod, "legacy", "pod");
        }
        old.forEach((name, value) -> Fields.put(spec, Fields.empty(value) ? null : value, "legacy", name));
        return spec;
    }

    private static void podToHub(Map<String, Object> pod, Map<String, Object> spec) {
        Fields.take(pod, "nodeSelector", Map.class, value -> Fields.put(spec, value, "scheduling", "nodeSelector"));
        Fields.take(pod, "tolerations", List.class, value -> Fields.put(spec, value, "scheduling", "tolerations"));
        Fields.take(pod, "resources", Map.class, value -> spec.put("resources", value));
        boolean apart = Boolean.TRUE.equals(pod.get("antiAffinity")) && Fields.empty(pod.get("affinity"));
        pod.remove("antiAffinity");
        if (apart) {
            Fields.put(spec, "Required", "scheduling", "antiAffinity");
        }
        Fields.take(pod, "affinity", Map.class, value -> Fields.put(spec, value, "scheduling", "affinity"));
        claimToHub(pod, spec);
        Fields.take(pod, "etcdEnv", List.class, value -> {
            List<Object> rest = EnvOptions.toHub(value, spec);
            if (!rest.isEmpty()) {
                pod.put("etcdEnv", rest);
            }
        });
    }

    private static void claimToHub(Map<String, Object> pod, Map<String, Object> spec) {
        if (pod.get(CLAIM) instanceof Map<?, ?>) {
            var claim = Fields.object(pod, CLAIM);
            boolean plain = Fields.at(claim, "resources", "requests", "storage") instanceof String
                    && claimFromHub(storage(claim)).equals(claim);
            if (plain) {
                pod.remove(CLAIM);
                Fields.put(spec, storage(claim), "storage", "persistent");
            }
        } else if (pod.get("pv") instanceof Map<?, ?>) {
            var volume = Fields.object(pod, "pv");
            if (volume.get("volumeSizeInMB") instanceof Long megabytes && megabytes > 0) {
                pod.remove("pv");
                Fields.put(spec, megabytes + "Mi", "storage", "persistent", "size");
                Fields.put(spec, volume.get("storageClass"), "storage", "persistent", "storageClassName");
            }
        }
    }

    private static Map<String, Object> storage(Map<String, Object> claim) {
        var storage = new LinkedHashMap<String, Object>();
        Fields.put(storage, Fields.at(claim, "resources", "requests", "storage"), "size");
        Fields.put(storage, claim.get("storageClassName"), "storageClassName");
        return storage;
    }

    private static Map<String, Object> claimFromHub(Map<String, Object> storage) {
        var claim = new LinkedHashMap<String, Object>();
        claim.put("accessModes", List.of("ReadWriteOnce"));
        Fields.put(claim, storage.get("size"), "resources", "requests", "storage");
        Fields.put(claim, storage.get("storageClassName"), "storageClassName");
        return claim;
    }

    static Map<String, Object> fromHub(Map<String, Object> hub) {
        var old = new LinkedHashMap<>(hub);
        old.remove("status");
        if (hub.get("spec") instanceof Map<?, ?>) {
            old.put("spec", specFromHub(Fields.object(hub, "spec")));
        }
        if (hub.get("status") instanceof Map<?, ?>) {
            old.put("status", statusFromHub(Fields.object(hub, "status"), Fields.at(hub, "spec", "paused")));
        }
        return old;
    }

    private static Map<String, Object> specFromHub(Map<String, Object> spec) {
        var old = Fields.object(spec, "legacy");
        for (String name : List.of("size", "version", "repository", "paused")) {
            Fields.put(old, spec.get(name), name);
        }
        Object affinity = Fields.at(spec, "scheduling", "affinity");
        Fields.put(old, Fields.at(spec, "scheduling", "nodeSelector"), "pod", "nodeSelector");
        Fields.put(old, Fields.at(spec, "scheduling", "tolerations"), "pod", "tolerations");
        Fields.put(old, affinity, "pod", "affinity");
        if (affinity == null && "Required".equals(Fields.at(spec, "scheduling", "antiAffinity"))) {
            Fields.put(old, true, "pod", "antiAffinity");
        }
        Fields.put(old, spec.get("resources"), "pod", "resources");
        if (Fields.at(spec, "storage", "persistent", "size") != null) {
            Fields.put(old, claimFromHub(Fields.object(Fields.object(spec, "storage"), "persistent")), "pod", CLAIM);
        }
        EnvOptions.fromHub(spec, old);
        return old;
    }

    private static Map<String, Object> statusFromHub(Map<String, Object> status, @Nullable Object paused) {
        var old = new LinkedHashMap<String, Object>();
        old.put("phase", phase(String.valueOf(status.get("phase"))));
        old.put("controlPaused", Boolean.TRUE.equals(paused));
        Fields.put(old, status.get("voters"), "size");
        if (status.get("clientService") != null) {
            old.put("serviceName", status.get("clientService"));
            old.put("clientPort", (long) CLIENT_PORT);
        }
        Fields.put(old, status.get("version"), "currentVersion");
        if (status.get("members") instanceof List<?> members) {
            Fields.put(old, names(members, true), "members", "ready");
            Fields.put(old, names(members, false), "members", "unready");
        }
        return old;
    }

    private static List<Object> names(List<?> members, boolean serving) {
        return members.stream()
                .filter(member -> member instanceof Map<?, ?> map
                        && "Serving".equals(map.get("health")) == serving
                        && map.get("name") != null)
                .<Object>map(member -> ((Map<?, ?>) member).get("name"))
                .toList();
    }

    private static String phase(String phase) {
        return switch (phase) {
            case "Bootstrapping" -> "Creating";
            case "Failed", "QuorumLost" -> "Failed";
            default -> "Running";
        };
    }
}
