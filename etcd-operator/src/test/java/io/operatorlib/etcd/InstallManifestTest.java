package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The install manifest against the code. */
final class InstallManifestTest {
    private static final Path INSTALL = Path.of("deploy/install.yaml");

    @Test
    void theDefinitionIsTheOneThatTheCodePrints() throws IOException {
        var documents = List.of(Files.readString(INSTALL).split("(?m)^---\n"));
        if (Boolean.getBoolean("manifest.write")) {
            Files.writeString(
                    INSTALL,
                    String.join(
                            "---\n",
                            documents.stream()
                                    .map(text -> isDefinition(text) ? EtcdCluster.CRD.yaml() : text)
                                    .toList()));
            return;
        }
        assertThat(documents.stream().filter(InstallManifestTest::isDefinition).toList())
                .as("print it anew: mvn test -Dtest=InstallManifestTest -Dmanifest.write=true")
                .containsExactly(EtcdCluster.CRD.yaml());
    }

    @Test
    void onlyOneOperatorRunsAtATime() throws IOException {
        assertThat(Files.readString(INSTALL)).contains("replicas: 1\n").contains("type: Recreate\n");
    }

    private static boolean isDefinition(String document) {
        return document.contains("kind: CustomResourceDefinition\n");
    }
}
