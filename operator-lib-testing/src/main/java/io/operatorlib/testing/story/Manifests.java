package io.operatorlib.testing.story;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML manifests, applied as {@code kubectl apply --server-side -f} does. */
public final class Manifests {
    private static final String FIELD_MANAGER = "quickstart";

    private final KubeClient client;
    private final String namespace;

    /**
     * Applies with a client.
     *
     * @param namespace of those that name none
     */
    public Manifests(KubeClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Applies each document, in order. */
    public void apply(String yaml) {
        documents(yaml).forEach(this::apply);
    }

    private void apply(JsonObject object) {
        var meta = object.getAsJsonObject("metadata");
        var kind = served(
                object.get("apiVersion").getAsString(), object.get("kind").getAsString());
        String place = meta.has("namespace") ? meta.get("namespace").getAsString() : kind.namespaced() ? namespace : "";
        client.apply(kind, new ResourceKey(place, meta.get("name").getAsString()), object, FIELD_MANAGER, true);
    }

    private static List<JsonObject> documents(String yaml) {
        var gson = new Gson();
        var documents = new ArrayList<JsonObject>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document != null) {
                documents.add(gson.toJsonTree(document).getAsJsonObject());
            }
        }
        return documents;
    }

    /** Asks the API server where it serves a kind. */
    private KindRef served(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String path = slash < 0 ? "/api/" + apiVersion : "/apis/" + apiVersion;
        for (JsonElement element :
                client.send(ApiRequest.of(ApiRequest.Method.GET, path)).getAsJsonArray("resources")) {
            var resource = element.getAsJsonObject();
            String plural = resource.get("name").getAsString();
            if (resource.get("kind").getAsString().equals(kind) && !plural.contains("/")) {
                return new KindRef(
                        group,
                        apiVersion.substring(slash + 1),
                        kind,
                        plural,
                        resource.get("namespaced").getAsBoolean());
            }
        }
        throw new IllegalStateException("the API server does not serve " + kind + " in " + apiVersion);
    }
}
