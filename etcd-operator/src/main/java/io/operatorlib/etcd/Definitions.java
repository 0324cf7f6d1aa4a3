package io.operatorlib.etcd;

import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.etcd.backup.Unserved;
import io.operatorlib.etcd.legacy.BackupConversion;
import io.operatorlib.etcd.legacy.ClusterConversion;
import java.util.List;
import java.util.ResourceBundle;

/** The definitions of the operator's kinds, each with CoreOS's {@code v1beta2}, and the webhook that converts. */
final class Definitions {
    private static final String OLD = EtcdCluster.GROUP + "/v1beta2 is CoreOS's etcd operator's; use v1";

    private static final String NAME_RULE = "self.metadata.name.size() <= " + EtcdCluster.LONGEST_NAME
            + " && self.metadata.name.matches('" + SpecCheck.NAME + "')";

    private static final String NAME_ADVICE = "metadata.name must be at most " + EtcdCluster.LONGEST_NAME
            + " characters, letters, digits and dashes, beginning with a letter: pods and Services are named after it";

    /** The build's: {@code 1.4.0}, for example. */
    private static final String RELEASE =
            ResourceBundle.getBundle("io.operatorlib.etcd.release").getString("release");

    /** Clusters at the version that is stored, alone. */
    static final Crd CLUSTERS_TODAY = Crd.hub(EtcdCluster.KIND)
            .description("A cluster of etcd.")
            .shortNames("etcd")
            .column("Size", ".spec.size", "integer")
            .column("Ready", ".status.ready", "integer")
            .column("Version", ".status.version")
            .column("Status", ".status.phase")
            .scale(".spec.size", ".status.voters")
            .rule(NAME_RULE, NAME_ADVICE);

    static final Crd CLUSTERS = old(
            CLUSTERS_TODAY,
            CrdVersion.of(ClusterConversion.V1BETA2)
                    .description("A cluster of etcd, as CoreOS's operator knew it.")
                    .rule(NAME_RULE, NAME_ADVICE));

    static final Crd BACKUPS = old(Unserved.BACKUPS, CrdVersion.of(BackupConversion.BACKUP_V1BETA2));
    static final Crd RESTORES = old(Unserved.RESTORES, CrdVersion.of(BackupConversion.RESTORE_V1BETA2));

    static final List<Crd> ALL = List.of(CLUSTERS, BACKUPS, RESTORES);

    static final ConversionServer WEBHOOK = ConversionServer.behindService("etcd-operator-webhook")
            .converting(ClusterConversion.CONVERSION)
            .converting(BackupConversion.BACKUPS)
            .converting(BackupConversion.RESTORES);

    private Definitions() {}

    private static Crd old(Crd hub, CrdVersion version) {
        return hub.spoke(version.preservingUnknown().deprecated(OLD))
                .release(RELEASE)
                .takingOver();
    }
}
