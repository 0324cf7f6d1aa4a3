package io.operatorlib.postgres;

import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.util.Yaml;
import io.operatorlib.Observed;
import io.operatorlib.Rendering;
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
              subdomain: "%1$s"
              serviceAccountName: "%1$s-instance"
              securityContext: {runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999,
                fsGroupChangePolicy: OnRootMismatch, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: postgres
                env:
                - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
                - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: CLUSTER, value: "%1$s"}
                - {name: LEASE_SECONDS, value: "%2$d"}
                - {name: SUPERUSER_PASSWORD, valueFrom: {secretKeyRef: {name: "%1$s-passwords", key: superuser}}}
                - {name: REPLICATION_PASSWORD, valueFrom: {secretKeyRef: {name: "%1$s-passwords", key: replication}}}
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

    private InstancePod() {}

    static V1PersistentVolumeClaim claim(Observed<?, ?> seen, String name, PostgresSpec.Storage storage) {
        return Rendering.claim(meta(seen, name), storage.size(), storage.storageClassName());
    }

    static V1Pod pod(Observed<PostgresSpec, ?> seen, String name) {
        String template = TEMPLATE.formatted(seen.meta().name(), seen.spec().leaseSeconds());
        var volume = new V1Volume().name("data");
        if (seen.spec().storage() == null) {
            volume.emptyDir(new V1EmptyDirVolumeSource());
        } else {
            volume.persistentVolumeClaim(new V1PersistentVolumeClaimVolumeSource().claimName(name));
        }
        V1Pod pod = Yaml.loadAs(template, V1Pod.class).metadata(meta(seen, name));
        var spec = Objects.requireNonNull(pod.getSpec()).hostname(name).addVolumesItem(volume);
        spec.getContainers().get(0).image(seen.spec().imageName());
        return pod;
    }

    private static V1ObjectMeta meta(Observed<?, ?> seen, String name) {
        return Surroundings.meta(seen, name).putLabelsItem(PostgresCluster.INSTANCE_LABEL, name);
    }
}
