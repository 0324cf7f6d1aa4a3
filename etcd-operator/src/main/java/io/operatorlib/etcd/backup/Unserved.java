package io.operatorlib.etcd.backup;

import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import io.operatorlib.etcd.EtcdCluster;

/**
 * The kinds that are understood and kept, and on which nobody acts yet. Each of their resources says so: who reads it
 * must not take it for a backup.
 */
public final class Unserved {
    public static final Kind<EtcdBackupSpec, Status> BACKUP =
            Kind.of(EtcdCluster.GROUP, "v1", "EtcdBackup", EtcdBackupSpec.class, Status.class);

    public static final Kind<EtcdRestoreSpec, Status> RESTORE =
            Kind.of(EtcdCluster.GROUP, "v1", "EtcdRestore", EtcdRestoreSpec.class, Status.class);

    /** The definition of backups at the version that is stored. */
    public static final Crd BACKUPS = Crd.hub(BACKUP)
            .description("Snapshots of an etcd cluster. Nobody makes them yet: its condition says so.")
            .column("Store", ".spec.store.type")
            .column("Ready", ".status.conditions[?(@.type==\"Ready\")].status");

    /** The definition of restores at the version that is stored. */
    public static final Crd RESTORES = Crd.hub(RESTORE)
            .description("A cluster that is made anew from a snapshot. Nobody does that yet: its condition says so.")
            .column("Cluster", ".spec.cluster")
            .column("Ready", ".status.conditions[?(@.type==\"Ready\")].status");

    /** The reason of the condition {@code Ready}. */
    public static final String NO_CONTROLLER = "NoController";

    private static final String NO_BACKUPS = "this release of the operator makes no backups: the resource is kept as it"
            + " was written, and no snapshot is made. Until a later release does, make them with etcdctl snapshot save";
    private static final String NO_RESTORES =
            "this release of the operator restores no backups: the resource is kept as"
                    + " it was written, and no cluster is touched. Until a later release does, restore with etcdutl snapshot"
                    + " restore";

    private Unserved() {}

    /** There is nothing to tell but the conditions. */
    public record Status() {}

    /** Says of each backup that there is none. */
    public static Controller<EtcdBackupSpec, Status> backups() {
        return Controller.of(BACKUP).reconcile(seen -> told(seen, NO_BACKUPS));
    }

    /** Says of each restore that nothing is restored. */
    public static Controller<EtcdRestoreSpec, Status> restores() {
        return Controller.of(RESTORE).reconcile(seen -> told(seen, NO_RESTORES));
    }

    private static Plan<Status> told(Observed<?, Status> seen, String message) {
        return seen.deleting()
                ? Plan.withoutStatus()
                : Plan.of(new Status()).condition(Condition.ready(false, NO_CONTROLLER, message));
    }
}
