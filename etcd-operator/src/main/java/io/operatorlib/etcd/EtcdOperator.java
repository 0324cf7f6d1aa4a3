package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Selection;
import io.operatorlib.etcd.backup.Unserved;
import io.operatorlib.leader.LeaderElection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The etcd operator. */
public final class EtcdOperator {
    // kept, for what is set at a logger is forgotten with it
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    /** By which Lease one of several replicas is elected, in the pod's namespace. */
    static final LeaderElection ELECTION = LeaderElection.lease("etcd-operator");

    private EtcdOperator() {}

    /**
     * The operator on a door to etcd: real, or simulated.
     *
     * @param etcd stays the caller's, to close if it needs closing
     */
    public static Operator create(Etcd etcd) {
        return Operator.named("etcd-operator")
                .conversions(Definitions.WEBHOOK)
                .crd(Definitions.CLUSTERS)
                .crd(Definitions.BACKUPS)
                .crd(Definitions.RESTORES)
                .controller(controller(etcd))
                .controller(Unserved.backups())
                .controller(Unserved.restores());
    }

    /** The part of it that does something, with clusters of today: where nobody speaks an old version. */
    public static Operator ofClusters(Etcd etcd) {
        return Operator.named("etcd-operator").crd(Definitions.CLUSTERS_TODAY).controller(controller(etcd));
    }

    /** The operator as it is installed: one of several replicas works. */
    static Operator elected(Etcd etcd) {
        return create(etcd).leaderElection(ELECTION);
    }

    /**
     * Runs until the process is asked to end, or as {@link Operator#run} with an argument; with {@code import} turns
     * manifests of CoreOS's operator, from the files named or else its input, into those of today, and with {@code import
     * --dry-run} says what it would take to take over the living clusters among them.
     */
    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("import")) {
            imported(List.of(args).subList(1, args.length));
            return;
        }
        TRANSPORT.setLevel(Level.WARNING); // it speaks of itself, past the program's log
        try (var etcd = new JetcdEtcd()) {
            elected(etcd).run(args);
        }
    }

    private static void imported(List<String> arguments) throws IOException {
        boolean dryRun = arguments.contains("--dry-run");
        var files = arguments.stream()
                .filter(argument -> !argument.equals("--dry-run"))
                .toList();
        String text = text(files);
        if (dryRun) {
            System.out.print(Takeover.of(text));
            return;
        }
        var imported = Import.of(text);
        System.out.print(imported.manifests());
        imported.notes().forEach(note -> System.err.println("# " + note));
    }

    private static String text(List<String> files) throws IOException {
        if (files.isEmpty()) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var text = new StringBuilder();
        for (String file : files) {
            text.append("---\n").append(Files.readString(Path.of(file))).append('\n');
        }
        return text.toString();
    }

    static Controller<EtcdClusterSpec, EtcdClusterStatus> controller(Etcd etcd) {
        return Controller.of(EtcdCluster.KIND)
                .owns(Selection.of(V1Pod.class).as(PodView.class, PodView::of))
                .owns(V1ConfigMap.class)
                .owns(V1Service.class)
                .owns(V1PodDisruptionBudget.class)
                .watches(V1PersistentVolumeClaim.class, MemberVolume::clusterOf)
                .watches(OldOperator.LOCKS, (cluster, old) -> old.concerns(cluster))
                .observe(Membership.class, EtcdFacts::interval, new EtcdFacts(etcd))
                .performs(EtcdAct.class, new EtcdPerformer(etcd))
                .measure(EtcdMeasures::of)
                .reconcile(new EtcdReconciler());
    }
}
