package io.operatorlib.etcd.legacy;

import com.google.gson.annotations.SerializedName;
import io.operatorlib.crd.PreserveUnknown;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code EtcdBackup} and {@code EtcdRestore} of CoreOS's {@code v1beta2}, in both shapes that bore this name. Of 0.5 and
 * 0.6 are {@code clusterName}, {@code clusterSpec}, {@code backupSpec}, and in stores the bucket, the prefix and the
 * container. Objects are never decoded into this.
 */
final class BackupV1Beta2 {
    private BackupV1Beta2() {}

    /** What was wished of a backup. */
    record Backup(
            List<String> etcdEndpoints,
            @Nullable String storageType,
            @Nullable Policy backupPolicy,
            @Nullable S3 s3,
            @Nullable Abs abs,
            @Nullable Gcs gcs,
            @Nullable Oss oss,

            @SerializedName("clientTLSSecret") @Nullable String clientTlsSecret,

            @Nullable String clusterName) {}

    record Policy(
            @Nullable Long timeoutInSecond,
            @Nullable Long backupIntervalInSecond,
            @Nullable Integer maxBackups) {}

    record S3(
            @Nullable String path,
            @Nullable String awsSecret,
            @Nullable String endpoint,
            @Nullable Boolean forcePathStyle,
            @Nullable String s3Bucket,
            @Nullable String prefix) {}

    record Abs(
            @Nullable String path,
            @Nullable String absSecret,
            @Nullable String absContainer) {}

    record Gcs(@Nullable String path, @Nullable String gcpSecret) {}

    record Oss(
            @Nullable String path,
            @Nullable String ossSecret,
            @Nullable String endpoint) {}

    /** What became of it. */
    record BackupStatus(
            @Nullable Boolean succeeded,

            @SerializedName("Reason") @Nullable String reason,

            @Nullable String etcdVersion,
            @Nullable Long etcdRevision,
            @Nullable String lastSuccessDate) {}

    /** What was wished of a restore. */
    record Restore(
            @Nullable String backupStorageType,
            @Nullable S3 s3,
            @Nullable Abs abs,
            @Nullable Gcs gcs,
            @Nullable Oss oss,
            @Nullable Reference etcdCluster,
            @PreserveUnknown @Nullable Object clusterSpec,
            @PreserveUnknown @Nullable Object backupSpec) {}

    record Reference(@Nullable String name) {}

    /** What became of it. */
    record RestoreStatus(
            @Nullable Boolean succeeded, @Nullable String reason) {}
}
