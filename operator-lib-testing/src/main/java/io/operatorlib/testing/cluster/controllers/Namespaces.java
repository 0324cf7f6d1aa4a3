package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NamespaceSpec;
import io.kubernetes.client.openapi.models.V1NamespaceStatus;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Gives every namespace its service account {@code default}, and the certificate authority that its pods trust; and
 * empties those that are being deleted, of every kind that the API serves.
 */
final class Namespaces {
    private static final String ACCOUNT = "default";
    private static final String ROOT_CA = "kube-root-ca.crt";

    /** How often one looks whether a namespace is empty: what is in it goes in its own time. */
    private static final Duration LOOK = Duration.ofMillis(300);

    private final NamespaceEmptier emptier;
    private final String caPem;

    Namespaces(NamespaceEmptier emptier, String caPem) {
        this.emptier = emptier;
        this.caPem = caPem;
    }

    /** Deletes what is in a namespace, and lets the namespace go when nothing is left. */
    record Empty(String namespace) implements Act {}

    Controller<V1NamespaceSpec, V1NamespaceStatus> controller() {
        Kind<V1NamespaceSpec, V1NamespaceStatus> kind = Kind.builtIn(V1Namespace.class);
        return Controller.of(kind)
                .watches(V1ServiceAccount.class, account -> named(account, ACCOUNT))
                .watches(V1ConfigMap.class, map -> named(map, ROOT_CA))
                .performs(Empty.class, (act, seen, permission) -> emptier.empty(act.namespace()))
                .reconcile(this::reconcile);
    }

    private static Set<ResourceKey> named(KubernetesObject object, String name) {
        V1ObjectMeta meta = object.getMetadata();
        return name.equals(meta.getName()) ? Set.of(new ResourceKey("", meta.getNamespace())) : Set.of();
    }

    private Plan<V1NamespaceStatus> reconcile(Observed<V1NamespaceSpec, V1NamespaceStatus> seen) {
        Plan<V1NamespaceStatus> plan = Plan.withoutStatus();
        if (seen.deleting()) {
            return plan.act(new Empty(seen.meta().name())).requeueAfter(LOOK);
        }
        String namespace = seen.meta().name();
        if (seen.watched(V1ServiceAccount.class).isEmpty()) {
            plan = plan.create(new V1ServiceAccount()
                    .metadata(new V1ObjectMeta().namespace(namespace).name(ACCOUNT)));
        }
        var data = Map.of("ca.crt", caPem);
        var maps = seen.watched(V1ConfigMap.class);
        if (maps.isEmpty()) {
            plan = plan.create(new V1ConfigMap()
                    .metadata(new V1ObjectMeta().namespace(namespace).name(ROOT_CA))
                    .data(data));
        } else if (!data.equals(maps.get(0).getData())) {
            plan = plan.patch(maps.get(0), Map.of("data", data));
        }
        return plan;
    }
}
