package io.operatorlib.internal.webhook;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.crd.Crd;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a version is served only while every webhook behind the Service converts it: beside another release,
 * older or newer, during a rolling update and after a rollback.
 *
 * <p><b>Flow.</b> Before this process serves: what is served and it does not convert is served no more. Later: what some
 * webhook does not convert is served no more; what each converts, and the definition of this release serves, is served.
 *
 * <p><b>Limits.</b> The stored version is never touched. Who does not answer neither takes a version away nor lets one be
 * served.
 */
final class ServedVersions {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final Logger LOG = LoggerFactory.getLogger(ServedVersions.class);

    private final KubeClient client;
    private final List<Crd> crds;
    private final List<Conversion<?, ?>> conversions;
    private final String fieldManager;

    ServedVersions(KubeApi kube, List<Crd> crds, List<Conversion<?, ?>> conversions, String fieldManager) {
        this.client = new KubeClient(kube);
        this.crds = crds;
        this.conversions = conversions;
        this.fieldManager = fieldManager;
    }

    /** The definition as it may be put in place: what another release has not served yet is not served by it either. */
    Crd asServed(Crd crd) {
        return client.find(CRDS, key(crd))
                .map(live -> crd.serving(version -> entries(live).stream()
                        .anyMatch(entry -> Json.text(entry, "name").equals(version) && Json.flag(entry, "served"))))
                .orElse(crd);
    }

    /** Tells whether the API server was told not to serve that version now: then it cannot be asked for it. */
    boolean withheld(Kind<?, ?> spoke) {
        return client.find(CRDS, new ResourceKey("", spoke.plural() + "." + spoke.group())).stream()
                .flatMap(live -> entries(live).stream())
                .anyMatch(entry -> Json.text(entry, "name").equals(spoke.version()) && !Json.flag(entry, "served"));
    }

    /** Takes away what this process does not convert. */
    void withdraw() {
        ensure((crd, version) -> converts(crd, version) ? Replicas.Answer.SOME_SILENT : Replicas.Answer.NOT_ALL);
    }

    /**
     * Serves what all convert, and nothing else.
     *
     * @return whether something was changed
     */
    boolean ensure(Replicas replicas, String authorities) {
        replicas.look();
        return ensure((crd, version) -> {
            Kind<?, ?> hub = crd.kind();
            var kind = new KindRef(hub.group(), version, hub.kind(), hub.plural(), hub.namespaced());
            return converts(crd, version)
                    ? replicas.convert(kind, hub.apiVersion(), authorities)
                    : Replicas.Answer.NOT_ALL;
        });
    }

    private boolean converts(Crd crd, String version) {
        return conversions.stream()
                .filter(conversion -> conversion.hub().kind().equals(crd.kind().kind())
                        && conversion.hub().group().equals(crd.kind().group()))
                .anyMatch(conversion -> conversion.versions().contains(version));
    }

    private boolean ensure(BiFunction<Crd, String, Replicas.Answer> asked) {
        boolean changed = false;
        for (Crd crd : crds) {
            Optional<JsonObject> found = client.find(CRDS, key(crd));
            if (found.isPresent()) {
                changed |= ensure(crd, found.get(), asked);
            }
        }
        return changed;
    }

    private boolean ensure(Crd crd, JsonObject live, BiFunction<Crd, String, Replicas.Answer> asked) {
        var operations = new JsonArray();
        operations.add(operation("test", "/metadata/resourceVersion", new JsonPrimitive(Json.resourceVersion(live))));
        List<JsonObject> entries = entries(live);
        for (int i = 0; i < entries.size(); i++) {
            String version = Json.text(entries.get(i), "name");
            if (Json.flag(entries.get(i), "storage")) {
                continue;
            }
            boolean served = Json.flag(entries.get(i), "served");
            Replicas.Answer answer = asked.apply(crd, version);
            boolean wanted =
                    served ? answer != Replicas.Answer.NOT_ALL : answer == Replicas.Answer.ALL && crd.serves(version);
            if (served != wanted) {
                operations.add(operation("replace", "/spec/versions/" + i + "/served", new JsonPrimitive(wanted)));
                LOG.info("version crd={} version={} served={} converted={}", crd.name(), version, wanted, answer);
            }
        }
        if (operations.size() == 1) {
            return false;
        }
        client.jsonPatch(CRDS, key(crd), "", operations, fieldManager);
        return true;
    }

    private static JsonObject operation(String op, String path, JsonPrimitive value) {
        var operation = new JsonObject();
        operation.addProperty("op", op);
        operation.addProperty("path", path);
        operation.add("value", value);
        return operation;
    }

    private static List<JsonObject> entries(JsonObject live) {
        return Json.objects(live, "spec", "versions");
    }

    private static ResourceKey key(Crd crd) {
        return new ResourceKey("", crd.name());
    }
}
