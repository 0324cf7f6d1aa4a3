package io.operatorlib.internal.webhook;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.crd.ConversionWebhook;
import io.operatorlib.crd.Crd;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that definitions name the webhook and trust its authorities. It touches nothing else of a definition, and
 * leaves one alone that has none of the versions that are to be converted: another release's.
 */
final class Trust {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private final KubeClient client;
    private final List<Crd> crds;
    private final String fieldManager;

    Trust(KubeApi kube, List<Crd> crds, String fieldManager) {
        this.client = new KubeClient(kube);
        this.crds = crds;
        this.fieldManager = fieldManager;
    }

    /** What was found. */
    enum State {
        /** A definition is not there. */
        ABSENT,
        /** All are as they should be. */
        RIGHT,
        /** Some were not, and are now. */
        WRITTEN
    }

    State ensure(ConversionWebhook webhook) {
        State state = State.RIGHT;
        for (Crd crd : crds) {
            var key = new ResourceKey("", crd.name());
            Optional<JsonObject> found = client.find(CRDS, key);
            if (found.isEmpty()) {
                return State.ABSENT;
            }
            JsonObject live = found.get();
            JsonObject wanted = Json.object(Json.parse(crd.convertedBy(webhook).json()), "spec", "conversion");
            if (!hasSpokes(crd, live) || same(Json.object(live, "spec", "conversion"), wanted)) {
                continue;
            }
            client.mergePatch(CRDS, key, patch(live, wanted), fieldManager);
            LOG.info("the definition trusts the webhook crd={}", crd.name());
            state = State.WRITTEN;
        }
        return state;
    }

    private static boolean hasSpokes(Crd crd, JsonObject live) {
        var names = Json.objects(live, "spec", "versions").stream()
                .map(version -> Json.text(version, "name"))
                .toList();
        return crd.versions().stream().map(version -> version.kind().version()).allMatch(names::contains);
    }

    private static boolean same(JsonObject live, JsonObject wanted) {
        return Json.diff(live, wanted).isEmpty();
    }

    private static JsonObject patch(JsonObject live, JsonObject wanted) {
        var metadata = new JsonObject();
        metadata.addProperty("resourceVersion", Json.resourceVersion(live));
        var spec = new JsonObject();
        spec.add("conversion", Json.diff(Json.object(live, "spec", "conversion"), wanted));
        var patch = new JsonObject();
        patch.add("metadata", metadata);
        patch.add("spec", spec);
        return patch;
    }
}
