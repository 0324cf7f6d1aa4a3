package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What client-java's model classes do not say of Kubernetes' own types: defaults that do not depend on other fields, and
 * how lists and objects merge. By the name of the type and of its field.
 */
final class ModelTables {
    /** Type and field, and the field's default in JSON. */
    private static final Map<String, JsonElement> DEFAULTS = table("""
            DeploymentSpec.template {}
            ReplicaSetSpec.template {}
            StatefulSetSpec.template {}
            DaemonSetSpec.template {}
            JobSpec.template {}
            JobTemplateSpec.metadata {}
            JobTemplateSpec.spec {}
            PodTemplateSpec.metadata {}
            PodTemplateSpec.spec {}
            PodSpec.restartPolicy "Always"
            PodSpec.dnsPolicy "ClusterFirst"
            PodSpec.terminationGracePeriodSeconds 30
            PodSpec.securityContext {}
            PodSpec.schedulerName "default-scheduler"
            Container.terminationMessagePath "/dev/termination-log"
            Container.terminationMessagePolicy "File"
            Container.resources {}
            EphemeralContainer.terminationMessagePath "/dev/termination-log"
            EphemeralContainer.terminationMessagePolicy "File"
            EphemeralContainer.resources {}
            ContainerPort.protocol "TCP"
            Probe.timeoutSeconds 1
            Probe.periodSeconds 10
            Probe.successThreshold 1
            Probe.failureThreshold 3
            HTTPGetAction.path "/"
            HTTPGetAction.scheme "HTTP"
            GRPCAction.service ""
            SecretVolumeSource.defaultMode 420
            ConfigMapVolumeSource.defaultMode 420
            DownwardAPIVolumeSource.defaultMode 420
            ProjectedVolumeSource.defaultMode 420
            ServiceAccountTokenProjection.expirationSeconds 3600
            HostPathVolumeSource.type ""
            ObjectFieldSelector.apiVersion "v1"
            ServiceSpec.sessionAffinity "None"
            ServiceSpec.type "ClusterIP"
            ServicePort.protocol "TCP"
            DeploymentSpec.replicas 1
            DeploymentSpec.revisionHistoryLimit 10
            DeploymentSpec.progressDeadlineSeconds 600
            DeploymentSpec.strategy {}
            DeploymentStrategy.type "RollingUpdate"
            ReplicaSetSpec.replicas 1
            StatefulSetSpec.replicas 1
            StatefulSetSpec.podManagementPolicy "OrderedReady"
            StatefulSetSpec.updateStrategy {}
            StatefulSetSpec.revisionHistoryLimit 10
            StatefulSetSpec.persistentVolumeClaimRetentionPolicy {}
            StatefulSetUpdateStrategy.type "RollingUpdate"
            StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted "Retain"
            StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled "Retain"
            DaemonSetSpec.updateStrategy {}
            DaemonSetSpec.revisionHistoryLimit 10
            DaemonSetUpdateStrategy.type "RollingUpdate"
            JobSpec.backoffLimit 6
            JobSpec.completionMode "NonIndexed"
            JobSpec.suspend false
            JobSpec.podReplacementPolicy "TerminatingOrFailed"
            JobSpec.manualSelector false
            CronJobSpec.concurrencyPolicy "Allow"
            CronJobSpec.suspend false
            CronJobSpec.successfulJobsHistoryLimit 3
            CronJobSpec.failedJobsHistoryLimit 1
            PersistentVolumeClaimSpec.volumeMode "Filesystem"
            PersistentVolumeClaimSpec.resources {}
            PersistentVolumeSpec.volumeMode "Filesystem"
            PersistentVolumeSpec.persistentVolumeReclaimPolicy "Retain"
            StorageClass.reclaimPolicy "Delete"
            StorageClass.volumeBindingMode "Immediate"
            Secret.type "Opaque"
            CoreV1Event.source {}
            CoreV1Event.reportingComponent ""
            CoreV1Event.reportingInstance ""
            EndpointPort.protocol "TCP"
            EndpointPort.name ""
            CoreV1EndpointPort.protocol "TCP"
            NetworkPolicyPort.protocol "TCP"
            PriorityClass.preemptionPolicy "PreemptLowerPriority"
            CustomResourceDefinitionSpec.conversion {"strategy":"None"}
            ValidatingWebhook.failurePolicy "Fail"
            ValidatingWebhook.matchPolicy "Equivalent"
            ValidatingWebhook.namespaceSelector {}
            ValidatingWebhook.objectSelector {}
            ValidatingWebhook.timeoutSeconds 10
            MutatingWebhook.failurePolicy "Fail"
            MutatingWebhook.matchPolicy "Equivalent"
            MutatingWebhook.namespaceSelector {}
            MutatingWebhook.objectSelector {}
            MutatingWebhook.reinvocationPolicy "Never"
            MutatingWebhook.timeoutSeconds 10
            RuleWithOperations.scope "*"
            """);

    /** Type and field, the keys of a list map, and, where it is another, the key for a strategic merge patch. */
    private static final Map<String, String> LIST_MAPS = words("""
            MutatingWebhook.matchConditions name
            MutatingWebhookConfiguration.webhooks name
            ValidatingWebhook.matchConditions name
            ValidatingWebhookConfiguration.webhooks name
            ValidatingAdmissionPolicySpec.matchConditions name
            ValidatingAdmissionPolicySpec.variables name
            ValidatingAdmissionPolicyStatus.conditions type -
            APIServiceStatus.conditions type
            CertificateSigningRequestStatus.conditions type -
            CustomResourceDefinitionStatus.conditions type -
            DaemonSetStatus.conditions type
            DeploymentStatus.conditions type
            HorizontalPodAutoscalerStatus.conditions type
            NamespaceStatus.conditions type
            NodeStatus.conditions type
            PersistentVolumeClaimStatus.conditions type
            PodDisruptionBudgetStatus.conditions type
            PodStatus.conditions type
            ReplicaSetStatus.conditions type
            ReplicationControllerStatus.conditions type
            ServiceStatus.conditions type
            StatefulSetStatus.conditions type
            Container.env name
            Container.ports containerPort,protocol containerPort
            Container.volumeDevices devicePath
            Container.volumeMounts mountPath
            EphemeralContainer.env name
            EphemeralContainer.ports containerPort,protocol containerPort
            EphemeralContainer.volumeDevices devicePath
            EphemeralContainer.volumeMounts mountPath
            ContainerStatus.allocatedResourcesStatus name
            ContainerStatus.volumeMounts mountPath
            NodeStatus.addresses type
            PodSpec.containers name
            PodSpec.ephemeralContainers name
            PodSpec.hostAliases ip
            PodSpec.imagePullSecrets name
            PodSpec.initContainers name
            PodSpec.resourceClaims name
            PodSpec.schedulingGates name
            PodSpec.topologySpreadConstraints topologyKey,whenUnsatisfiable topologyKey
            PodSpec.volumes name
            PodStatus.podIPs ip
            PodStatus.resourceClaimStatuses name
            ResourceRequirements.claims name -
            ResourceStatus.resources resourceID -
            ServiceAccount.secrets name
            ServiceSpec.ports port,protocol port
            CSINodeSpec.drivers name
            JSONSchemaProps.x-kubernetes-validations rule
            ObjectMeta.ownerReferences uid
            """);

    /** Lists of scalars that have owners each. */
    private static final Set<String> SETS = Set.of(
            "ObjectMeta.finalizers",
            "NodeSpec.podCIDRs",
            "Endpoint.addresses",
            "CSIDriverSpec.volumeLifecycleModes",
            "ValidatingAdmissionPolicyBindingSpec.validationActions",
            "UncountedTerminatedPods.failed",
            "UncountedTerminatedPods.succeeded",
            "PodFailurePolicyOnExitCodesRequirement.values");

    /** Lists that a server-side apply takes as a whole, but that a strategic merge patch merges by this key. */
    private static final Map<String, String> PATCHED =
            Map.of("JobStatus.conditions", "type", "PodStatus.hostIPs", "ip");

    /** Types and fields that are owned as a whole. */
    private static final Set<String> ATOMIC_MAPS =
            Arrays.stream("""
            MatchResources NamedRuleWithOperations ParamKind ParamRef Variable
            CrossVersionObjectReference ConfigMapKeySelector EndpointAddress EndpointPort CoreV1EndpointPort
            FileKeySelector LocalObjectReference NodeSelector NodeSelectorTerm ObjectFieldSelector ObjectReference
            ResourceFieldSelector ScopeSelector SecretKeySelector SecretReference TopologySelectorTerm
            TypedLocalObjectReference ServiceBackendPort RoleRef RbacV1Subject LabelSelector OwnerReference
            PodSpec.nodeSelector ReplicationControllerSpec.selector ServiceSpec.selector Scheduling.nodeSelector
            """.split("\\s+")).collect(Collectors.toUnmodifiableSet());

    private static final Set<String> RETAIN_KEYS =
            Set.of("DeploymentSpec.strategy", "PodSpec.volumes", "PodSpec.resourceClaims");

    private ModelTables() {}

    private static Map<String, JsonElement> table(String lines) {
        return words(lines).entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> JsonParser.parseString(entry.getValue())));
    }

    private static Map<String, String> words(String lines) {
        return lines.lines()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toUnmodifiableMap(words -> words[0], words -> words[1]));
    }

    /** The field's schema with what the tables say of it. */
    static Schema completed(String type, String field, Schema schema) {
        String name = type + "." + field;
        Schema complete = schema.with(extensions(name, schema.extensions()));
        JsonElement value = DEFAULTS.get(name);
        return value == null ? complete : complete.withDefault(value);
    }

    private static Schema.Extensions extensions(String name, Schema.Extensions plain) {
        String mapType = ATOMIC_MAPS.contains(name)
                ? "atomic"
                : name.equals("PersistentVolumeSpec.claimRef") ? "granular" : plain.mapType();
        Set<FieldSchema.PatchStrategy> strategies = name.equals("PodDisruptionBudgetSpec.selector")
                ? Set.of(FieldSchema.PatchStrategy.REPLACE)
                : RETAIN_KEYS.contains(name) ? Set.of(FieldSchema.PatchStrategy.RETAIN_KEYS) : Set.of();
        String[] words = LIST_MAPS.getOrDefault(name, "").split(" ");
        if (!words[0].isEmpty()) {
            String mergeKey = words.length == 1 ? words[0] : words[1].equals("-") ? "" : words[1];
            var merge = mergeKey.isEmpty()
                    ? strategies
                    : strategies.isEmpty()
                            ? Set.of(FieldSchema.PatchStrategy.MERGE)
                            : Set.of(FieldSchema.PatchStrategy.MERGE, FieldSchema.PatchStrategy.RETAIN_KEYS);
            return plain.list("map", Arrays.asList(words[0].split(",")), mergeKey, merge);
        }
        if (SETS.contains(name)) {
            boolean merges = name.equals("ObjectMeta.finalizers") || name.equals("NodeSpec.podCIDRs");
            var merge = merges ? Set.of(FieldSchema.PatchStrategy.MERGE) : strategies;
            return plain.list("set", java.util.List.of(), "", merge);
        }
        String patchKey = PATCHED.get(name);
        if (patchKey != null) {
            var merge = Set.of(FieldSchema.PatchStrategy.MERGE);
            return plain.list("atomic", java.util.List.of(), patchKey, merge);
        }
        return mapType.isEmpty() && strategies.isEmpty() ? plain : plain.map(mapType, strategies);
    }

    /** Whether values of the type are owned as a whole. */
    static boolean isAtomic(String type) {
        return ATOMIC_MAPS.contains(type);
    }
}
