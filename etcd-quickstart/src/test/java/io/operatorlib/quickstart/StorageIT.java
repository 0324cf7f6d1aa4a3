package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.ListQuery;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Clusters that keep their data on volumes, with real etcd: what was written is there whatever happens to pods. */
@ExtendWith(SharedCluster.Resolver.class)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class StorageIT {
    private static final KindRef CLAIMS = BuiltInKinds.of(V1PersistentVolumeClaim.class);
    private static final KindRef VOLUMES = BuiltInKinds.of(V1PersistentVolume.class);
    private static final KindRef PODS = BuiltInKinds.of(V1Pod.class);
    private static final String RETIRED = "etcd.database.coreos.com/retired";

    private final SharedCluster shared;

    StorageIT(SharedCluster shared) {
        this.shared = shared;
    }

    @Test
    void whatWasWrittenOutlivesProcessesPodsAndVolumes() {
        var world = new World("volumes", "Delete");
        world.create();
        var claims = world.claims();
        assertThat(claims)
                .hasSize(3)
                .allSatisfy((name, claim) -> assertThat(bound(claim)).isTrue());

        var killed = world.member(0);
        Stage.process(killed.name()).destroyForcibly();
        Await.until("started again", () -> world.stage.restarts(killed.name()) == 1);
        world.awaitMember(killed);

        var deleted = world.member(1);
        String podUid = world.pod(deleted.name());
        world.stage.deletePod(deleted.name());
        Await.until("another pod", () -> !world.pod(deleted.name()).equals(podUid));
        world.awaitMember(deleted);
        assertThat(uids(world.claims())).as("the claims are the same").isEqualTo(uids(claims));
        world.ledger.write("after a pod");

        var bereft = world.member(2);
        world.delete(CLAIMS, bereft.name()); // and stays while its pod uses it, as Kubernetes has it
        world.stage.deletePod(bereft.name());
        world.awaitReplaced(bereft);
        assertThat(world.claims()).hasSize(3).doesNotContainKey(bereft.name());

        var broken = world.member(0);
        world.loseVolume(broken.name());
        world.awaitReplaced(broken);
        Await.until("its claim is deleted", () -> !world.claims().containsKey(broken.name()), world::claims);
        world.ledger.assertWholeOnEveryMember();
    }

    @Test
    void asItShrinksSleepsWakesAndGoesAClusterDeletesTheVolumesItDoesNotNeed() {
        var world = new World("sleep-delete", "Delete");
        world.create();
        world.shrinkSleepAndWake();
        Await.until("one claim", () -> world.claims().size() == 1, world::claims);
        world.stage.resize("db", 3);
        world.awaitHealthy(3);
        world.ledger.assertWholeOnEveryMember();
        world.stage.delete("db");
        Await.until("nothing is left", () -> world.stage.remains("db") == 0);
        Await.until("no volume is left", () -> world.volumes() == 0);
    }

    @Test
    void asItShrinksSleepsWakesAndGoesAClusterRetainsVolumesWhereToldSo() {
        var world = new World("sleep-retain", "Retain");
        world.create();
        var claims = world.claims();
        world.shrinkSleepAndWake();
        Await.until("two are retired", () -> world.retired() == 2, world::claims);
        assertThat(uids(world.claims())).isEqualTo(uids(claims));
        world.stage.resize("db", 3);
        world.awaitHealthy(3);
        world.ledger.assertWholeOnEveryMember();
        assertThat(world.claims())
                .as("a retired volume is never a member's again")
                .hasSize(5);
        world.stage.delete("db");
        Await.until("the pods are gone", () -> world.stage.pods("db").isEmpty());
        assertThat(world.claims()).hasSize(5);
        assertThat(world.volumes()).isEqualTo(5);
    }

    private static boolean bound(JsonObject claim) {
        return Json.text(claim, "status", "phase").equals("Bound");
    }

    private static Map<String, String> uids(Map<String, JsonObject> objects) {
        var uids = new TreeMap<String, String>();
        objects.forEach((name, object) -> uids.put(name, Json.uid(object)));
        return uids;
    }

    /** A namespace with one EtcdCluster, {@code db}, and what was written to it. */
    private final class World {
        private final String namespace;
        private final String retention;
        private final Stage stage;
        private final Ledger ledger;

        World(String namespace, String retention) {
            this.namespace = namespace;
            this.retention = retention;
            this.stage = shared.namespace(namespace);
            this.ledger = new Ledger(() -> stage.endpoints("db"));
        }

        void create() {
            stage.apply(Stage.cluster("db", 3, shared.etcdVersion()) + "  storage: {persistent: {size: 1Gi, retention: "
                    + retention + "}}\n");
            awaitHealthy(3);
            ledger.write("in the beginning");
        }

        void shrinkSleepAndWake() {
            stage.resize("db", 1);
            awaitHealthy(1);
            ledger.assertWholeOnEveryMember();
            ledger.write("alone");
            var last = member(0);
            stage.resize("db", 0);
            Await.until("no pods", () -> stage.pods("db").isEmpty());
            Await.until("it says so", () -> phase().equals("Hibernated"), this::phase);
            assertThat(claims()).containsKey(last.name());
            stage.resize("db", 1);
            awaitMember(last);
            ledger.assertWholeOnEveryMember();
        }

        String phase() {
            return stage.cluster("db")
                    .map(cluster -> Json.text(cluster, "status", "phase"))
                    .orElse("");
        }

        Stage.Member member(int number) {
            return stage.members("db").get(number);
        }

        /** Waits until that very member serves, and all others do. */
        void awaitMember(Stage.Member member) {
            Await.until(
                    member + " is back",
                    () -> stage.serves(member.name())
                            && stage.healthyVoters("db").contains(member),
                    () -> stage.members("db"));
            ledger.assertWholeOnEveryMember();
        }

        void awaitReplaced(Stage.Member lost) {
            Await.until(
                    lost + " leaves the member list",
                    () -> stage.members("db").stream().noneMatch(m -> m.id().equals(lost.id())),
                    () -> stage.members("db"));
            awaitHealthy(3);
            ledger.assertWholeOnEveryMember();
        }

        void awaitHealthy(int size) {
            Await.until(
                    size + " healthy voters",
                    () -> stage.healthyVoters("db").size() == size
                            && stage.members("db").size() == size
                            && stage.pods("db").size() == size
                            && stage.pods("db").stream()
                                    .allMatch(pod -> stage.serves(Json.text(pod, "metadata", "name"))),
                    () -> stage.members("db"));
        }

        String pod(String name) {
            return shared.client().find(PODS, key(name)).map(Json::uid).orElse("");
        }

        /** The claims, by their names. */
        Map<String, JsonObject> claims() {
            var claims = new TreeMap<String, JsonObject>();
            shared.client()
                    .list(
                            ListQuery.all(CLAIMS).in(namespace),
                            claim -> claims.put(Json.text(claim, "metadata", "name"), claim));
            return claims;
        }

        JsonObject claim(String name) {
            return shared.client().get(CLAIMS, key(name));
        }

        long retired() {
            return claims().values().stream()
                    .filter(claim ->
                            Json.text(claim, "metadata", "labels", RETIRED).equals("true"))
                    .count();
        }

        long volumes() {
            var found = new long[1];
            shared.client().list(ListQuery.all(VOLUMES), volume -> {
                if (Json.text(volume, "spec", "claimRef", "namespace").equals(namespace)) {
                    found[0]++;
                }
            });
            return found[0];
        }

        void delete(KindRef kind, String name) {
            shared.client().delete(kind, key(name), DeleteOptions.DEFAULT);
        }

        /** A disk dies, and an administrator takes its volume out of the cluster, which protects it: a claim has it. */
        void loseVolume(String member) {
            var volume = new ResourceKey("", Json.text(claim(member), "spec", "volumeName"));
            shared.client().delete(VOLUMES, volume, DeleteOptions.DEFAULT);
            shared.client()
                    .mergePatch(VOLUMES, volume, SharedCluster.object("{\"metadata\":{\"finalizers\":null}}"), "test");
            Await.until(
                    "the claim is lost",
                    () -> Json.text(claim(member), "status", "phase").equals("Lost"));
            Stage.process(member).destroyForcibly(); // what is not there cannot be written to
        }

        private ResourceKey key(String name) {
            return new ResourceKey(namespace, name);
        }
    }
}
