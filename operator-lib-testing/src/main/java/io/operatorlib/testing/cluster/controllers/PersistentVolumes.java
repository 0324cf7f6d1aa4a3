package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolume;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PersistentVolumeSpec;
import io.kubernetes.client.openapi.models.V1PersistentVolumeStatus;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Says of each PersistentVolume whether its claim is there, and reclaims it when the claim is gone: {@code Delete}
 * deletes the volume with its folder, {@code Retain} keeps both. A volume whose claim is there stays.
 */
final class PersistentVolumes {
    private static final String PROTECTION = "kubernetes.io/pv-protection";

    private final String provisioner;
    private final Consumer<Path> deleter;

    /**
     * Makes one.
     *
     * @param deleter deletes a folder of this machine with all that is in it
     */
    PersistentVolumes(String provisioner, Consumer<Path> deleter) {
        this.provisioner = provisioner;
        this.deleter = deleter;
    }

    /** Deletes the folder of a volume whose claim is gone. */
    record DeleteFolder(String path) implements Act {}

    Controller<V1PersistentVolumeSpec, V1PersistentVolumeStatus> controller() {
        Kind<V1PersistentVolumeSpec, V1PersistentVolumeStatus> kind = Kind.builtIn(V1PersistentVolume.class);
        return Controller.of(kind)
                .watches(
                        V1PersistentVolumeClaim.class,
                        (volume, claim) -> volume.spec().getClaimRef() != null
                                && claim.getMetadata()
                                        .getName()
                                        .equals(volume.spec().getClaimRef().getName())
                                && claim.getMetadata()
                                        .getNamespace()
                                        .equals(volume.spec().getClaimRef().getNamespace()))
                .finalizer(PROTECTION)
                .performs(DeleteFolder.class, (act, seen, permission) -> deleter.accept(Path.of(act.path())))
                .reconcile(this::reconcile);
    }

    Plan<V1PersistentVolumeStatus> reconcile(Observed<V1PersistentVolumeSpec, V1PersistentVolumeStatus> seen) {
        var claim = seen.spec().getClaimRef();
        boolean claimed = claim != null && claim.getUid() != null;
        boolean bound = claimed
                && seen.watched(V1PersistentVolumeClaim.class).stream()
                        .anyMatch(candidate ->
                                claim.getUid().equals(candidate.getMetadata().getUid()));
        boolean reclaimed = claimed && !bound && reclaims(seen);
        if (!seen.deleting()) {
            var plan = phase(bound ? "Bound" : claimed ? "Released" : "Available");
            return (reclaimed ? plan.delete(self(seen)) : plan).finalizer(PROTECTION);
        }
        Plan<V1PersistentVolumeStatus> plan = Plan.withoutStatus();
        if (bound) {
            return plan.finalizer(PROTECTION);
        }
        return reclaimed ? plan.act(new DeleteFolder(seen.spec().getHostPath().getPath())) : plan;
    }

    /** Tells whether the volume goes with its claim, its folder included: one that was made for it, and told to. */
    private boolean reclaims(Observed<V1PersistentVolumeSpec, V1PersistentVolumeStatus> seen) {
        return "Delete".equals(seen.spec().getPersistentVolumeReclaimPolicy())
                && provisioner.equals(seen.meta().annotations().get(Claims.PROVISIONED));
    }

    private static V1PersistentVolume self(Observed<V1PersistentVolumeSpec, V1PersistentVolumeStatus> seen) {
        return new V1PersistentVolume()
                .metadata(new V1ObjectMeta()
                        .name(seen.meta().name())
                        .uid(seen.meta().uid()));
    }

    private static Plan<V1PersistentVolumeStatus> phase(String phase) {
        return Plan.of(new V1PersistentVolumeStatus().phase(phase)).finalizer(PROTECTION);
    }
}
