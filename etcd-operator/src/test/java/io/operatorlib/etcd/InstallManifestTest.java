package io.operatorlib.etcd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The install manifest against the code. */
final class InstallManifestTest {
    private static final Path INSTALL = Path.of("deploy/install.yaml");
    private static final Path CHARTS_DEFINITIONS = Path.of("deploy/chart/crds");

    @Test
    void theDefinitionsAreThoseThatTheCodePrints() throws IOException {
        var documents = List.of(Files.readString(INSTALL).split("(?m)^---\n"));
        var others = documents.stream().filter(text -> !isDefinition(text)).toList();
        if (Boolean.getBoolean("manifest.write")) {
            var all = new ArrayList<>(others);
            all.addAll(1, definitions());
            Files.writeString(INSTALL, String.join("---\n", all));
            for (String definition : definitions()) {
                Files.writeString(chartsFile(definition), definition);
            }
            return;
        }
        assertThat(documents.stream().filter(InstallManifestTest::isDefinition).toList())
                .as("print them anew: mvn test -Dtest=InstallManifestTest -Dmanifest.write=true")
                .isEqualTo(definitions());
        for (String definition : definitions()) {
            assertThat(chartsFile(definition)).hasContent(definition);
        }
    }

    private static List<String> definitions() {
        try (var etcd = new JetcdEtcd()) {
            var installed = EtcdOperator.elected(etcd).conversions(Definitions.WEBHOOK.in("etcd-operator"));
            return List.of(installed.definitions().split("(?m)^---\n"));
        }
    }

    private static Path chartsFile(String definition) {
        Map<String, Map<String, String>> read = new Yaml().load(definition);
        String name = requireNonNull(requireNonNull(read.get("metadata")).get("name"));
        return CHARTS_DEFINITIONS.resolve(name.substring(0, name.indexOf('.')) + ".yaml");
    }

    @Test
    void ofTwoReplicasOneIsElectedByALeaseThatItMayWrite() throws IOException {
        assertThat(Files.readString(INSTALL))
                .contains("replicas: 2\n")
                .contains("name: POD_NAME\n")
                .contains("resourceNames: [etcd-operator]\n    verbs: [get, update, watch]\n");
    }

    @Test
    void theRoleHasAllThatTheWiringNeedsAndNothingBeyondWhatItsPlansMayDo() throws IOException {
        var always = new TreeSet<String>();
        var atMost = new TreeSet<String>();
        for (Object role : new Yaml().loadAll(roles())) {
            boolean plans = String.valueOf(((Map<?, ?>) role).get("metadata")).contains("-plans");
            (plans ? atMost : always).addAll(rules((Map<?, ?>) role));
        }
        atMost.addAll(always);
        var shipped = new TreeSet<String>();
        for (Object document : new Yaml().loadAll(Files.readString(INSTALL))) {
            if (document instanceof Map<?, ?> role
                    && String.valueOf(role.get("kind")).endsWith("Role")) {
                shipped.addAll(rules(role));
            }
        }
        assertThat(shipped).as("print them: etcd-operator roles").containsAll(always);
        assertThat(atMost).containsAll(shipped);
    }

    private static String roles() {
        try (var etcd = new JetcdEtcd()) {
            return EtcdOperator.elected(etcd).roles();
        }
    }

    private static List<?> list(Map<?, ?> in, String key) {
        return (List<?>) Objects.requireNonNull(in.get(key));
    }

    private static Set<String> rules(Map<?, ?> role) {
        var rules = new TreeSet<String>();
        for (Object each : list(role, "rules")) {
            var rule = (Map<?, ?>) each;
            List<?> names = rule.get("resourceNames") instanceof List<?> some ? some : List.of("*");
            for (Object group : list(rule, "apiGroups")) {
                for (Object resource : list(rule, "resources")) {
                    for (Object name : names) {
                        for (Object verb : list(rule, "verbs")) {
                            rules.add(verb + " " + resource + "." + group + " " + name);
                        }
                    }
                }
            }
        }
        return rules;
    }

    private static boolean isDefinition(String document) {
        return document.contains("kind: CustomResourceDefinition\n");
    }
}
