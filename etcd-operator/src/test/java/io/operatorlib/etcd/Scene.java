package io.operatorlib.etcd;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodCondition;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodStatus;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.Fact;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Resource;
import io.operatorlib.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One moment of a cluster named db, as its reconciler sees it; tests say what differs from a running one of three. */
final class Scene {
    static final List<String> SEEDS = List.of("db-a", "db-b", "db-c");

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private EtcdClusterSpec spec;
    private final Template template;
    final Map<String, V1Pod> pods = new TreeMap<>();
    final Map<String, V1PersistentVolumeClaim> claims = new TreeMap<>();
    final List<V1ConfigMap> maps = new ArrayList<>();
    final List<OldOperator> oldOperators = new ArrayList<>();
    final List<V1PodDisruptionBudget> budgets = new ArrayList<>();
    List<String> complaints = List.of();
    Fact<Membership> fact = Fact.unknown("no member serves");

    Scene(String spec) {
        this.spec = parse(spec);
        this.template = Template.of(this.spec);
    }

    /** A spec as a user writes it, with single quotation marks. */
    private static EtcdClusterSpec parse(String json) {
        return new Gson().fromJson(json.replace('\'', '"'), EtcdClusterSpec.class);
    }

    Scene edited(String json) {
        spec = parse(json);
        return this;
    }

    /** Three members that have formed a cluster. */
    Scene formed() {
        SEEDS.forEach(seed -> pods.put(seed, running(pod().seed(seed))));
        if (template.persistent() != null) {
            SEEDS.forEach(seed -> claims.put(seed, observed(MemberVolume.claim(seen(), latch(), seed))));
        }
        var uids = new TreeMap<String, String>();
        SEEDS.forEach(seed -> uids.put(seed, "uid-" + seed));
        maps.add(observed(latch().asFormed(uids, SEEDS).map(seen())));
        return this;
    }

    /** All listed voters serve that have a pod; the others are silent. */
    Scene known() {
        var members = SEEDS.stream()
                .map(seed -> new Membership.Member(
                        MemberIds.member(url(seed), "token"),
                        seed,
                        url(seed),
                        true,
                        false,
                        pods.containsKey(seed)
                                ? new Membership.Serving("3.6.16", complaints)
                                : new Membership.Silent("it has no address")))
                .toList();
        fact = Fact.known(new Membership(latch().clusterId(), members.get(2).id(), members));
        return this;
    }

    Scene notReady(String member) {
        Objects.requireNonNull(pods.get(member))
                .getStatus()
                .getConditions()
                .get(0)
                .setStatus("False");
        return this;
    }

    Latch latch() {
        return Latch.of(seen(), SEEDS, "token", template);
    }

    MemberPod pod() {
        return new MemberPod(seen(), latch());
    }

    String url(String member) {
        return EtcdCluster.peerUrl(seen().meta(), member);
    }

    Observed<EtcdClusterSpec, EtcdClusterStatus> seen() {
        var meta = new Meta(
                "ns", "db", "uid-1", "1", 1, Map.of(), Map.of(), List.of(), List.of(), NOW.minusSeconds(60), null);
        return Observed.of(EtcdCluster.KIND, new Resource<EtcdClusterSpec, EtcdClusterStatus>(meta, spec, null))
                .owned(PodView.class, pods.values().stream().map(PodView::of).toList())
                .owned(V1ConfigMap.class, maps)
                .owned(V1Service.class, List.of())
                .owned(V1PodDisruptionBudget.class, budgets)
                .watched(V1PersistentVolumeClaim.class, List.copyOf(claims.values()))
                .watched(OldOperator.class, oldOperators)
                .fact(Membership.class, fact)
                .now(NOW)
                .nonce(42)
                .build();
    }

    Plan<EtcdClusterStatus> plan() {
        return new EtcdReconciler().reconcile(seen());
    }

    /** The plan's steps but for what stands around members, as words. */
    List<String> steps() {
        return plan().steps().stream().flatMap(Scene::words).toList();
    }

    private static Stream<String> words(Step step) {
        if (step instanceof Step.Create create) {
            return Stream.of(
                    "create " + create.object().getClass().getSimpleName().substring(2));
        }
        if (step instanceof Step.Patch patch) {
            return Stream.of("patch " + patch.target().key().name() + " " + patch.patch());
        }
        if (step instanceof Step.Delete delete) {
            return Stream.of("delete " + delete.target().key().name());
        }
        return step instanceof Step.Perform perform ? Stream.of(perform.act().toString()) : Stream.of();
    }

    String reason(String type) {
        return plan().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status().text() + " " + condition.reason())
                .findFirst()
                .orElse("none");
    }

    /** A pod as it is read back, its gate open. */
    static V1Pod running(V1Pod rendered) {
        rendered.getSpec().setSchedulingGates(null);
        rendered.getSpec().setNodeName("node");
        rendered.getMetadata().putLabelsItem(EtcdCluster.ROLE_LABEL, EtcdCluster.VOTER);
        return observed(rendered)
                .status(new V1PodStatus()
                        .phase("Running")
                        .podIP("10.0.0.1")
                        .addConditionsItem(new V1PodCondition().type("Ready").status("True")));
    }

    static V1Pod observed(V1Pod rendered) {
        identify(rendered.getMetadata());
        return rendered;
    }

    private static V1ConfigMap observed(V1ConfigMap rendered) {
        identify(rendered.getMetadata());
        return rendered;
    }

    private static V1PersistentVolumeClaim observed(V1PersistentVolumeClaim rendered) {
        identify(rendered.getMetadata());
        return rendered;
    }

    private static void identify(V1ObjectMeta meta) {
        meta.uid("uid-" + meta.getName()).resourceVersion("1");
    }
}
