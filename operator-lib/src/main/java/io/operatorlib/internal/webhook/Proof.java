package io.operatorlib.internal.webhook;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.conversion.ConversionReviews;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import java.util.Optional;

/**
 * Has the API server convert: it creates an object of each spoke, as a dry run. The webhook marks what it converts, so
 * that an API server that has not heard of the webhook yet proves nothing.
 */
final class Proof {
    private final KubeClient client;
    private final ConversionServer settings;
    private final ServedVersions versions;

    Proof(KubeApi kube, ConversionServer settings, ServedVersions versions) {
        this.client = new KubeClient(kube);
        this.settings = settings;
        this.versions = versions;
    }

    /** What is not proven yet; empty where all is. */
    Optional<String> missing() {
        for (Conversion<?, ?> conversion : settings.conversions()) {
            for (Kind<?, ?> spoke : conversion.spokes()) {
                Optional<String> missing = missing(spoke);
                if (missing.isPresent() && !versions.withheld(spoke)) {
                    return missing;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> missing(Kind<?, ?> spoke) {
        var path = KindRef.of(spoke).collection(spoke.namespaced() ? settings.namespace() : "");
        try {
            JsonObject created = client.send(ApiRequest.of(ApiRequest.Method.POST, path)
                    .with("dryRun", "All")
                    .withBody("application/json", probe(spoke).toString()));
            boolean converted = Json.text(created, "metadata", "annotations", ConversionReviews.PROBE)
                    .equals(ConversionReviews.CONVERTED);
            return converted
                    ? Optional.empty()
                    : Optional.of("the API server does not ask the webhook yet to convert " + spoke);
        } catch (ApiException e) {
            return Optional.of("the API server has not converted " + spoke + " yet: " + e.status());
        }
    }

    private static JsonObject probe(Kind<?, ?> spoke) {
        var annotations = new JsonObject();
        annotations.addProperty(ConversionReviews.PROBE, "asked");
        var metadata = new JsonObject();
        metadata.addProperty("generateName", "conversion-probe-");
        metadata.add("annotations", annotations);
        var probe = new JsonObject();
        probe.addProperty("apiVersion", spoke.apiVersion());
        probe.addProperty("kind", spoke.kind());
        probe.add("metadata", metadata);
        return probe;
    }
}
