package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.KubeApis;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The operator, as it is installed, is refused nothing and is permitted nothing that it does not need. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class ShippedRolesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NO_SUCH_VERSION = "3.6.999";
    private static final Set<String> NOT_NEEDED = Set.of(
            // an Event that is told again after five minutes
            "patch events.events.k8s.io",
            // asked by an admission plugin that this API server does not have
            "update etcdclusters/finalizers.etcd.database.coreos.com",
            // of a kind that is only watched
            "get endpoints etcd-operator",
            "list endpoints etcd-operator",
            // for what an older operator has left, as it has of the other kinds here
            "patch etcdrestores.etcd.database.coreos.com",
            // a certificate that is renewed
            "update secrets etcd-operator-webhook");

    private static final String RESTORE =
            "{apiVersion: etcd.database.coreos.com/v1, kind: EtcdRestore, metadata: {name: once}, spec: {}}";

    private final Machine machine = Shipped.machine();
    private final Teller teller = new Teller(System.out, false);

    @Test
    void theShippedRolesAreEnoughAndNoMoreThanEnough(@TempDir Path folder) throws Exception {
        String manifest = Files.readString(machine.operator().resolve("deploy/install.yaml"));
        try (var cluster = machine.cluster(folder)) {
            var use = cluster.server().roleUse(ShippedRoles.OPERATOR);
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            asCoreosLeftIt(stage);
            new Story(stage, machine.etcdVersion(), teller).tell(withoutDefinition(manifest));
            onVolumes(stage);
            beginAnew(stage);
            stage.apply(RESTORE);
            teller.step(
                    "all is stored anew, and told",
                    PATIENCE,
                    () -> use.unused().toString(),
                    () -> ShippedRoles.unused(use).size() == NOT_NEEDED.size());

            ShippedRoles.assertNoneRefused(use);
            assertThat(ShippedRoles.unused(use))
                    .as("not needed here; RealClusterIT sees these at work")
                    .containsExactlyInAnyOrderElementsOf(NOT_NEEDED);
        }
    }

    /** Two of CoreOS's definitions, without a schema and with an object each; the third was never there. */
    private static void asCoreosLeftIt(Stage stage) {
        stage.apply(coreosDefinition("EtcdCluster", "etcdclusters") + "---\n"
                + coreosDefinition("EtcdBackup", "etcdbackups"));
        Await.until("CoreOS's definitions are served", () -> {
            try {
                stage.apply("""
                        apiVersion: etcd.database.coreos.com/v1beta2
                        kind: EtcdCluster
                        metadata: {name: asleep}
                        spec: {size: 3, version: 3.2.13}
                        ---
                        apiVersion: etcd.database.coreos.com/v1beta2
                        kind: EtcdBackup
                        metadata: {name: nightly}
                        spec: {storageType: S3, s3: {path: backups/nightly, awsSecret: aws}}
                        """);
                return true;
            } catch (ApiException | IllegalStateException e) {
                return false;
            }
        });
    }

    private static String coreosDefinition(String kind, String plural) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %2$s.etcd.database.coreos.com}
                spec:
                  group: etcd.database.coreos.com
                  names: {kind: %1$s, listKind: %1$sList, plural: %2$s, singular: %3$s}
                  scope: Namespaced
                  versions:
                  - {name: v1beta2, served: true, storage: true,
                     schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
                """.formatted(kind, plural, plural.substring(0, plural.length() - 1));
    }

    /** The operator puts its definition in place by itself where nobody else has. */
    private static String withoutDefinition(String manifest) {
        return Stream.of(manifest.split("(?m)^---\n"))
                .filter(document -> !document.contains("kind: CustomResourceDefinition\n"))
                .collect(Collectors.joining("---\n"));
    }

    /** Two clusters on volumes, of which one retains them, shrink and go. */
    private void onVolumes(Stage stage) throws Exception {
        for (String retention : new String[] {"Delete", "Retain"}) {
            stage.apply(Stage.cluster(name(retention), 2, machine.etcdVersion())
                    + "  storage: {persistent: {size: 1Gi, retention: " + retention + "}}\n");
        }
        for (String retention : new String[] {"Delete", "Retain"}) {
            String name = name(retention);
            teller.step("two voters of " + name, PATIENCE, () -> "", () -> stage.healthy(name, 2));
            stage.resize(name, 1);
            teller.step("one voter of " + name, PATIENCE, () -> "", () -> stage.healthy(name, 1));
            stage.delete(name);
            teller.step(
                    name + " is gone",
                    PATIENCE,
                    () -> "",
                    () -> stage.pods(name).isEmpty());
        }
    }

    private static String name(String retention) {
        return retention.equals("Delete") ? "deleted" : "retained";
    }

    /** A cluster that could not begin, and begins anew when its spec is corrected. */
    private void beginAnew(Stage stage) throws Exception {
        stage.apply(Stage.cluster("anew", 1, NO_SUCH_VERSION));
        teller.step(
                "its pod waits for an image that does not exist",
                PATIENCE,
                () -> "",
                () -> stage.cluster("anew").orElseThrow().toString().contains("ErrImagePull"));
        stage.apply(Stage.cluster("anew", 1, machine.etcdVersion()));
        teller.step("it has begun", PATIENCE, () -> "", () -> stage.healthy("anew", 1));
    }
}
