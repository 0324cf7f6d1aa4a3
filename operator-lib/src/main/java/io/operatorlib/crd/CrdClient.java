package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.Optional;

/** The requests about definitions. */
final class CrdClient {
    static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    private static final KindRef REVIEWS =
            new KindRef("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);

    private final KubeClient client;
    private final String fieldManager;

    CrdClient(KubeApi api, String fieldManager) {
        this.client = new KubeClient(api);
        this.fieldManager = fieldManager;
    }

    KubeClient objects() {
        return client;
    }

    Optional<LiveCrd> find(Crd crd) {
        return client.find(CRDS, new ResourceKey("", crd.name())).map(LiveCrd::new);
    }

    /** Creates the definition; conflicts where it is there. */
    LiveCrd create(Crd crd) {
        // Kubernetes takes 0 for "not there yet": an apply without it would overwrite who was faster
        return apply(crd, "0");
    }

    /** Replaces the definition; conflicts where it is no longer the one that was read. */
    LiveCrd replace(Crd crd, LiveCrd read) {
        return apply(crd, read.resourceVersion());
    }

    private LiveCrd apply(Crd crd, String resourceVersion) {
        JsonObject tree = crd.tree();
        Json.object(tree, "metadata").addProperty("resourceVersion", resourceVersion);
        return new LiveCrd(client.apply(CRDS, new ResourceKey("", crd.name()), tree, fieldManager, true));
    }

    /** Tells whether this client may write the definition, as far as it is told. */
    boolean mayWrite(Crd crd) {
        var attributes = new JsonObject();
        attributes.addProperty("group", CRDS.group());
        attributes.addProperty("resource", CRDS.plural());
        attributes.addProperty("verb", "patch");
        attributes.addProperty("name", crd.name());
        var spec = new JsonObject();
        spec.add("resourceAttributes", attributes);
        JsonObject review = Json.with(new JsonObject(), "spec", spec);
        try {
            return Json.flag(client.create(REVIEWS, "", review, fieldManager), "status", "allowed");
        } catch (ApiException e) {
            return true; // who is not told finds out
        }
    }

    /** Tells whether a refusal means that somebody else was faster. */
    static boolean outrun(ApiException e) {
        return e.conflict()
                || (e.code() == 422
                        && e.causes().stream().anyMatch(cause -> cause.field().equals("metadata.resourceVersion")));
    }

    /**
     * Waits for the next change of a definition.
     *
     * @return the changed one; empty where none came in that time, or where one may not watch
     */
    Optional<LiveCrd> next(LiveCrd known, Duration atMost) throws InterruptedException {
        String name = Json.text(known.json(), "metadata", "name");
        var query = ListQuery.all(CRDS).where("metadata.name=" + name);
        try (ApiWatch watch = client.watch(query, known.resourceVersion(), atMost)) {
            return watch.next(atMost) instanceof ApiWatch.Line line ? changed(line.json()) : Optional.empty();
        } catch (ApiException e) {
            return Optional.empty(); // who cannot watch looks
        }
    }

    private static Optional<LiveCrd> changed(String line) {
        try {
            JsonObject event = Json.parse(line);
            return Json.text(event, "type").equals("MODIFIED")
                    ? Optional.of(new LiveCrd(Json.object(event, "object")))
                    : Optional.empty();
        } catch (CodecException e) {
            return Optional.empty();
        }
    }

    /** Tells whether the kind is served at its version, for who may not read definitions. */
    boolean served(Kind<?, ?> kind) {
        // discovery may be read by everybody who is logged in, and the kind itself by this operator
        return discovered(kind) || listed(kind);
    }

    private boolean discovered(Kind<?, ?> kind) {
        try {
            var resources =
                    client.send(ApiRequest.of(ApiRequest.Method.GET, "/apis/" + kind.group() + "/" + kind.version()));
            return Json.objects(resources, "resources").stream()
                    .anyMatch(resource -> Json.text(resource, "name").equals(kind.plural()));
        } catch (ApiException e) {
            return notServed(e);
        }
    }

    private boolean listed(Kind<?, ?> kind) {
        try {
            return !client.version(ListQuery.all(KindRef.of(kind))).isEmpty();
        } catch (ApiException e) {
            return notServed(e);
        }
    }

    private static boolean notServed(ApiException e) {
        if (e.code() == 404 || e.code() == 403) {
            return false;
        }
        throw e;
    }
}
