package io.operatorlib.etcd.backup;

import io.operatorlib.crd.Description;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster is to be made anew from which snapshot.
 *
 * @param cluster the EtcdCluster, in this namespace
 * @param store where the snapshot is
 */
@Description("Which cluster is to be made anew from which snapshot.")
public record EtcdRestoreSpec(
        @Description("The EtcdCluster, in this namespace.") @Nullable
        String cluster,

        @Description("Where the snapshot is.") @Nullable BackupStore store) {}
