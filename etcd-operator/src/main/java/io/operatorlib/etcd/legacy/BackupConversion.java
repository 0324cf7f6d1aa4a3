package io.operatorlib.etcd.legacy;

import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.etcd.EtcdCluster;
import io.operatorlib.etcd.backup.EtcdBackupSpec;
import io.operatorlib.etcd.backup.EtcdRestoreSpec;
import io.operatorlib.etcd.backup.Unserved;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Between {@code v1} and CoreOS's {@code v1beta2} of backups and restores. What {@code v1} has no word for is kept
 * beside it. Nothing that was ever stored without a schema fails.
 */
public final class BackupConversion {
    /** CoreOS's version of backups, in its last and in its earlier shape. */
    public static final Kind<?, ?> BACKUP_V1BETA2 = Kind.of(
            EtcdCluster.GROUP, "v1beta2", "EtcdBackup", BackupV1Beta2.Backup.class, BackupV1Beta2.BackupStatus.class);

    /** CoreOS's version of restores, in its last and in its earlier shape. */
    public static final Kind<?, ?> RESTORE_V1BETA2 = Kind.of(
            EtcdCluster.GROUP,
            "v1beta2",
            "EtcdRestore",
            BackupV1Beta2.Restore.class,
            BackupV1Beta2.RestoreStatus.class);

    /** The conversion of backups. */
    public static final Conversion<EtcdBackupSpec, Unserved.Status> BACKUPS = Conversion.hub(Unserved.BACKUP)
            .spokeOfTrees(BACKUP_V1BETA2, BackupConversion::backupToHub, BackupConversion::backupFromHub);

    /** The conversion of restores. */
    public static final Conversion<EtcdRestoreSpec, Unserved.Status> RESTORES = Conversion.hub(Unserved.RESTORE)
            .spokeOfTrees(RESTORE_V1BETA2, BackupConversion::restoreToHub, BackupConversion::restoreFromHub);

    /** A store's member in {@code v1beta2}, and what its Secret is called there. */
    private record Store(String type, String member, String secret) {}

    private static final List<Store> STORES = List.of(
            new Store("S3", "s3", "awsSecret"),
            new Store("ABS", "abs", "absSecret"),
            new Store("GCS", "gcs", "gcpSecret"),
            new Store("OSS", "oss", "ossSecret"));

    private static final String POLICY = "backupPolicy";
    private static final String INTERVAL = "backupIntervalInSecond";

    /** The kinds of objects that {@link #toHub} understands. */
    public static final Set<String> KINDS = Set.of("EtcdBackup", "EtcdRestore");

    private BackupConversion() {}

    /** An object of {@code v1beta2}, of one of these {@link #KINDS}, as one of {@code v1}. */
    public static Map<String, Object> toHub(Map<String, Object> old) {
        return "EtcdBackup".equals(old.get("kind")) ? backupToHub(old) : restoreToHub(old);
    }

    private static Map<String, Object> backupToHub(Map<String, Object> old) {
        return bodyToHub(old, spec -> {
            var hub = new LinkedHashMap<String, Object>();
            Fields.take(spec, "clusterName", String.class, name -> hub.put("cluster", name));
            if (spec.get("etcdEndpoints") instanceof List<?> all && all.stream().allMatch(String.class::isInstance)) {
                hub.put("endpoints", all);
            }
            Fields.take(spec, "clientTLSSecret", String.class, name -> hub.put("clientTlsSecret", name));
            storeToHub(spec, "storageType", hub);
            var policy = Fields.object(spec, POLICY);
            Fields.take(policy, "timeoutInSecond", Long.class, seconds -> hub.put("timeoutSeconds", seconds));
            Fields.take(policy, INTERVAL, Long.class, seconds -> {
                if (seconds > 0) {
                    Fields.put(hub, seconds, "schedule", "intervalSeconds");
                    Fields.take(policy, "maxBackups", Long.class, most -> {
                        if (most > 0) {
                            Fields.put(hub, most, "schedule", "keep");
                        }
                    });
                }
            });
            return hub;
        });
    }

    private static Map<String, Object> backupFromHub(Map<String, Object> hub) {
        return bodyFromHub(hub, "Reason", spec -> {
            var old = new LinkedHashMap<String, Object>();
            Fields.put(old, spec.get("cluster"), "clusterName");
            Fields.put(old, spec.get("endpoints"), "etcdEndpoints");
            Fields.put(old, spec.get("clientTlsSecret"), "clientTLSSecret");
            storeFromHub(spec, "storageType", old);
            Fields.put(old, spec.get("timeoutSeconds"), POLICY, "timeoutInSecond");
            Fields.put(old, Fields.at(spec, "schedule", "intervalSeconds"), POLICY, INTERVAL);
            Fields.put(old, Fields.at(spec, "schedule", "keep"), POLICY, "maxBackups");
            return old;
        });
    }

    private static Map<String, Object> restoreToHub(Map<String, Object> old) {
        return bodyToHub(old, spec -> {
            var hub = new LinkedHashMap<String, Object>();
            if (Fields.at(spec, "etcdCluster", "name") instanceof String name) {
                hub.put("cluster", name);
            }
            storeToHub(spec, "backupStorageType", hub);
            return hub;
        });
    }

    private static Map<String, Object> restoreFromHub(Map<String, Object> hub) {
        return bodyFromHub(hub, "reason", spec -> {
            var old = new LinkedHashMap<String, Object>();
            Fields.put(old, spec.get("cluster"), "etcdCluster", "name");
            storeFromHub(spec, "backupStorageType", old);
            return old;
        });
    }

    private interface SpecConversion {
        Map<String, Object> of(Map<String, Object> spec);
    }

    private static Map<String, Object> bodyToHub(Map<String, Object> old, SpecConversion conversion) {
        var hub = new LinkedHashMap<>(old);
        hub.remove("status"); // another operator's: it tells nothing of what this one does
        hub.put("spec", conversion.of(Fields.object(old, "spec"))); // without one v1 could not be stored
        return hub;
    }

    private static Map<String, Object> bodyFromHub(Map<String, Object> hub, String reason, SpecConversion conversion) {
        var old = new LinkedHashMap<>(hub);
        old.remove("status");
        if (hub.get("spec") instanceof Map<?, ?>) {
            old.put("spec", conversion.of(Fields.object(hub, "spec")));
        }
        if (hub.get("status") instanceof Map<?, ?>) {
            Fields.put(old, false, "status", "succeeded");
            ready(Fields.object(hub, "status")).ifPresent(message -> Fields.put(old, message, "status", reason));
        }
        return old;
    }

    private static Optional<String> ready(Map<String, Object> status) {
        return status.get("conditions") instanceof List<?> conditions
                ? conditions.stream()
                        .filter(condition -> condition instanceof Map<?, ?> map
                                && "Ready".equals(map.get("type"))
                                && map.get("message") instanceof String)
                        .map(condition -> String.valueOf(((Map<?, ?>) condition).get("message")))
                        .findFirst()
                : Optional.empty();
    }

    private static void storeToHub(Map<String, Object> old, String type, Map<String, Object> hub) {
        for (Store store : STORES) {
            if (store.type().equals(old.get(type))) {
                var place = Fields.object(old, store.member());
                Fields.put(hub, store.type(), "store", "type");
                text(place, "path", hub, "path");
                text(place, store.secret(), hub, "secret");
                text(place, "endpoint", hub, "endpoint");
                Fields.take(
                        place,
                        "forcePathStyle",
                        Boolean.class,
                        flag -> Fields.put(hub, flag, "store", "forcePathStyle"));
            }
        }
    }

    private static void text(Map<String, Object> place, String name, Map<String, Object> hub, String word) {
        Fields.take(place, name, String.class, value -> Fields.put(hub, value, "store", word));
    }

    private static void storeFromHub(Map<String, Object> hub, String type, Map<String, Object> old) {
        var known = Fields.object(hub, "store");
        for (Store store : STORES) {
            if (store.type().equals(known.get("type"))) {
                old.put(type, store.type());
                Fields.put(old, known.get("path"), store.member(), "path");
                Fields.put(old, known.get("secret"), store.member(), store.secret());
                Fields.put(old, known.get("endpoint"), store.member(), "endpoint");
                Fields.put(old, known.get("forcePathStyle"), store.member(), "forcePathStyle");
            }
        }
    }
}
