package io.operatorlib.internal.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Kubernetes' verbs, through the door, on JSON objects.
 *
 * <p>Each method sends one request ({@link #list} one for each page) and retries nothing. A refusal is an
 * {@link ApiException}; where no reply came it is the door's {@link KubeApi.NoReplyException}, and the effect is
 * unknown. Safe for use by many threads.
 */
public final class KubeClient {
    /** Large enough for few round trips, small enough that the server builds a page in well under a second. */
    public static final int PAGE = 500;

    private static final String JSON = "application/json";
    private static final String APPLY = "application/apply-patch+yaml"; // of which JSON is a part
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";

    private final KubeApi api;

    public KubeClient(KubeApi api) {
        this.api = api;
    }

    /** The object; empty where there is no such object, an exception where the kind is not served. */
    public Optional<JsonObject> find(KindRef kind, ResourceKey key) {
        var request = ApiRequest.of(Method.GET, kind.path(key));
        try (ApiResponse response = api.send(request)) {
            if (response.ok()) {
                return Optional.of(Json.parse(response.text()));
            }
            var refusal = ApiException.of(request, response);
            if (refusal.notFound()) {
                return Optional.empty();
            }
            throw refusal;
        }
    }

    /** The object, or an exception where there is none. */
    public JsonObject get(KindRef kind, ResourceKey key) {
        return send(ApiRequest.of(Method.GET, kind.path(key)));
    }

    /**
     * Lists, page by page, and hands over each object as soon as it is read: no page is ever in memory as a whole.
     * The items carry {@code apiVersion} and {@code kind}: their own, or those of the list.
     *
     * @return the resource version of the whole list, from which a watch can go on
     * @throws ApiException 410 where the list took so long that the server forgot its beginning; what was handed over
     *     is to be thrown away
     */
    public String list(ListQuery query, Consumer<JsonObject> each) {
        return new ListRequest(api, query).run(each);
    }

    /** The resource version at which the server is: that of a list of at most one object. */
    public String version(ListQuery query) {
        var request = ListRequest.selecting(
                        ApiRequest.of(Method.GET, query.kind().collection(query.namespace())), query)
                .with("limit", "1");
        return Json.text(send(request), "metadata", "resourceVersion");
    }

    /**
     * Opens a watch for what happened after a resource version, with bookmarks.
     *
     * @param lasting after how long the server is to end it
     * @throws ApiException if the server refuses, be it for a version that it no longer remembers (410)
     */
    public ApiWatch watch(ListQuery query, String resourceVersion, Duration lasting) {
        return open(watching(query, lasting).with("resourceVersion", resourceVersion));
    }

    /**
     * Opens a watch that begins with all there is, no older than now, and a bookmark that ends it.
     *
     * @param lasting after how long the server is to end it
     * @throws ApiException if the server refuses: 422 or 400 where it does not serve such watches
     */
    public ApiWatch watchAll(ListQuery query, Duration lasting) {
        return open(watching(query, lasting)
                .with("sendInitialEvents", "true")
                .with("resourceVersionMatch", "NotOlderThan"));
    }

    private static ApiRequest watching(ListQuery query, Duration lasting) {
        return ListRequest.selecting(ApiRequest.of(Method.GET, query.kind().collection(query.namespace())), query)
                .with("watch", "true")
                .with("allowWatchBookmarks", "true")
                .with("timeoutSeconds", String.valueOf(lasting.toSeconds()));
    }

    private ApiWatch open(ApiRequest request) {
        ApiWatch watch = api.watch(request);
        if (watch.status() != 200) {
            try (watch) {
                throw ApiException.of(request, watch.status(), Map.of(), watch.refusal());
            }
        }
        return watch;
    }

    /** Creates an object that must not exist yet. */
    public JsonObject create(KindRef kind, String namespace, JsonObject object, String fieldManager) {
        return send(ApiRequest.of(Method.POST, kind.collection(namespace))
                .with("fieldManager", fieldManager)
                .withBody(JSON, typed(kind, object).toString()));
    }

    /** Replaces an object; its {@code metadata.resourceVersion} must be the one that was read. */
    public JsonObject replace(KindRef kind, ResourceKey key, JsonObject object, String fieldManager) {
        return send(ApiRequest.of(Method.PUT, kind.path(key))
                .with("fieldManager", fieldManager)
                .withBody(JSON, typed(kind, object).toString()));
    }

    /** Server-side apply. */
    public JsonObject apply(KindRef kind, ResourceKey key, JsonObject object, String fieldManager, boolean force) {
        return apply(kind, key, "", object, fieldManager, force);
    }

    /** Server-side apply to a subresource, for example {@code status}; empty for the object itself. */
    public JsonObject apply(
            KindRef kind, ResourceKey key, String subresource, JsonObject object, String fieldManager, boolean force) {
        return send(ApiRequest.of(Method.PATCH, kind.path(key, subresource))
                .with("fieldManager", fieldManager)
                .with("force", String.valueOf(force))
                .withBody(APPLY, typed(kind, object).toString()));
    }

    /**
     * Merge-patches an object. A {@code metadata.uid} or {@code metadata.resourceVersion} in the patch is a
     * precondition: where it does not hold, 409.
     */
    public JsonObject mergePatch(KindRef kind, ResourceKey key, JsonObject patch, String fieldManager) {
        return mergePatch(kind, key, "", patch, fieldManager);
    }

    /** Merge-patches a subresource, for example {@code status}; empty for the object itself. */
    public JsonObject mergePatch(
            KindRef kind, ResourceKey key, String subresource, JsonObject patch, String fieldManager) {
        return send(ApiRequest.of(Method.PATCH, kind.path(key, subresource))
                .with("fieldManager", fieldManager)
                .withBody(MERGE_PATCH, patch.toString()));
    }

    /** Applies a JSON patch (RFC 6902); a {@code test} that fails is a 422. */
    public JsonObject jsonPatch(
            KindRef kind, ResourceKey key, String subresource, JsonArray operations, String fieldManager) {
        return send(ApiRequest.of(Method.PATCH, kind.path(key, subresource))
                .with("fieldManager", fieldManager)
                .withBody(JSON_PATCH, operations.toString()));
    }

    /**
     * Deletes an object, or marks it for deletion where it has finalizers or a grace period.
     *
     * @return whether there was such an object
     * @throws ApiException 409 where a precondition does not hold
     */
    public boolean delete(KindRef kind, ResourceKey key, DeleteOptions options) {
        try {
            send(ApiRequest.of(Method.DELETE, kind.path(key))
                    .withBody(JSON, options.json().toString()));
            return true;
        } catch (ApiException e) {
            if (e.notFound()) {
                return false;
            }
            throw e;
        }
    }

    /** Sends a request whose reply is one JSON object. */
    public JsonObject send(ApiRequest request) {
        try (ApiResponse response = api.send(request)) {
            if (!response.ok()) {
                throw ApiException.of(request, response);
            }
            return Json.parse(response.text());
        }
    }

    private static JsonObject typed(KindRef kind, JsonObject object) {
        var typed = new JsonObject();
        object.entrySet().forEach(member -> typed.add(member.getKey(), member.getValue()));
        typed.addProperty("apiVersion", kind.apiVersion());
        typed.addProperty("kind", kind.kind());
        return typed;
    }
}
