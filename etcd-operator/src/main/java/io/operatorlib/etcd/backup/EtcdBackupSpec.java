package io.operatorlib.etcd.backup;

import io.operatorlib.crd.Description;
import io.operatorlib.crd.Minimum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wished of snapshots of an etcd cluster.
 *
 * @param cluster the EtcdCluster, in this namespace
 * @param endpoints the client URLs of an etcd that is no EtcdCluster here
 * @param clientTlsSecret with the certificates that it asks of clients
 * @param store where snapshots go
 * @param schedule how often; once where it is left out
 * @param timeoutSeconds how long one may take
 */
@Description("What is wished of snapshots of an etcd cluster.")
public record EtcdBackupSpec(
        @Description("The EtcdCluster, in this namespace.") @Nullable
        String cluster,

        @Description("The client URLs of an etcd that is no EtcdCluster here.")
        List<String> endpoints,

        @Description("The Secret with the certificates that etcd asks of clients.") @Nullable
        String clientTlsSecret,

        @Description("Where snapshots go.") @Nullable BackupStore store,

        @Description("How often; once where it is left out.") @Nullable
        Schedule schedule,

        @Description("How long one may take.") @Minimum(0) @Nullable
        Long timeoutSeconds) {

    /**
     * Snapshots again and again.
     *
     * @param keep how many; all where it is left out
     */
    public record Schedule(
            @Minimum(1) long intervalSeconds,
            @Minimum(1) @Nullable Integer keep) {}
}
