package io.operatorlib.crd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts definitions in place and waits until the API serves them.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  apply ──▶ wait for NamesAccepted and Established ──▶ done
 *    │ forbidden
 *    └─────▶ is the version served? ── yes, said once ──▶ done
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <p>{@link #register} returns only when the API serves the kind at its version. A definition that is there already as
 * it should be is not written. An API server that does not answer is asked again.
 *
 * <h2>Limits</h2>
 *
 * <p>Waits {@link #PATIENCE} in all for one definition, then throws.
 */
public final class CrdRegistrar {
    /** An API server establishes a definition within seconds; one that starts up needs about half a minute. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final Logger LOG = LoggerFactory.getLogger(CrdRegistrar.class);

    private final KubeApi api;
    private final Scheduler scheduler;
    private final String fieldManager;

    /**
     * A registrar.
     *
     * @param fieldManager under whose name the definitions are applied
     */
    public CrdRegistrar(KubeApi api, Scheduler scheduler, String fieldManager) {
        this.api = api;
        this.scheduler = scheduler;
        this.fieldManager = fieldManager;
    }

    /**
     * Puts one definition in place. Blocks until it is served.
     *
     * @throws CrdException if the API refuses it, or does not serve it in time
     */
    public void register(Crd crd) throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String waitingFor;
            Duration pause;
            try {
                Optional<String> missing = attempt(crd);
                if (missing.isEmpty()) {
                    return;
                }
                waitingFor = missing.get();
                pause = POLL;
            } catch (KubeApi.NoReplyException e) {
                waitingFor = String.valueOf(e.getMessage());
                pause = AFTER_FAILURE;
            } catch (ApiException e) {
                if (!passing(e)) {
                    throw new CrdException("the API refuses the definition " + crd + ": " + e.status(), e);
                }
                waitingFor = e.status();
                pause = e.retryAfter().orElse(AFTER_FAILURE);
            }
            if (scheduler.nanoTime() - end >= 0) {
                throw new CrdException(
                        "the definition " + crd + " is not served after " + PATIENCE + ": " + waitingFor);
            }
            scheduler.sleep(pause);
        }
    }

    private static boolean passing(ApiException e) {
        return e.code() == 429 || e.code() >= 500 || e.conflict();
    }

    /** Tries once, and tells what is missing; empty where the kind is served. */
    private Optional<String> attempt(Crd crd) {
        var client = new KubeClient(api);
        var key = new ResourceKey("", crd.name());
        try {
            JsonObject wanted = crd.tree();
            JsonObject live = seen(client, key)
                    .filter(found -> same(found, wanted))
                    .orElseGet(() -> client.apply(CRDS, key, wanted, fieldManager, true));
            return missing(crd, live);
        } catch (ApiException e) {
            if (e.code() != 403) {
                throw e;
            }
            if (!served(client, crd.kind())) {
                throw new CrdException(
                        "the definition " + crd + " is not there, and this operator may not create it; apply it with"
                                + " kubectl, or grant the operator to patch customresourcedefinitions: " + e.status(),
                        e);
            }
            LOG.info("the definition is left as it is: no permission to write it crd={} reply={}", crd, e.status());
            return Optional.empty();
        }
    }

    private static Optional<JsonObject> seen(KubeClient client, ResourceKey key) {
        try {
            return client.find(CRDS, key);
        } catch (ApiException e) {
            if (e.code() == 403) {
                return Optional.empty(); // one may be allowed to apply what one may not read
            }
            throw e;
        }
    }

    private static boolean same(JsonObject live, JsonObject wanted) {
        return Stream.of("names", "scope", "versions")
                        .allMatch(part -> Json.equal(Json.at(live, "spec", part), Json.at(wanted, "spec", part)))
                && Json.equal(conversion(live), conversion(wanted));
    }

    private static JsonElement conversion(JsonObject definition) {
        JsonElement declared = Json.at(definition, "spec", "conversion");
        return declared == null ? Json.parse("{\"strategy\":\"None\"}") : declared;
    }

    private static Optional<String> missing(Crd crd, JsonObject applied) {
        var names = condition(applied, "NamesAccepted");
        if (Json.text(names, "status").equals("False")) {
            throw new CrdException("the names of the definition " + crd + " are taken: " + Json.text(names, "message"));
        }
        if (!Json.text(names, "status").equals("True")) {
            return Optional.of("its names are not accepted yet");
        }
        var established = condition(applied, "Established");
        return Json.text(established, "status").equals("True")
                ? Optional.empty()
                : Optional.of("it is not established yet: " + Json.text(established, "message"));
    }

    private static JsonObject condition(JsonObject crd, String type) {
        return Json.objects(crd, "status", "conditions").stream()
                .filter(condition -> Json.text(condition, "type").equals(type))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    // discovery may be read by everybody who is logged in, and the kind itself by this operator; definitions need not
    private static boolean served(KubeClient client, Kind<?, ?> kind) {
        return discovered(client, kind) || listed(client, kind);
    }

    private static boolean discovered(KubeClient client, Kind<?, ?> kind) {
        try {
            var resources =
                    client.send(ApiRequest.of(ApiRequest.Method.GET, "/apis/" + kind.group() + "/" + kind.version()));
            return Json.objects(resources, "resources").stream()
                    .anyMatch(resource -> Json.text(resource, "name").equals(kind.plural()));
        } catch (ApiException e) {
            return notServed(e);
        }
    }

    private static boolean listed(KubeClient client, Kind<?, ?> kind) {
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
