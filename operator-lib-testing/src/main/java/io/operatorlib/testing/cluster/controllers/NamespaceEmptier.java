package io.operatorlib.testing.cluster.controllers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Empties namespaces. */
final class NamespaceEmptier {
    private static final KindRef NAMESPACES = new KindRef("", "v1", "Namespace", "namespaces", false);

    private final KubeClient client;
    private final Supplier<List<KindRef>> kinds;

    NamespaceEmptier(KubeApi door, Supplier<List<KindRef>> kinds) {
        this.client = new KubeClient(door);
        this.kinds = kinds;
    }

    /** Deletes what is there and nobody has deleted yet; takes the namespace's own finalizer away when nothing is. */
    void empty(String namespace) {
        boolean empty = true;
        for (KindRef kind : kinds.get()) {
            if (kind.namespaced()) {
                empty &= empty(kind, namespace);
            }
        }
        if (empty) {
            finish(namespace);
        }
    }

    private boolean empty(KindRef kind, String namespace) {
        var objects = new ArrayList<JsonObject>();
        try {
            client.list(ListQuery.all(kind).in(namespace), objects::add);
            for (JsonObject object : objects) {
                if (Json.text(object, "metadata", "deletionTimestamp").isEmpty()) {
                    client.delete(kind, Json.key(object), DeleteOptions.DEFAULT.uid(Json.uid(object)));
                }
            }
        } catch (ApiException e) {
            if (!e.notFound() && !e.conflict() && e.code() != 405) {
                throw e;
            }
        }
        return objects.isEmpty();
    }

    private void finish(String name) {
        client.find(NAMESPACES, new ResourceKey("", name)).ifPresent(namespace -> {
            var spec = Json.with(Json.object(namespace, "spec"), "finalizers", new JsonArray());
            var path = NAMESPACES.path(new ResourceKey("", name), "finalize");
            client.send(ApiRequest.of(Method.PUT, path)
                    .withBody(
                            "application/json",
                            Json.with(namespace, "spec", spec).toString()));
        });
    }
}
