package io.operatorlib.internal.leader;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The requests about one Lease. */
final class LeaseClient {
    static final KindRef LEASES = new KindRef("coordination.k8s.io", "v1", "Lease", "leases", true);

    private static final KindRef ACCESS =
            new KindRef("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);

    private static final String JSON = "application/json";

    /** The server ends a watch after this, so that one that is dead does not look open for ever. */
    private static final Duration WATCH = Duration.ofMinutes(5);

    private final KubeApi api;
    private final KubeClient client;
    private final ResourceKey key;

    LeaseClient(KubeApi api, LeaderElection election) {
        this.api = api;
        this.client = new KubeClient(api);
        this.key = new ResourceKey(election.namespace(), election.name());
    }

    /** The Lease; {@link Lease#none} where there is none. */
    Lease look(Duration deadline) {
        try {
            return new Lease(
                    client.send(ApiRequest.of(Method.GET, LEASES.path(key)).within(deadline)));
        } catch (ApiException e) {
            if (e.code() == 404) {
                return Lease.none(key.namespace(), key.name());
            }
            throw e;
        }
    }

    /** Creates or replaces the Lease, as it was read. */
    Lease write(Lease lease, Duration deadline) {
        JsonObject object = lease.object().deepCopy();
        object.addProperty("apiVersion", LEASES.apiVersion());
        object.addProperty("kind", LEASES.kind());
        var request = lease.stored()
                ? ApiRequest.of(Method.PUT, LEASES.path(key))
                : ApiRequest.of(Method.POST, LEASES.collection(key.namespace()));
        return new Lease(client.send(request.with("timeout", Math.max(1, deadline.toMillis()) + "ms")
                .withBody(JSON, object.toString())
                .within(deadline)));
    }

    /** Follows the Lease from the version that was read. */
    ApiWatch watch(Lease from, Duration deadline) {
        return api.watch(ApiRequest.of(Method.GET, LEASES.collection(key.namespace()))
                .with("fieldSelector", "metadata.name=" + key.name())
                .with("watch", "true")
                .with("resourceVersion", Json.resourceVersion(from.object()))
                .with("timeoutSeconds", String.valueOf(WATCH.toSeconds()))
                .within(deadline));
    }

    /** Which of the verbs the API would refuse for the Lease; none where it does not tell. */
    List<String> missing(List<String> verbs, Duration deadline) {
        var missing = new ArrayList<String>();
        for (String verb : verbs) {
            JsonObject review = client.send(ApiRequest.of(Method.POST, ACCESS.collection(""))
                    .withBody(JSON, review(verb).toString())
                    .within(deadline));
            if (!Json.flag(review, "status", "allowed")) {
                missing.add(verb);
            }
        }
        return missing;
    }

    private JsonObject review(String verb) {
        var attributes = new JsonObject();
        attributes.addProperty("group", LEASES.group());
        attributes.addProperty("resource", LEASES.plural());
        attributes.addProperty("verb", verb);
        attributes.addProperty("namespace", key.namespace());
        if (!verb.equals("create")) {
            attributes.addProperty("name", key.name());
        }
        var spec = new JsonObject();
        spec.add("resourceAttributes", attributes);
        var review = new JsonObject();
        review.addProperty("apiVersion", ACCESS.apiVersion());
        review.addProperty("kind", ACCESS.kind());
        review.add("spec", spec);
        return review;
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
