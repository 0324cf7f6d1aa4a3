package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of the built-in kinds, by {@code resource.group}. A kind that is not here shows its name and age. */
final class BuiltInColumns {

    private static final Map<String, List<Column>> COLUMNS = Map.ofEntries(
            Map.entry("pods", PodColumns.columns()),
            Map.entry("deployments.apps", WorkloadColumns.deployments()),
            Map.entry("replicasets.apps", WorkloadColumns.replicaSets()),
            Map.entry("statefulsets.apps", WorkloadColumns.statefulSets()),
            Map.entry("daemonsets.apps", WorkloadColumns.daemonSets()),
            Map.entry("jobs.batch", WorkloadColumns.jobs()),
            Map.entry("services", NetworkColumns.services()),
            Map.entry("endpoints", NetworkColumns.endpoints()),
            Map.entry("endpointslices.discovery.k8s.io", NetworkColumns.endpointSlices()),
            Map.entry("configmaps", withName(count("Data", "data", "binaryData"), Column.AGE)),
            Map.entry("secrets", withName(text("Type", "type"), count("Data", "data"), Column.AGE)),
            Map.entry("serviceaccounts", withName(count("Secrets", "secrets"), Column.AGE)),
            Map.entry("namespaces", withName(text("Status", "status.phase"), Column.AGE)),
            Map.entry("nodes", nodes()),
            Map.entry(
                    "resourcequotas",
                    withName(
                            Column.text("Request", quota -> quotas(quota, false)),
                            Column.text("Limit", quota -> quotas(quota, true)),
                            Column.AGE)),
            Map.entry("limitranges", withName(createdAt())),
            Map.entry(
                    "networkpolicies.networking.k8s.io",
                    withName(Column.text("Pod-Selector", policy -> policy.selector("spec.podSelector")), Column.AGE)),
            Map.entry("events", events()),
            Map.entry("events.events.k8s.io", events()),
            Map.entry("persistentvolumes", persistentVolumes()),
            Map.entry("persistentvolumeclaims", persistentVolumeClaims()),
            Map.entry("storageclasses.storage.k8s.io", storageClasses()),
            Map.entry("poddisruptionbudgets.policy", disruptionBudgets()),
            Map.entry("leases.coordination.k8s.io", withName(text("Holder", "spec.holderIdentity"), Column.AGE)),
            Map.entry("roles.rbac.authorization.k8s.io", withName(createdAt())),
            Map.entry("clusterroles.rbac.authorization.k8s.io", withName(createdAt())),
            Map.entry("rolebindings.rbac.authorization.k8s.io", bindings()),
            Map.entry("clusterrolebindings.rbac.authorization.k8s.io", bindings()),
            Map.entry("customresourcedefinitions.apiextensions.k8s.io", withName(createdAt())),
            Map.entry(
                    "priorityclasses.scheduling.k8s.io",
                    withName(
                            Column.integer("Value", each -> each.number("value")),
                            Column.truth("Global-Default", each -> each.truth("globalDefault")),
                            Column.AGE)));

    private static final List<Column> PLAIN = List.of(Column.NAME, Column.AGE);

    private BuiltInColumns() {}

    /**
     * The columns of a kind.
     *
     * @param resource the plural, with its group where it has one
     */
    static List<Column> of(String resource) {
        return COLUMNS.getOrDefault(resource, PLAIN);
    }

    private static List<Column> withName(Column... further) {
        return Stream.concat(Stream.of(Column.NAME), Stream.of(further)).toList();
    }

    private static Column text(String name, String path) {
        return Column.text(name, each -> each.text(path));
    }

    private static Column count(String name, String... paths) {
        return Column.text(
                name,
                each -> Integer.toString(Stream.of(paths).mapToInt(each::size).sum()));
    }

    private static Column createdAt() {
        return new Column(
                "Created At",
                "date",
                "",
                "Created At",
                0,
                each -> each.at("metadata.creationTimestamp").json());
    }

    /** What is used of each resource, and how much may be: limits apart from requests and counts. */
    private static String quotas(View quota, boolean limits) {
        if (!(quota.at("status.hard").json() instanceof JsonObject hard)) {
            return "";
        }
        JsonObject used = quota.at("status.used").json() instanceof JsonObject known ? known : new JsonObject();
        return hard.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("limits.") == limits)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ": "
                        + (used.has(entry.getKey()) ? used.get(entry.getKey()).getAsString() : "0") + "/"
                        + entry.getValue().getAsString())
                .collect(Collectors.joining(", "));
    }

    private static List<Column> nodes() {
        return withName(
                Column.text("Status", BuiltInColumns::nodeStatus),
                Column.text("Roles", BuiltInColumns::nodeRoles),
                Column.AGE,
                text("Version", "status.nodeInfo.kubeletVersion"),
                Column.text("Internal-IP", node -> address(node, "InternalIP")).wide(),
                Column.text("External-IP", node -> address(node, "ExternalIP")).wide(),
                Column.text("OS-Image", node -> node.text("status.nodeInfo.osImage", "<unknown>"))
                        .wide(),
                Column.text("Kernel-Version", node -> node.text("status.nodeInfo.kernelVersion", "<unknown>"))
                        .wide(),
                Column.text(
                                "Container-Runtime",
                                node -> node.text("status.nodeInfo.containerRuntimeVersion", "<unknown>"))
                        .wide());
    }

    private static String nodeStatus(View node) {
        String ready = node.ofType("status.conditions", "Ready")
                .map(condition -> condition.text("status").equals("True") ? "Ready" : "NotReady")
                .orElse("Unknown");
        return ready + (node.truth("spec.unschedulable") ? ",SchedulingDisabled" : "");
    }

    private static String nodeRoles(View node) {
        String prefix = "node-role.kubernetes.io/";
        var roles = new TreeSet<String>();
        if (node.at("metadata.labels").json() instanceof JsonObject labels) {
            labels.keySet().stream()
                    .filter(key -> key.startsWith(prefix) && key.length() > prefix.length())
                    .map(key -> key.substring(prefix.length()))
                    .forEach(roles::add);
        }
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String address(View node, String type) {
        return node.ofType("status.addresses", type)
                .map(address -> address.text("address"))
                .orElse("<none>");
    }

    private static List<Column> events() {
        return List.of(
                Column.text("Last Seen", BuiltInColumns::lastSeen),
                text("Type", "type"),
                text("Reason", "reason"),
                Column.text("Object", BuiltInColumns::involved),
                text("Subobject", "involvedObject.fieldPath").wide(),
                Column.text("Source", BuiltInColumns::source).wide(),
                Column.text(
                        "Message",
                        event -> event.text("message", event.text("note")).strip()),
                Column.text("First Seen", BuiltInColumns::firstSeen).wide(),
                Column.text(
                                "Count",
                                event -> Long.toString(Math.max(
                                        1,
                                        event.has("series.count")
                                                ? event.number("series.count")
                                                : event.number("count"))))
                        .wide(),
                new Column("Name", "string", "name", "Name", 1, Column.NAME.cell()));
    }

    private static String firstSeen(View event) {
        return event.has("firstTimestamp") ? event.since("firstTimestamp") : event.since("eventTime");
    }

    private static String lastSeen(View event) {
        if (event.has("series")) {
            return event.since("series.lastObservedTime");
        }
        return event.has("lastTimestamp") ? event.since("lastTimestamp") : firstSeen(event);
    }

    private static String involved(View event) {
        View object = event.has("involvedObject") ? event.at("involvedObject") : event.at("regarding");
        String name = object.text("name");
        return object.text("kind").toLowerCase(Locale.ROOT) + (name.isEmpty() ? "" : "/" + name);
    }

    private static String source(View event) {
        String component = event.text("source.component", event.text("reportingComponent"));
        String instance = event.text("source.host", event.text("reportingInstance"));
        return instance.isEmpty() ? component : component + ", " + instance;
    }

    private static List<Column> persistentVolumes() {
        return withName(
                text("Capacity", "spec.capacity.storage"),
                Column.text("Access Modes", volume -> volume.accessModes("spec.accessModes")),
                text("Reclaim Policy", "spec.persistentVolumeReclaimPolicy"),
                Column.text("Status", BuiltInColumns::volumePhase),
                Column.text(
                        "Claim",
                        volume -> volume.has("spec.claimRef")
                                ? volume.text("spec.claimRef.namespace") + "/" + volume.text("spec.claimRef.name")
                                : ""),
                text("StorageClass", "spec.storageClassName"),
                Column.text(
                        "VolumeAttributesClass", volume -> volume.text("spec.volumeAttributesClassName", "<unset>")),
                text("Reason", "status.reason"),
                Column.AGE,
                Column.text("VolumeMode", volume -> volume.text("spec.volumeMode", "<unset>"))
                        .wide());
    }

    private static List<Column> persistentVolumeClaims() {
        Function<View, Boolean> bound = claim -> !claim.text("spec.volumeName").isEmpty();
        return withName(
                Column.text("Status", BuiltInColumns::volumePhase),
                text("Volume", "spec.volumeName"),
                Column.text("Capacity", claim -> bound.apply(claim) ? claim.text("status.capacity.storage", "0") : ""),
                Column.text("Access Modes", claim -> bound.apply(claim) ? claim.accessModes("status.accessModes") : ""),
                text("StorageClass", "spec.storageClassName"),
                Column.text("VolumeAttributesClass", claim -> claim.text("spec.volumeAttributesClassName", "<unset>")),
                Column.AGE,
                Column.text("VolumeMode", claim -> claim.text("spec.volumeMode", "<unset>"))
                        .wide());
    }

    private static String volumePhase(View volume) {
        return volume.has("metadata.deletionTimestamp") ? "Terminating" : volume.text("status.phase");
    }

    private static List<Column> storageClasses() {
        String isDefault = "storageclass.kubernetes.io/is-default-class";
        return List.of(
                new Column("Name", "string", "name", "Name", 0, storage -> {
                    boolean preferred = storage.at("metadata.annotations").json() instanceof JsonObject annotations
                            && annotations.has(isDefault)
                            && annotations.get(isDefault).getAsString().equals("true");
                    return new com.google.gson.JsonPrimitive(
                            storage.text("metadata.name") + (preferred ? " (default)" : ""));
                }),
                text("Provisioner", "provisioner"),
                Column.text("ReclaimPolicy", storage -> storage.text("reclaimPolicy", "Delete")),
                Column.text("VolumeBindingMode", storage -> storage.text("volumeBindingMode", "Immediate")),
                Column.truth("AllowVolumeExpansion", storage -> storage.truth("allowVolumeExpansion")),
                Column.AGE);
    }

    private static List<Column> disruptionBudgets() {
        return withName(
                Column.text("Min Available", budget -> budget.text("spec.minAvailable", "N/A")),
                Column.text("Max Unavailable", budget -> budget.text("spec.maxUnavailable", "N/A")),
                Column.integer("Allowed Disruptions", budget -> budget.number("status.disruptionsAllowed")),
                Column.AGE);
    }

    private static List<Column> bindings() {
        return withName(
                Column.text("Role", binding -> binding.text("roleRef.kind") + "/" + binding.text("roleRef.name")),
                Column.AGE,
                Column.text("Users", binding -> subjects(binding, "User")).wide(),
                Column.text("Groups", binding -> subjects(binding, "Group")).wide(),
                Column.text("ServiceAccounts", binding -> subjects(binding, "ServiceAccount"))
                        .wide());
    }

    private static String subjects(View binding, String kind) {
        return binding.list("subjects").stream()
                .filter(subject -> subject.text("kind").equals(kind))
                .map(subject ->
                        (subject.has("namespace") ? subject.text("namespace") + "/" : "") + subject.text("name"))
                .collect(Collectors.joining(", "));
    }
}
