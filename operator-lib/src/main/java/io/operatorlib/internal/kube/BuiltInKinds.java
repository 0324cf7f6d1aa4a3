package io.operatorlib.internal.kube;

import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.Kind;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kubernetes' own kinds, by client-java's classes for them. Declared here and never guessed: the classes do not say
 * their group, their plural or their scope.
 */
public final class BuiltInKinds {
    // class (the kind with V1 before it, where no other is named), kind, plural, scope
    private static final Map<String, String> BY_GROUP = Map.ofEntries(
            Map.entry("", """
                    ConfigMap configmaps
                    Endpoints endpoints
                    CoreV1Event=Event events
                    LimitRange limitranges
                    Namespace namespaces cluster
                    Node nodes cluster
                    PersistentVolume persistentvolumes cluster
                    PersistentVolumeClaim persistentvolumeclaims
                    Pod pods
                    PodTemplate podtemplates
                    ReplicationController replicationcontrollers
                    ResourceQuota resourcequotas
                    Secret secrets
                    Service services
                    ServiceAccount serviceaccounts
                    """),
            Map.entry("admissionregistration.k8s.io", """
                    MutatingWebhookConfiguration mutatingwebhookconfigurations cluster
                    ValidatingAdmissionPolicy validatingadmissionpolicies cluster
                    ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster
                    ValidatingWebhookConfiguration validatingwebhookconfigurations cluster
                    """),
            Map.entry("apiextensions.k8s.io", "CustomResourceDefinition customresourcedefinitions cluster"),
            Map.entry("apiregistration.k8s.io", "APIService apiservices cluster"),
            Map.entry("apps", """
                    ControllerRevision controllerrevisions
                    DaemonSet daemonsets
                    Deployment deployments
                    ReplicaSet replicasets
                    StatefulSet statefulsets
                    """),
            Map.entry("batch", """
                    CronJob cronjobs
                    Job jobs
                    """),
            Map.entry("certificates.k8s.io", "CertificateSigningRequest certificatesigningrequests cluster"),
            Map.entry("coordination.k8s.io", "Lease leases"),
            Map.entry("discovery.k8s.io", "EndpointSlice endpointslices"),
            Map.entry("events.k8s.io", "EventsV1Event=Event events"),
            Map.entry("networking.k8s.io", """
                    Ingress ingresses
                    IngressClass ingressclasses cluster
                    NetworkPolicy networkpolicies
                    """),
            Map.entry("node.k8s.io", "RuntimeClass runtimeclasses cluster"),
            Map.entry("policy", "PodDisruptionBudget poddisruptionbudgets"),
            Map.entry("rbac.authorization.k8s.io", """
                    ClusterRole clusterroles cluster
                    ClusterRoleBinding clusterrolebindings cluster
                    Role roles
                    RoleBinding rolebindings
                    """),
            Map.entry("scheduling.k8s.io", "PriorityClass priorityclasses cluster"),
            Map.entry("storage.k8s.io", """
                    CSIDriver csidrivers cluster
                    CSINode csinodes cluster
                    CSIStorageCapacity csistoragecapacities
                    StorageClass storageclasses cluster
                    VolumeAttachment volumeattachments cluster
                    """),
            Map.entry("autoscaling", "V2HorizontalPodAutoscaler=HorizontalPodAutoscaler horizontalpodautoscalers"));

    private static final Map<String, KindRef> BY_CLASS = byClass();

    private BuiltInKinds() {}

    private static Map<String, KindRef> byClass() {
        var kinds = new HashMap<String, KindRef>();
        BY_GROUP.forEach((group, lines) -> lines.lines().forEach(line -> {
            String[] words = line.trim().split(" ");
            String[] names = words[0].split("=");
            String type = names.length == 2 ? names[0] : "V1" + names[0];
            String version = type.startsWith("V2") ? "v2" : "v1";
            kinds.put(type, new KindRef(group, version, names[names.length - 1], words[1], words.length < 3));
        }));
        return Map.copyOf(kinds);
    }

    /**
     * Where the API serves the objects of a model class.
     *
     * @throws IllegalArgumentException if the class stands for none of Kubernetes' own kinds
     */
    public static KindRef of(Class<?> type) {
        return find(type)
                .orElseThrow(() -> new IllegalArgumentException(type.getName() + " is not one of Kubernetes' own kinds"
                        + " that are known here; declare it with Kind.of(...)"));
    }

    /** Where the API serves the objects of a model class; empty where it is none that is known here. */
    public static Optional<KindRef> find(Class<?> type) {
        return type.getName().startsWith("io.kubernetes.client.openapi.models.")
                ? Optional.ofNullable(BY_CLASS.get(type.getSimpleName()))
                : Optional.empty();
    }

    /** All of them, in the order of their groups and plurals. */
    public static List<KindRef> all() {
        var all = new ArrayList<>(BY_CLASS.values());
        all.sort((a, b) -> a.toString().compareTo(b.toString()));
        return List.copyOf(all);
    }

    /** The kind of a model class: a kind without a spec has its whole object in the spec's place. */
    public static <S, T> Kind<S, T> kind(Class<? extends KubernetesObject> type) {
        KindRef ref = of(type);
        Type spec = getter(type, "getSpec").orElse(type);
        Type status = getter(type, "getStatus").orElse(Void.class);
        return new Kind<>(ref.group(), ref.version(), ref.kind(), ref.plural(), ref.namespaced(), spec, status);
    }

    private static Optional<Type> getter(Class<?> type, String name) {
        try {
            return Optional.of(type.getMethod(name).getGenericReturnType());
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }
}
