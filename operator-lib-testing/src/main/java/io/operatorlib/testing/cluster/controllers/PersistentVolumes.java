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
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says of each PersistentVolume whether its claim is there, and reclaims it when the claim is gone: {@code Delete}
 * deletes its folder and then the volume, {@code Retain} keeps both.
 */
final class PersistentVolumes {
    /** What the API server puts on every volume: a bound one is not gone before its claim is. */
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
                .performs(DeleteFolder.class, (act, seen) -> deleter.accept(Path.of(act.path())))
                .reconcile(this::reconcile);
    }

    Plan<V1PersistentVolumeStatus> reconcile(Observed<V1PersistentVolumeSpec, V1PersistentVolumeStatus> seen) {
        var claim = seen.spec().getClaimRef();
        if (claim == null || claim.getUid() == null) {
            return seen.deleting() ? Plan.withoutStatus() : phase("Available");
        }
        boolean bound = seen.watched(V1PersistentVolumeClaim.class).stream()
                .anyMatch(candidate ->
                        claim.getUid().equals(candidate.getMetadata().getUid()));
        if (bound) {
            return phase("Bound");
        }
        boolean delete = "Delete".equals(seen.spec().getPersistentVolumeReclaimPolicy())
                && provisioner.equals(seen.meta().annotations().get("pv.kubernetes.io/provisioned-by"));
        if (!delete) {
            return seen.deleting() ? Plan.withoutStatus() : phase("Released");
        }
        String path = Optional.ofNullable(seen.spec().getHostPath())
                .map(folder -> folder.getPath())
                .orElse("");
        Plan<V1PersistentVolumeStatus> plan = Plan.withoutStatus();
        if (!path.isEmpty()) {
            plan = plan.act(new DeleteFolder(path));
        }
        return seen.deleting() ? plan : plan.finalizer(PROTECTION).delete(self(seen));
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
