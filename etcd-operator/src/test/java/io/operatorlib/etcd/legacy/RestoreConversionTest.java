package io.operatorlib.etcd.legacy;

import io.operatorlib.conversion.Conversion;
import java.util.Set;

/** CoreOS's v1beta2 of restores keeps the contract of conversions. */
class RestoreConversionTest implements CoreOsContract {
    @Override
    public Conversion<?, ?> conversion() {
        return BackupConversion.RESTORES;
    }

    @Override
    public Set<String> inexpressible() {
        return Set.of(
                // what another operator did, or did not
                "status of v1beta2 in v1",
                "status of v1 in v1beta2",
                // stores that are not of the type that is named, what an earlier shape called otherwise, and limits of
                // 0
                "spec.backupStorageType of v1beta2 in v1",
                "spec.s3 of v1beta2 in v1",
                "spec.abs of v1beta2 in v1",
                "spec.gcs of v1beta2 in v1",
                "spec.oss of v1beta2 in v1",
                "spec.clusterSpec of v1beta2 in v1",
                "spec.backupSpec of v1beta2 in v1",
                "spec.etcdCluster of v1beta2 in v1",
                "spec.store of v1 in v1beta2");
    }
}
