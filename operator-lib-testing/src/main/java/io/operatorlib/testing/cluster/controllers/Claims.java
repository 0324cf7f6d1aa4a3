package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.V1HostPathVolumeSource;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimSpec;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimStatus;
import io.kubernetes.client.openapi.models.V1PersistentVolumeSpec;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1StorageClass;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Resource;
import io.operatorlib.ResourceKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Binds PersistentVolumeClaims: each to the volume that it names or that is reserved for it, else to a new volume of
 * its storage class, which is a folder of this machine. A claim that a pod uses stays until that pod is gone.
 */
final class Claims {
    private static final String PROTECTION = "kubernetes.io/pvc-protection";
    /** Says, on a volume, who has made it. */
    static final String PROVISIONED = "pv.kubernetes.io/provisioned-by";

    private final String provisioner;
    private final Path folder;

    Claims(String provisioner, Path folder) {
        this.provisioner = provisioner;
        this.folder = folder;
    }

    Controller<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> controller() {
        Kind<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> kind =
                Kind.builtIn(V1PersistentVolumeClaim.class);
        return Controller.of(kind)
                .watches(V1PersistentVolume.class, Claims::concerns)
                .watches(V1StorageClass.class, (claim, storageClass) -> true)
                .watches(
                        V1Pod.class,
                        (claim, pod) -> claim.meta().namespace().equals(Pods.namespace(pod))
                                && claimed(pod).contains(claim.meta().name()))
                .finalizer(PROTECTION)
                .reconcile(this::reconcile);
    }

    private static boolean concerns(
            Resource<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> claim, V1PersistentVolume volume) {
        return volume.getMetadata().getName().equals(claim.spec().getVolumeName())
                || claimOf(volume).equals(Optional.of(claim.key()));
    }

    /** The claim that a volume is reserved for. */
    static Optional<ResourceKey> claimOf(V1PersistentVolume volume) {
        V1ObjectReference claim =
                volume.getSpec() == null ? null : volume.getSpec().getClaimRef();
        return claim == null || claim.getName() == null
                ? Optional.empty()
                : Optional.of(new ResourceKey(claim.getNamespace(), claim.getName()));
    }

    private static List<String> claimed(V1Pod pod) {
        var volumes = pod.getSpec() == null ? null : pod.getSpec().getVolumes();
        return volumes == null
                ? List.of()
                : volumes.stream()
                        .filter(volume -> volume.getPersistentVolumeClaim() != null)
                        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                        .toList();
    }

    Plan<V1PersistentVolumeClaimStatus> reconcile(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen) {
        boolean used = seen.watched(V1Pod.class).stream()
                .anyMatch(pod ->
                        !Pods.phase(pod).equals("Failed") && !Pods.phase(pod).equals("Succeeded"));
        if (seen.deleting()) {
            Plan<V1PersistentVolumeClaimStatus> plan = Plan.withoutStatus();
            return used ? plan.finalizer(PROTECTION) : plan;
        }
        Optional<V1PersistentVolume> volume = seen.watched(V1PersistentVolume.class).stream()
                .filter(v -> uidOf(v).map(seen.meta().uid()::equals).orElse(true))
                .findFirst();
        return (volume.isPresent() ? bind(seen, volume.get()) : provision(seen)).finalizer(PROTECTION);
    }

    private static Optional<String> uidOf(V1PersistentVolume volume) {
        V1ObjectReference claim = volume.getSpec().getClaimRef();
        return Optional.ofNullable(claim == null ? null : claim.getUid());
    }

    private static Plan<V1PersistentVolumeClaimStatus> bind(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen, V1PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        var plan = Plan.of(new V1PersistentVolumeClaimStatus()
                .phase("Bound")
                .accessModes(volume.getSpec().getAccessModes())
                .capacity(volume.getSpec().getCapacity()));
        if (uidOf(volume).isEmpty()) {
            plan = plan.patch(volume, Map.of("spec", Map.of("claimRef", reference(seen))));
        }
        if (name.equals(seen.spec().getVolumeName())) {
            return plan;
        }
        var spec = new TreeMap<>(Map.of("volumeName", name));
        if (seen.spec().getStorageClassName() == null && volume.getSpec().getStorageClassName() != null) {
            spec.put("storageClassName", volume.getSpec().getStorageClassName()); // the default one, as it was then
        }
        return plan.patch(self(seen), Map.of("spec", spec));
    }

    private static V1PersistentVolumeClaim self(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen) {
        return new V1PersistentVolumeClaim()
                .metadata(new V1ObjectMeta()
                        .namespace(seen.meta().namespace())
                        .name(seen.meta().name())
                        .uid(seen.meta().uid()));
    }

    private static V1ObjectReference reference(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen) {
        return new V1ObjectReference()
                .apiVersion("v1")
                .kind("PersistentVolumeClaim")
                .namespace(seen.meta().namespace())
                .name(seen.meta().name())
                .uid(seen.meta().uid());
    }

    private Plan<V1PersistentVolumeClaimStatus> provision(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen) {
        String bound = seen.spec().getVolumeName();
        String phase =
                seen.status().map(V1PersistentVolumeClaimStatus::getPhase).orElse("Pending");
        if (phase.equals("Bound") || phase.equals("Lost")) { // for good: no other volume has its data
            var lost = Plan.of(new V1PersistentVolumeClaimStatus().phase("Lost"));
            return phase.equals("Lost")
                    ? lost
                    : lost.warn("ClaimLost", "the volume " + bound + " of this claim is gone, and its data with it");
        }
        var pending = Plan.of(new V1PersistentVolumeClaimStatus().phase("Pending"));
        Optional<V1StorageClass> storageClass = storageClass(seen);
        if (bound != null && !bound.isEmpty()) {
            return pending.warn("FailedBinding", "there is no volume " + bound);
        }
        if (storageClass.isEmpty() || !provisioner.equals(storageClass.get().getProvisioner())) {
            return pending.warn("ProvisioningFailed", "no storage class of this cluster serves the claim");
        }
        return pending.create(volume(seen, storageClass.get()));
    }

    private static Optional<V1StorageClass> storageClass(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen) {
        String name = seen.spec().getStorageClassName();
        return seen.watched(V1StorageClass.class).stream()
                .filter(candidate -> name == null
                        ? isDefault(candidate)
                        : name.equals(candidate.getMetadata().getName()))
                .findFirst();
    }

    private static boolean isDefault(V1StorageClass storageClass) {
        Map<String, String> annotations = storageClass.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get("storageclass.kubernetes.io/is-default-class"));
    }

    private V1PersistentVolume volume(
            Observed<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus> seen, V1StorageClass storageClass) {
        String name = "pvc-" + seen.meta().uid();
        var requests = seen.spec().getResources() == null
                ? null
                : seen.spec().getResources().getRequests();
        return new V1PersistentVolume()
                .metadata(new V1ObjectMeta().name(name).putAnnotationsItem(PROVISIONED, provisioner))
                .spec(new V1PersistentVolumeSpec()
                        .accessModes(seen.spec().getAccessModes())
                        .capacity(requests)
                        .claimRef(reference(seen))
                        .persistentVolumeReclaimPolicy(Optional.ofNullable(storageClass.getReclaimPolicy())
                                .orElse("Delete"))
                        .storageClassName(storageClass.getMetadata().getName())
                        .hostPath(new V1HostPathVolumeSource()
                                .path(folder.resolve(name).toString())
                                .type("DirectoryOrCreate")));
    }
}
