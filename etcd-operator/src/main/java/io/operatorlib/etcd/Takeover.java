package io.operatorlib.etcd;

import io.operatorlib.etcd.legacy.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What it would take to make living clusters of CoreOS's operator this one's, told from manifests of the clusters, their
 * pods and their Services, and of the Endpoints in which that operator keeps its lock. Nothing is done.
 */
final class Takeover {
    private static final Pattern LEARNERS = Pattern.compile(SpecCheck.VERSION);

    private final List<Map<String, Object>> objects;
    private final List<String> lines = new ArrayList<>();

    private Takeover(List<Map<String, Object>> objects) {
        this.objects = objects;
    }

    /** The text for people. */
    static String of(String yaml) {
        var takeover = new Takeover(Import.documents(yaml));
        takeover.tell();
        return String.join("\n", takeover.lines) + "\n";
    }

    private void tell() {
        Map<String, List<OldPod>> pods = new TreeMap<>();
        objects.stream()
                .flatMap(object -> OldPod.of(object).stream())
                .forEach(pod -> pods.computeIfAbsent(pod.namespace() + "/" + pod.cluster(), key -> new ArrayList<>())
                        .add(pod));
        Map<String, Map<String, Object>> clusters = new TreeMap<>();
        objects.stream().filter(Import::isCluster).forEach(object -> clusters.put(key(object), object));
        clusters.forEach((key, cluster) -> {
            List<OldPod> members = pods.remove(key);
            if (members == null) {
                lines.add(key + ": has no pods of CoreOS's operator; etcd-operator import makes its manifest of today");
            } else {
                cluster(key, cluster, members);
            }
        });
        pods.forEach((key, members) -> {
            lines.add(
                    key + ": " + members.size() + " pods of CoreOS's operator, and no EtcdCluster among the manifests");
            members.forEach(pod -> lines.add("  " + pod.line()));
        });
        if (lines.isEmpty()) {
            lines.add("no EtcdCluster and no pod of CoreOS's operator among the manifests");
        }
    }

    private static String key(Map<String, Object> object) {
        return Trees.text(object, "metadata", "namespace").orElse("default") + "/"
                + Trees.text(object, "metadata", "name").orElse("");
    }

    private void cluster(String key, Map<String, Object> cluster, List<OldPod> members) {
        lines.add(key + ": " + members.size() + " pods of CoreOS's operator");
        members.forEach(pod -> lines.add("  " + pod.line()));
        List<String> inTheWay = inTheWay(key, cluster, members);
        if (!inTheWay.isEmpty()) {
            lines.add("  in the way of a takeover:");
            inTheWay.forEach(obstacle -> lines.add("  - " + obstacle));
        }
        String name = key.substring(key.indexOf('/') + 1);
        lines.add("  a takeover would");
        lines.add("  - write down the cluster's ID, and that it has formed, in the ConfigMap " + Latch.name(name));
        services(key)
                .forEach(service -> lines.add(
                        "  - select today's members by the Service " + service + ", which keeps its name and address"));
        lines.add("  - make a PodDisruptionBudget " + name);
        members.forEach(pod -> lines.add("  - add a member, wait until it has caught up and votes, then remove "
                + pod.name() + " from the member list and delete its pod"));
        lines.add("  nothing of this is done yet: this release takes no living cluster over. To move now, make a new"
                + " cluster from a snapshot");
    }

    private Stream<String> services(String key) {
        return objects.stream()
                .filter(object -> "Service".equals(object.get("kind")))
                .map(Takeover::key)
                .filter(service -> service.equals(key) || service.equals(key + "-client"))
                .map(service -> service.substring(service.indexOf('/') + 1))
                .sorted();
    }

    private List<String> inTheWay(String key, Map<String, Object> cluster, List<OldPod> members) {
        var inTheWay = new ArrayList<String>();
        String namespace = key.substring(0, key.indexOf('/'));
        objects.stream()
                .filter(object -> "Endpoints".equals(object.get("kind"))
                        && key(object).equals(namespace + "/" + OldOperator.NAME))
                .flatMap(object -> Trees.text(object, "metadata", "annotations", OldOperator.LOCK).stream())
                .map(lock -> new OldOperator(namespace, lock))
                .filter(old -> old.until().isPresent())
                .forEach(old -> inTheWay.add(old.advice()));
        long ready = members.stream().filter(OldPod::ready).count();
        if (ready < Quorum.of(members.size())) {
            inTheWay.add(
                    "only " + ready + " of " + members.size() + " members are ready: the cluster must have a quorum");
        }
        members.stream()
                .flatMap(pod -> Stream.of(pod.version().orElse("of an unknown version")))
                .distinct()
                .filter(version -> !LEARNERS.matcher(version).matches())
                .forEach(
                        version -> inTheWay.add(
                                "members run etcd " + version
                                        + ", and are added as learners, which etcd knows since 3.4: have CoreOS's operator upgrade it"));
        Import.notes(Import.spec(cluster)).forEach(note -> inTheWay.add("its manifest" + note));
        return inTheWay;
    }
}
