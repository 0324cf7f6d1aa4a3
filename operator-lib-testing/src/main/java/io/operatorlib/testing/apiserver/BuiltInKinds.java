package io.operatorlib.testing.apiserver;

import io.operatorlib.testing.apiserver.schema.RuleBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds that Kubernetes has built in, as far as this server serves them. */
final class BuiltInKinds {
    private static final String STATUS = "status";
    private static final String SCALE = "scale";

    private final RuleBook rules;
    private final List<ServedKind> kinds = new ArrayList<>();

    private BuiltInKinds(RuleBook rules) {
        this.rules = rules;
    }

    static List<ServedKind> of(RuleBook rules) {
        var builtIn = new BuiltInKinds(rules);
        builtIn.core();
        builtIn.apps();
        builtIn.others();
        builtIn.access();
        return List.copyOf(builtIn.kinds);
    }

    private void core() {
        global("", "v1", "Namespace", "namespaces", List.of("ns"), STATUS, "finalize");
        global("", "v1", "Node", "nodes", List.of("no"), STATUS);
        global("", "v1", "PersistentVolume", "persistentvolumes", List.of("pv"), STATUS);
        local("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", List.of("pvc"), STATUS);
        local(
                "",
                "v1",
                "Pod",
                "pods",
                List.of("po"),
                STATUS,
                "log",
                "exec",
                "attach",
                "portforward",
                "proxy",
                "eviction",
                "binding",
                "ephemeralcontainers",
                "resize");
        local("", "v1", "Service", "services", List.of("svc"), STATUS, "proxy");
        local("", "v1", "Endpoints", "endpoints", List.of("ep"));
        local("", "v1", "ConfigMap", "configmaps", List.of("cm"));
        local("", "v1", "Secret", "secrets", List.of());
        local("", "v1", "ServiceAccount", "serviceaccounts", List.of("sa"), "token");
        local("", "v1", "Event", "events", List.of("ev"));
        local("", "v1", "ResourceQuota", "resourcequotas", List.of("quota"), STATUS);
        local("", "v1", "LimitRange", "limitranges", List.of("limits"));
    }

    private void apps() {
        local("apps", "v1", "Deployment", "deployments", List.of("deploy"), STATUS, SCALE);
        local("apps", "v1", "ReplicaSet", "replicasets", List.of("rs"), STATUS, SCALE);
        local("apps", "v1", "StatefulSet", "statefulsets", List.of("sts"), STATUS, SCALE);
        local("apps", "v1", "DaemonSet", "daemonsets", List.of("ds"), STATUS);
        local("apps", "v1", "ControllerRevision", "controllerrevisions", List.of());
        local("batch", "v1", "Job", "jobs", List.of(), STATUS);
        local("batch", "v1", "CronJob", "cronjobs", List.of("cj"), STATUS);
    }

    private void others() {
        local("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", List.of("pdb"), STATUS);
        local("coordination.k8s.io", "v1", "Lease", "leases", List.of());
        local("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", List.of());
        local("events.k8s.io", "v1", "Event", "events", List.of("ev"));
        local("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", List.of("netpol"));
        local("networking.k8s.io", "v1", "Ingress", "ingresses", List.of("ing"), STATUS);
        global("storage.k8s.io", "v1", "StorageClass", "storageclasses", List.of("sc"));
        global("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", List.of("pc"));
        global(
                "apiextensions.k8s.io",
                "v1",
                "CustomResourceDefinition",
                "customresourcedefinitions",
                List.of("crd", "crds"),
                STATUS);
    }

    private void access() {
        String rbac = "rbac.authorization.k8s.io";
        global(rbac, "v1", "ClusterRole", "clusterroles", List.of());
        global(rbac, "v1", "ClusterRoleBinding", "clusterrolebindings", List.of());
        local(rbac, "v1", "Role", "roles", List.of());
        local(rbac, "v1", "RoleBinding", "rolebindings", List.of());
        global("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", List.of());
        global("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", List.of());
        global("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", List.of());
        local("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", List.of());
        global("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", List.of());
        global("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", List.of());
    }

    private void local(
            String group, String version, String kind, String plural, List<String> shorts, String... subresources) {
        add(group, version, kind, plural, shorts, true, subresources);
    }

    private void global(
            String group, String version, String kind, String plural, List<String> shorts, String... subresources) {
        add(group, version, kind, plural, shorts, false, subresources);
    }

    private void add(
            String group,
            String version,
            String kind,
            String plural,
            List<String> shorts,
            boolean namespaced,
            String... subresources) {
        kinds.add(new ServedKind(
                group,
                version,
                kind,
                kind + "List",
                plural,
                kind.toLowerCase(Locale.ROOT),
                shorts,
                categories(kind),
                namespaced,
                version,
                List.of(subresources),
                Optional.empty(),
                ObjectVersions.alike(),
                rules.builtIn(group, version, kind)));
    }

    private static List<String> categories(String kind) {
        return switch (kind) {
            case "Pod", "Service", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob" ->
                List.of("all");
            case "CustomResourceDefinition" -> List.of("api-extensions");
            default -> List.of();
        };
    }
}
