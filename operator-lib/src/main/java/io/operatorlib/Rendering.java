package io.operatorlib;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimSpec;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1RoleRef;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.kubernetes.client.openapi.models.V1VolumeResourceRequirements;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Renders objects that operators of stateful programs make alike, from what tells one from the other. */
public final class Rendering {
    private Rendering() {}

    /**
     * A Service by which clients find those pods that are ready.
     *
     * @param ports by their names; they listen at the same numbers
     */
    public static V1Service service(V1ObjectMeta meta, Map<String, String> selector, Map<String, Integer> ports) {
        var spec = new V1ServiceSpec().selector(selector);
        new TreeMap<>(ports)
                .forEach((name, number) -> spec.addPortsItem(new V1ServicePort()
                        .name(name)
                        .port(number)
                        .protocol("TCP")
                        .targetPort(new IntOrString(number))));
        return new V1Service().metadata(meta).spec(spec);
    }

    /**
     * A Service that gives pods their names, ready or not: the members of a cluster must find each other before any of
     * them is ready.
     *
     * @param ports by their names; they listen at the same numbers
     */
    public static V1Service names(V1ObjectMeta meta, Map<String, String> selector, Map<String, Integer> ports) {
        var service = service(meta, selector, ports);
        Objects.requireNonNull(service.getSpec()).clusterIP("None").publishNotReadyAddresses(true);
        return service;
    }

    /**
     * A claim on a volume for one pod.
     *
     * @param size for example {@code 8Gi}
     * @param storageClass null for the cluster's default
     */
    public static V1PersistentVolumeClaim claim(V1ObjectMeta meta, String size, @Nullable String storageClass) {
        return new V1PersistentVolumeClaim()
                .metadata(meta)
                .spec(new V1PersistentVolumeClaimSpec()
                        .addAccessModesItem("ReadWriteOnce")
                        .storageClassName(storageClass)
                        .resources(new V1VolumeResourceRequirements()
                                .requests(Map.of("storage", Quantity.fromString(size)))));
    }

    /**
     * Gives a ServiceAccount the rights of a ClusterRole, in its namespace.
     *
     * @param meta the account has the same name
     */
    public static V1RoleBinding binding(V1ObjectMeta meta, String clusterRole) {
        return new V1RoleBinding()
                .metadata(meta)
                .roleRef(new V1RoleRef()
                        .apiGroup("rbac.authorization.k8s.io")
                        .kind("ClusterRole")
                        .name(clusterRole))
                .addSubjectsItem(new RbacV1Subject()
                        .kind("ServiceAccount")
                        .namespace(meta.getNamespace())
                        .name(meta.getName()));
    }
}
