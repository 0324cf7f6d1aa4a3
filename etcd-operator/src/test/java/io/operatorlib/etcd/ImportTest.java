package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Manifests of CoreOS's operator become those of today. */
class ImportTest {
    @Test
    void aThirdPartyResourceBecomesAClusterOfToday() {
        var imported = Import.of("""
                apiVersion: etcd.coreos.com/v1beta1
                kind: Cluster
                metadata:
                  name: old
                  uid: "1"
                spec:
                  size: 3
                  version: v3.4.23
                  pod:
                    antiAffinity: true
                """);
        assertThat(imported.notes()).isEmpty();
        assertThat(new Yaml().<Map<String, Object>>load(imported.manifests()))
                .isEqualTo(Map.of(
                        "apiVersion",
                        "etcd.database.coreos.com/v1",
                        "kind",
                        "EtcdCluster",
                        "metadata",
                        Map.of("name", "old"),
                        "spec",
                        Map.of("size", 3, "version", "3.4.23", "scheduling", Map.of("antiAffinity", "Required"))));
    }

    @Test
    void whatCannotBeCarriedOverIsSaid() {
        var imported = Import.of("""
                apiVersion: etcd.database.coreos.com/v1beta2
                kind: EtcdCluster
                metadata: {name: old}
                spec:
                  TLS: {static: {operatorSecret: client}}
                  pod: {busyboxImage: busybox}
                ---
                apiVersion: etcd.database.coreos.com/v1beta2
                kind: EtcdBackup
                metadata: {name: nightly}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: etcd-operator}
                """);
        assertThat(imported.manifests())
                .contains("legacy:")
                .contains("operatorSecret: client")
                .contains("kind: EtcdBackup");
        assertThat(imported.notes())
                .hasSize(6)
                .anySatisfy(note -> assertThat(note).contains("EtcdCluster old has no size"))
                .anySatisfy(note -> assertThat(note).contains("etcd 3.2.13").contains("from 3.4.0 on"))
                .anySatisfy(note ->
                        assertThat(note).contains("spec.legacy asks for TLS,").contains("weaker form"))
                .anySatisfy(note -> assertThat(note).contains("pod.busyboxImage mean nothing"))
                .anySatisfy(
                        note -> assertThat(note).contains("EtcdBackup nightly").contains("restores no backups"))
                .anySatisfy(note -> assertThat(note).contains("Deployment etcd-operator"));
    }

    @Test
    void thePageShowsWhatIsSaid() throws IOException {
        String page = Files.readString(Path.of("../docs/how-to/move-from-coreos.md"));
        var imported = Import.of("""
                apiVersion: etcd.database.coreos.com/v1beta2
                kind: EtcdCluster
                metadata: {name: example}
                spec: {size: 3, version: "3.2.13"}
                """);
        imported.notes().forEach(note -> assertThat(page).contains("# " + note + "\n"));
        TakeoverTest.LINES.forEach(line -> assertThat(page).contains(line + "\n"));
    }
}
