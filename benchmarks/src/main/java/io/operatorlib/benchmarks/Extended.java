package io.operatorlib.benchmarks;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.controller.Controller;
import io.kubernetes.client.extended.controller.builder.ControllerBuilder;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.informer.cache.Lister;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1Condition;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1OwnerReference;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operator of pages with client-java-extended, in the style of its documentation. */
public final class Extended implements Reconciler {
    private final Lister<Page> pages;
    private final Lister<V1ConfigMap> maps;
    private final CustomObjectsApi statusApi;
    private final GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> mapApi;

    private Extended(
            Lister<Page> pages,
            Lister<V1ConfigMap> maps,
            CustomObjectsApi statusApi,
            GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> mapApi) {
        this.pages = pages;
        this.maps = maps;
        this.statusApi = statusApi;
        this.mapApi = mapApi;
    }

    @Override
    public Result reconcile(Request request) {
        FirstReconcile.tell();
        Page page = pages.namespace(request.getNamespace()).get(request.getName());
        if (page == null) {
            return new Result(false);
        }
        try {
            write(page, maps.namespace(request.getNamespace()).get(request.getName() + "-page"));
            return new Result(false);
        } catch (ApiException e) {
            return new Result(true);
        }
    }

    private void write(Page page, @Nullable V1ConfigMap there) throws ApiException {
        var wanted = new V1ConfigMap()
                .apiVersion("v1")
                .kind("ConfigMap")
                .metadata(new V1ObjectMeta()
                        .namespace("default")
                        .name(page.getMetadata().getName() + "-page")
                        .addOwnerReferencesItem(new V1OwnerReference()
                                .apiVersion(Work.GROUP + "/v1")
                                .kind("Page")
                                .name(page.getMetadata().getName())
                                .uid(page.getMetadata().getUid())
                                .controller(true)
                                .blockOwnerDeletion(true)))
                .data(Map.of("text", page.spec.text));
        if (there == null) {
            mapApi.create(wanted).throwsApiException();
        } else if (!wanted.getData().equals(there.getData())) {
            wanted.getMetadata().setResourceVersion(there.getMetadata().getResourceVersion());
            mapApi.update(wanted).throwsApiException();
        }
        if (page.status == null || !page.getMetadata().getGeneration().equals(page.status.observedGeneration)) {
            var patch = List.of(Map.of("op", "add", "path", "/status", "value", status(page)));
            PatchUtils.patch(
                    Object.class,
                    () -> statusApi
                            .patchNamespacedCustomObjectStatus(
                                    Work.GROUP,
                                    "v1",
                                    "default",
                                    "pages",
                                    page.getMetadata().getName(),
                                    patch)
                            .buildCall(null),
                    V1Patch.PATCH_FORMAT_JSON_PATCH,
                    statusApi.getApiClient());
        }
    }

    private static Page.Status status(Page page) {
        Long generation = page.getMetadata().getGeneration();
        OffsetDateTime since = page.status == null
                ? OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)
                : page.status.conditions.get(0).getLastTransitionTime();
        var status = new Page.Status();
        status.text = page.spec.text;
        status.observedGeneration = generation;
        status.conditions = List.of(new V1Condition()
                .type(Work.CONDITION)
                .status("True")
                .observedGeneration(generation)
                .lastTransitionTime(since)
                .reason(Work.REASON)
                .message(Work.MESSAGE));
        return status;
    }

    public static void main(String[] args) throws IOException {
        var client = ClientBuilder.standard().build();
        var pageApi = new GenericKubernetesApi<>(Page.class, Page.Pages.class, Work.GROUP, "v1", "pages", client);
        var mapApi =
                new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
        var factory = new SharedInformerFactory(client);
        SharedIndexInformer<Page> pages = factory.sharedIndexInformerFor(pageApi, Page.class, 0);
        SharedIndexInformer<V1ConfigMap> maps = factory.sharedIndexInformerFor(mapApi, V1ConfigMap.class, 0);
        var reconciler = new Extended(
                new Lister<>(pages.getIndexer()),
                new Lister<>(maps.getIndexer()),
                new CustomObjectsApi(client),
                mapApi);
        Controller controller = ControllerBuilder.defaultBuilder(factory)
                .watch(queue -> ControllerBuilder.controllerWatchBuilder(Page.class, queue)
                        .withResyncPeriod(Duration.ZERO)
                        .build())
                .watch(queue -> ControllerBuilder.controllerWatchBuilder(V1ConfigMap.class, queue)
                        .withResyncPeriod(Duration.ZERO)
                        .withWorkQueueKeyFunc(Extended::owner)
                        .withOnAddFilter(map -> owned(map))
                        .withOnUpdateFilter((before, after) -> owned(after))
                        .withOnDeleteFilter((map, unknown) -> owned(map))
                        .build())
                .withReconciler(reconciler)
                .withReadyFunc(() -> pages.hasSynced() && maps.hasSynced())
                .withWorkerCount(Work.WORKERS)
                .withName("theirs")
                .build();
        factory.startAllRegisteredInformers();
        controller.run();
    }

    private static boolean owned(V1ConfigMap map) {
        return map.getMetadata().getName().endsWith("-page");
    }

    private static Request owner(V1ConfigMap map) {
        String name = map.getMetadata().getName();
        return new Request(map.getMetadata().getNamespace(), name.substring(0, name.length() - "-page".length()));
    }
}
