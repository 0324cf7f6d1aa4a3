package io.operatorlib.quickstart;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.story.Manifests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the story's people can do and see in one namespace: an administrator at a Kubernetes API, and a shell on the
 * machine.
 */
public final class Stage {
    private static final KindRef CLUSTERS =
            new KindRef("etcd.database.coreos.com", "v1", "EtcdCluster", "etcdclusters", true);
    private static final KindRef PODS = BuiltInKinds.of(V1Pod.class);
    private static final KindRef CLAIMS = BuiltInKinds.of(V1PersistentVolumeClaim.class);
    private static final KindRef VOLUMES = BuiltInKinds.of(V1PersistentVolume.class);
    private static final KindRef NODES = BuiltInKinds.of(V1Node.class);
    private static final ResourceKey OPERATOR = new ResourceKey("etcd-operator", "etcd-operator");

    private static final String NAME = "--name=";

    private final KubeClient client;
    private final String namespace;
    private final Manifests manifests;
    private final Reach reach;

    public Stage(KubeApi admin) {
        this(admin, "default");
    }

    public Stage(KubeApi admin, String namespace) {
        this(admin, namespace, Reach.DIRECT);
    }

    public Stage(KubeApi admin, String namespace, Reach reach) {
        this.client = new KubeClient(admin);
        this.namespace = namespace;
        this.reach = reach;
        this.manifests = new Manifests(client, namespace);
    }

    /**
     * A member, as the cluster's status reports it.
     *
     * @param id in hexadecimal
     * @param role {@code Voter}, {@code Learner}, or what else the status says
     */
    public record Member(String name, String id, String role, boolean healthy) {
        boolean voter() {
            return role.equals("Voter");
        }
    }

    public void apply(String yaml) {
        manifests.apply(yaml);
    }

    /** Makes the stage's namespace. */
    public void open() {
        manifests.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
    }

    /** Deletes the stage's namespace, with all that is in it. */
    public void close() {
        client.delete(BuiltInKinds.of(V1Namespace.class), new ResourceKey("", namespace), DeleteOptions.DEFAULT);
    }

    /** A manifest of a cluster with its data in emptyDir volumes. */
    public static String cluster(String name, int size, String version) {
        return """
                apiVersion: etcd.database.coreos.com/v1
                kind: EtcdCluster
                metadata:
                  name: %s
                spec:
                  size: %d
                  version: %s
                """.formatted(name, size, version);
    }

    public void resize(String name, int size) {
        client.mergePatch(CLUSTERS, key(name), object("{\"spec\":{\"size\":" + size + "}}"), "quickstart");
    }

    public void delete(String name) {
        client.delete(CLUSTERS, key(name), DeleteOptions.DEFAULT.propagation(DeleteOptions.Propagation.BACKGROUND));
    }

    /** Deletes a cluster that nobody needs any more: its members end at once, in whatever order. */
    public void abandon(String name) {
        delete(name);
        for (JsonObject pod : pods(name)) {
            client.delete(
                    PODS,
                    key(text(pod.getAsJsonObject("metadata"), "name")),
                    DeleteOptions.DEFAULT.grace(Duration.ZERO));
        }
    }

    public void deletePod(String name) {
        client.delete(PODS, key(name), DeleteOptions.DEFAULT.propagation(DeleteOptions.Propagation.BACKGROUND));
    }

    /** Takes a member its data: its volume, where it has one, and its pod. */
    public void loseData(String member) {
        if (client.find(CLAIMS, key(member)).isPresent()) {
            client.delete(CLAIMS, key(member), DeleteOptions.DEFAULT);
        }
        deletePod(member);
    }

    /** How many operators are wished for. */
    public int operatorReplicas() {
        return client.find(BuiltInKinds.of(V1Deployment.class), OPERATOR)
                .flatMap(deployment -> at(deployment, "spec", "replicas"))
                .orElseThrow()
                .getAsInt();
    }

    public void scaleOperator(int replicas) {
        client.mergePatch(
                BuiltInKinds.of(V1Deployment.class),
                OPERATOR,
                object("{\"spec\":{\"replicas\":" + replicas + "}}"),
                "quickstart");
    }

    /** How many of the operator's pods there are, ready or not. */
    public int operatorPods() {
        return count(ListQuery.all(PODS).in(OPERATOR.namespace()));
    }

    public boolean operatorReady() {
        return client.find(BuiltInKinds.of(V1Deployment.class), OPERATOR)
                .flatMap(deployment -> at(deployment, "status", "readyReplicas"))
                .map(ready -> ready.getAsInt() > 0)
                .orElse(false);
    }

    public Optional<JsonObject> cluster(String name) {
        return client.find(CLUSTERS, key(name));
    }

    /** The members that a cluster's status reports. */
    public List<Member> members(String name) {
        var members = new ArrayList<Member>();
        var reported = cluster(name).flatMap(cluster -> at(cluster, "status", "members"));
        for (JsonElement element : reported.map(JsonElement::getAsJsonArray).orElse(new JsonArray())) {
            var member = element.getAsJsonObject();
            members.add(new Member(
                    text(member, "name"),
                    text(member, "id"),
                    text(member, "role"),
                    text(member, "health").equals("Serving")));
        }
        return members;
    }

    public List<Member> healthyVoters(String name) {
        return members(name).stream()
                .filter(member -> member.voter() && member.healthy())
                .toList();
    }

    /** Tells whether a cluster has exactly so many members, all of them healthy voters, and a pod for each. */
    public boolean healthy(String name, int size) {
        return healthyVoters(name).size() == size
                && members(name).size() == size
                && pods(name).size() == size;
    }

    /** A cluster's pods, by name. */
    public List<JsonObject> pods(String cluster) {
        var pods = new ArrayList<JsonObject>();
        client.list(ListQuery.all(PODS).in(namespace).labelled("etcd_cluster=" + cluster), pods::add);
        return pods;
    }

    /** Tells whether the member in a pod serves a linearizable read now. */
    public boolean serves(String pod) {
        return client.find(PODS, key(pod))
                .flatMap(reach::clientUrl)
                .map(ByHand::reads)
                .orElse(false);
    }

    /** The client URLs of a cluster's running pods. */
    public List<String> endpoints(String cluster) {
        return pods(cluster).stream()
                .flatMap(pod -> reach.clientUrl(pod).stream())
                .toList();
    }

    /** The node that a pod is on; empty for none. */
    public String node(String pod) {
        return client.find(PODS, key(pod)).map(Stage::node).orElse("");
    }

    /** The node that a pod is on, with its zone where it has one, for people. */
    public String place(String pod) {
        String node = node(pod);
        return client.find(NODES, new ResourceKey("", node))
                .flatMap(found -> at(found, "metadata", "labels"))
                .map(labels -> labels.getAsJsonObject().get("topology.kubernetes.io/zone"))
                .map(zone -> node + " in " + zone.getAsString())
                .orElse(node);
    }

    private static String node(JsonObject pod) {
        return at(pod, "spec", "nodeName").map(JsonElement::getAsString).orElse("");
    }

    /** The node of the operator that works: that is ready, and leads where one is elected; empty for none. */
    public String operatorNode() {
        String leader = client.find(BuiltInKinds.of(V1Lease.class), OPERATOR)
                .flatMap(lease -> at(lease, "spec", "holderIdentity"))
                .map(JsonElement::getAsString)
                .orElse("");
        return operators(pod -> leader.startsWith(text(pod.getAsJsonObject("metadata"), "name"))).stream()
                .findFirst()
                .orElse("");
    }

    /** The nodes of the operators that are ready. */
    public List<String> operatorNodes() {
        return operators(pod -> true);
    }

    private List<String> operators(Predicate<JsonObject> which) {
        var nodes = new ArrayList<String>();
        client.list(ListQuery.all(PODS).in(OPERATOR.namespace()), pod -> {
            if (ready(pod) && !pod.getAsJsonObject("metadata").has("deletionTimestamp") && which.test(pod)) {
                nodes.add(node(pod));
            }
        });
        return nodes;
    }

    /** The addresses of the operator's pods, ready or not. */
    public Set<String> operatorAddresses() {
        var addresses = new HashSet<String>();
        client.list(
                ListQuery.all(PODS).in(OPERATOR.namespace()),
                pod -> at(pod, "status", "podIP").ifPresent(address -> addresses.add(address.getAsString())));
        return addresses;
    }

    /** Tells whether a node says of itself that it is ready, and is believed. */
    public boolean nodeReady(String name) {
        return client.find(NODES, new ResourceKey("", name)).map(Stage::ready).orElse(false);
    }

    private static boolean ready(JsonObject object) {
        var conditions = at(object, "status", "conditions").map(JsonElement::getAsJsonArray);
        for (JsonElement element : conditions.orElse(new JsonArray())) {
            var condition = element.getAsJsonObject();
            if (text(condition, "type").equals("Ready")) {
                return text(condition, "status").equals("True");
            }
        }
        return false;
    }

    /** The pod whose container was started again least often: Kubernetes lets the others wait before they start. */
    public String calmestPod(String cluster) {
        return pods(cluster).stream()
                .map(pod -> pod.getAsJsonObject("metadata").get("name").getAsString())
                .min(Comparator.comparing(this::restarts))
                .orElseThrow();
    }

    /** How often the container of a pod was started again. */
    public int restarts(String pod) {
        return client.find(PODS, key(pod))
                .flatMap(found -> at(found, "status", "containerStatuses"))
                .map(all -> all.getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .get("restartCount")
                        .getAsInt())
                .orElse(0);
    }

    /** How many objects a cluster has left: pods, Services and volume claims. */
    public int remains(String cluster) {
        var selector = "etcd_cluster=" + cluster;
        return count(ListQuery.all(PODS).in(namespace).labelled(selector))
                + count(ListQuery.all(BuiltInKinds.of(V1Service.class))
                        .in(namespace)
                        .labelled(selector))
                + claims(cluster);
    }

    /** The folder of this machine that is a member's volume; empty where it has none. */
    public Optional<Path> volume(String member) {
        return client.find(CLAIMS, key(member))
                .flatMap(claim -> at(claim, "spec", "volumeName"))
                .flatMap(name -> client.find(VOLUMES, new ResourceKey("", name.getAsString())))
                .flatMap(volume -> at(volume, "spec", "hostPath"))
                .map(place -> Path.of(text(place.getAsJsonObject(), "path")));
    }

    /** How many volume claims a cluster has. */
    public int claims(String cluster) {
        return count(ListQuery.all(CLAIMS).in(namespace).labelled("etcd_cluster=" + cluster));
    }

    /** Tells whether a member's process is on this machine, and may be seen. */
    public static boolean sees(String member) {
        return find(member).isPresent();
    }

    /** A member's process on this machine, if there is one now. */
    static Optional<ProcessHandle> find(String member) {
        return etcds(name -> name.equals(member)).findFirst();
    }

    /** A member's process on this machine. */
    public static ProcessHandle process(String member) {
        return find(member).orElseThrow(() -> new IllegalStateException("no process of member " + member));
    }

    /** How many processes of a cluster's members there are on this machine. */
    public static long processes(String cluster) {
        return etcds(name -> name.startsWith(cluster + "-")).count();
    }

    private static Stream<ProcessHandle> etcds(Predicate<String> name) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(command -> command.endsWith("/etcd"))
                        .orElse(false))
                .filter(process -> process.info()
                        .arguments()
                        .map(all -> Stream.of(all)
                                .anyMatch(argument ->
                                        argument.startsWith(NAME) && name.test(argument.substring(NAME.length()))))
                        .orElse(false));
    }

    private int count(ListQuery query) {
        var found = new ArrayList<JsonObject>();
        client.list(query, found::add);
        return found.size();
    }

    private ResourceKey key(String name) {
        return new ResourceKey(namespace, name);
    }

    private static JsonObject object(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    private static Optional<JsonElement> at(JsonObject object, String first, String second) {
        return Optional.ofNullable(object.getAsJsonObject(first)).map(inner -> inner.get(second));
    }
}
