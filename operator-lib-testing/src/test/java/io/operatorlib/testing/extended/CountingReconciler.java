package io.operatorlib.testing.extended;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.cache.Lister;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NamespaceList;
import io.kubernetes.client.util.generic.GenericKubernetesApi;

/** Labels each namespace with the number of its ConfigMaps: a reconciler as client-java-extended has them. */
// region existing-reconciler
final class CountingReconciler implements Reconciler {
    private final Lister<V1Namespace> namespaces;
    private final Lister<V1ConfigMap> maps;
    private final GenericKubernetesApi<V1Namespace, V1NamespaceList> api;

    CountingReconciler(
            SharedIndexInformer<V1Namespace> namespaces,
            SharedIndexInformer<V1ConfigMap> maps,
            GenericKubernetesApi<V1Namespace, V1NamespaceList> api) {
        this.namespaces = new Lister<>(namespaces.getIndexer());
        this.maps = new Lister<>(maps.getIndexer());
        this.api = api;
    }

    @Override
    public Result reconcile(Request request) {
        V1Namespace namespace = namespaces.get(request.getName());
        if (namespace == null) {
            return new Result(false);
        }
        String count = String.valueOf(maps.namespace(request.getName()).list().size());
        var labels = namespace.getMetadata().getLabels();
        if (labels == null || !count.equals(labels.get("maps"))) {
            String patch = "{\"metadata\":{\"labels\":{\"maps\":\"" + count + "\"}}}";
            var reply = api.patch(request.getName(), V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, new V1Patch(patch));
            return new Result(!reply.isSuccess());
        }
        return new Result(false);
    }
}
// endregion
