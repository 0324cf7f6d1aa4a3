package io.operatorlib.postgres;

import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1EnvVarSource;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimSpec;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1SecretKeySelector;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeResourceRequirements;
import io.kubernetes.client.util.Yaml;
import io.operatorlib.Observed;
import java.util.Map;
import java.util.Objects;

/** Renders an instance's pod and its volume. */
final class InstancePod {
    /**
     * What is the same for all. The user is {@code postgres} of PostgreSQL's own images; the time to end is for sending
     * replicas the rest of the log, and for a checkpoint.
     */
    private static final String TEMPLATE = """
            spec:
              terminationGracePeriodSeconds: 30
              enableServiceLinks: false
              securityContext: {runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999,
                fsGroupChangePolicy: OnRootMismatch, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: postgres
                env:
                - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
                - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                readinessProbe: {httpGet: {path: /ready, port: 8008}, periodSeconds: 1, timeoutSeconds: 2}
                livenessProbe: {httpGet: {path: /live, port: 8008}, initialDelaySeconds: 30, timeoutSeconds: 2}
                volumeMounts:
                - {name: data, mountPath: /var/lib/postgresql}
                - {name: tmp, mountPath: /tmp}
                securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
                  capabilities: {drop: [ALL]}}
              volumes:
              - {name: tmp, emptyDir: {}}
            """;

    private final Observed<PostgresSpec, PostgresStatus> seen;

    InstancePod(Observed<PostgresSpec, PostgresStatus> seen) {
        this.seen = seen;
    }

    V1PersistentVolumeClaim claim(String name, PostgresSpec.Storage storage) {
        return new V1PersistentVolumeClaim()
                .metadata(seen.ownedMeta(name).labels(labels(name)))
                .spec(new V1PersistentVolumeClaimSpec()
                        .addAccessModesItem("ReadWriteOnce")
                        .storageClassName(storage.storageClassName())
                        .resources(new V1VolumeResourceRequirements()
                                .requests(Map.of("storage", Quantity.fromString(storage.size())))));
    }

    V1Pod pod(String name) {
        V1Pod pod = Yaml.loadAs(TEMPLATE, V1Pod.class);
        var volume = new V1Volume().name("data");
        Objects.requireNonNull(pod.getSpec())
                .hostname(name)
                .subdomain(seen.meta().name())
                .serviceAccountName(seen.meta().name() + "-instance")
                .addVolumesItem(
                        seen.spec().storage() == null
                                ? volume.emptyDir(new V1EmptyDirVolumeSource())
                                : volume.persistentVolumeClaim(
                                        new V1PersistentVolumeClaimVolumeSource().claimName(name)))
                .getContainers()
                .get(0)
                .image(seen.spec().imageName())
                .addEnvItem(new V1EnvVar().name("CLUSTER").value(seen.meta().name()))
                .addEnvItem(new V1EnvVar()
                        .name("LEASE_SECONDS")
                        .value(String.valueOf(seen.spec().leaseSeconds())))
                .addEnvItem(password("SUPERUSER_PASSWORD", "superuser"))
                .addEnvItem(password("REPLICATION_PASSWORD", "replication"));
        return pod.metadata(seen.ownedMeta(name).labels(labels(name)));
    }

    private Map<String, String> labels(String name) {
        var labels = PostgresCluster.labels(seen.meta());
        labels.put(PostgresCluster.INSTANCE_LABEL, name);
        return labels;
    }

    private V1EnvVar password(String name, String key) {
        return new V1EnvVar()
                .name(name)
                .valueFrom(new V1EnvVarSource()
                        .secretKeyRef(new V1SecretKeySelector()
                                .name(Surroundings.secret(seen))
                                .key(key)));
    }
}
