package io.operatorlib.quickstart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.KubeApis;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.cluster.Kubectl;
import io.operatorlib.testing.story.Teller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.yaml.snakeyaml.Yaml;

/** Manifests of CoreOS's operator, applied and read by an unmodified kubectl, with the operator as it is installed. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class OldManifestsIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final String OLD = "v1beta2.etcd.database.coreos.com";
    private static final String NEW = "v1.etcd.database.coreos.com";

    private final Machine machine = Shipped.machine();
    private final Map<String, JsonObject> corpus = corpus();

    @Test
    void areAppliedReadBackRunOrBlockedAndOutliveTheOperator(@TempDir Path folder) throws Exception {
        Optional<Path> program = Kubectl.find();
        if (program.isEmpty()) {
            LEFT_OUT.say("CoreOS's manifests applied by kubectl: put kubectl on the PATH");
            return;
        }
        try (var cluster = machine.cluster(folder.resolve("cluster"))) {
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            var kubectl = new Kubectl(program.get(), cluster.kubeconfig(), folder);
            stage.apply(Files.readString(machine.operator().resolve("deploy/install.yaml")));
            Await.until("the operator is ready", stage::operatorReady);

            apply(kubectl, folder, corpus);
            areReadBackAsTheyWereWritten(kubectl);
            whatCannotBeMetIsBlocked(kubectl);
            whatCanBeMetRunsAndAMissingSizeTakesNothingAway(kubectl, folder, stage);
            new WebhookTrial(KubeApis.fromKubeconfig(cluster.kubeconfig()), new Teller(System.out, false)).tell();
            withoutTheOperatorTheStoredVersionIsReadAndDeleted(kubectl);
        }
    }

    private static Map<String, JsonObject> corpus() {
        var corpus = new TreeMap<String, JsonObject>();
        try (Stream<Path> files = Files.list(Shipped.file("etcd-operator/src/test/resources/coreos"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                String name = file.getFileName().toString().replace(".yaml", "").replaceFirst("^0\\.", "old-");
                JsonObject object = new Gson()
                        .toJsonTree(new Yaml().load(Files.readString(file)))
                        .getAsJsonObject();
                Json.object(object, "metadata").addProperty("name", name);
                object.remove("status"); // a status is not applied
                corpus.put(name, object);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        // it has values of other types than the schema says, which only a definition without one has ever stored
        corpus.remove("wrong-types");
        return corpus;
    }

    private static void apply(Kubectl kubectl, Path folder, Map<String, JsonObject> manifests) throws IOException {
        var list = new JsonObject();
        list.addProperty("apiVersion", "v1");
        list.addProperty("kind", "List");
        var items = new JsonArray();
        manifests.values().forEach(items::add);
        list.add("items", items);
        Files.writeString(folder.resolve("manifests.json"), list.toString());
        var applied = kubectl.run("kubectl apply -f manifests.json");
        assertThat(applied.exitCode()).as(applied.text()).isZero();
    }

    /** The objects of one kind, by their names. */
    private static Map<String, JsonObject> get(Kubectl kubectl, String resource) {
        var said = kubectl.run("kubectl get " + resource + " -o json 2>/dev/null");
        assertThat(said.exitCode()).as(said.text()).isZero();
        var objects = new TreeMap<String, JsonObject>();
        Json.objects(Json.parse(said.text()), "items")
                .forEach(object -> objects.put(Json.text(object, "metadata", "name"), object));
        return objects;
    }

    private void areReadBackAsTheyWereWritten(Kubectl kubectl) {
        var read = new TreeMap<String, JsonObject>();
        for (String plural : new String[] {"etcdclusters.", "etcdbackups.", "etcdrestores."}) {
            read.putAll(get(kubectl, plural + OLD));
        }
        assertThat(read.keySet()).containsAll(corpus.keySet());
        corpus.forEach((name, written) -> {
            assertThat(Json.at(requireNonNull(read.get(name)), "spec")).as(name).isEqualTo(Json.at(written, "spec"));
            assertThat(Json.object(requireNonNull(read.get(name)), "metadata", "annotations")
                            .keySet())
                    .as(name)
                    .isSubsetOf(
                            "kubectl.kubernetes.io/last-applied-configuration",
                            // what v1beta2 has no word for of the status that the operator has written
                            "etcd.database.coreos.com/conversion-data");
        });
    }

    private static Optional<JsonObject> condition(Kubectl kubectl, String resource, String name, String type) {
        return Json.objects(requireNonNull(get(kubectl, resource).get(name)), "status", "conditions").stream()
                .filter(condition -> Json.text(condition, "type").equals(type))
                .findFirst();
    }

    private static void awaitBlocked(Kubectl kubectl, String plural, String name, String reason, String... words) {
        Await.until(
                name + " is blocked: " + reason,
                () -> condition(kubectl, plural + NEW, name, "Ready")
                        .filter(ready -> Json.text(ready, "reason").equals(reason))
                        .isPresent());
        var ready = condition(kubectl, plural + NEW, name, "Ready").orElseThrow();
        assertThat(Json.text(ready, "status")).isEqualTo("False");
        assertThat(Json.text(ready, "message")).contains(words);
    }

    private static void whatCannotBeMetIsBlocked(Kubectl kubectl) {
        awaitBlocked(kubectl, "etcdclusters.", "tls", "SpecInvalid", "spec.legacy asks for TLS", "take that out of");
        awaitBlocked(kubectl, "etcdclusters.", "no-size", "SpecInvalid", "spec.size is missing: say how many");
        awaitBlocked(kubectl, "etcdclusters.", "size-0", "SpecInvalid", "spec.size is missing: say how many");
        awaitBlocked(kubectl, "etcdclusters.", "three-members", "SpecInvalid", "3.2.13", "from 3.4.0 on");
        awaitBlocked(kubectl, "etcdbackups.", "backup-periodic", "NoController", "makes no backups");
        awaitBlocked(kubectl, "etcdrestores.", "restore-gcs", "NoController", "restores no backups");
        assertThat(kubectl.run("kubectl get pods -l etcd_cluster=tls -o name").text())
                .isEmpty();
    }

    private void whatCanBeMetRunsAndAMissingSizeTakesNothingAway(Kubectl kubectl, Path folder, Stage stage)
            throws IOException {
        var runs =
                Json.parse("{apiVersion: 'etcd.database.coreos.com/v1beta2', kind: EtcdCluster, metadata: {name: runs},"
                        + " spec: {size: 1, version: '" + machine.etcdVersion() + "', pod: {busyboxImage: busybox}}}");
        apply(kubectl, folder, Map.of("runs", runs));
        Await.until("a member that CoreOS's manifest asked for", () -> stage.healthy("runs", 1));
        Json.object(runs, "spec").remove("size");
        apply(kubectl, folder, Map.of("runs", runs));
        awaitBlocked(kubectl, "etcdclusters.", "runs", "SpecInvalid", "spec.size is missing");
        assertThat(stage.healthy("runs", 1)).isTrue();
        assertThat(Json.at(requireNonNull(get(kubectl, "etcdclusters." + OLD).get("runs")), "status", "phase"))
                .hasToString("\"Failed\"");
    }

    private static void withoutTheOperatorTheStoredVersionIsReadAndDeleted(Kubectl kubectl) {
        kubectl.run("kubectl scale deployment etcd-operator -n etcd-operator --replicas=0");
        Await.until(
                "no operator is left",
                () -> kubectl.run("kubectl get pods -n etcd-operator -o name")
                        .text()
                        .isEmpty());
        assertThat(kubectl.run("kubectl get etcdcluster tls -o name").text())
                .isEqualTo("etcdcluster.etcd.database.coreos.com/tls\n");
        var old = kubectl.run("kubectl get etcdclusters." + OLD + " tls");
        assertThat(old.exitCode()).isNotZero();
        assertThat(old.text()).contains("conversion webhook for").contains("etcd-operator-webhook");
        assertThat(kubectl.run("kubectl delete etcdcluster tls").exitCode()).isZero();
        kubectl.run("kubectl create namespace doomed");
        var moved = kubectl.run("""
                kubectl create -n doomed -f - <<'E'
                apiVersion: etcd.database.coreos.com/v1
                kind: EtcdRestore
                metadata: {name: one}
                spec: {cluster: a}
                E""");
        assertThat(moved.exitCode()).as(moved.text()).isZero();
        var deleted = kubectl.run("kubectl delete namespace doomed --timeout=90s");
        assertThat(deleted.exitCode()).as(deleted.text()).isZero();
    }
}
