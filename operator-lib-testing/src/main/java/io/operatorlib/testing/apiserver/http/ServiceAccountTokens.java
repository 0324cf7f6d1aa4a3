package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.Subresource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Issues tokens of service accounts and tells whose they are. It serves the subresource {@code token} of service
 * accounts ({@code TokenRequest}).
 *
 * <p><b>Guarantees:</b> a token that was changed, has expired, or was asked for another audience is nobody's. A token
 * whose service account has been deleted, also if one of the same name was made again, is nobody's either; so is one
 * bound to a Pod that is gone.
 *
 * <p><b>Limits:</b> tokens are bound to Pods and Secrets by name and UID; the binding to a Node is refused. The key
 * lives as long as the process.
 */
final class ServiceAccountTokens implements Subresource {

    /** The audience of tokens for the API server itself. */
    static final String AUDIENCE = "https://kubernetes.default.svc.cluster.local";

    /** What Kubernetes gives where nothing is asked for. */
    private static final Duration USUAL = Duration.ofHours(1);

    /** The least that Kubernetes allows. */
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private static final String PRIVATE = "kubernetes.io";

    private final JsonWebToken tokens = new JsonWebToken();
    private final Scheduler scheduler;
    private final Lookup lookup;

    /** Finds objects that are there now. */
    interface Lookup {
        /** The UID of an object; empty where there is none. */
        Optional<String> uid(String plural, String namespace, String name);
    }

    ServiceAccountTokens(Scheduler scheduler, Lookup lookup) {
        this.scheduler = scheduler;
        this.lookup = lookup;
    }

    @Override
    public ApiResponse serve(Caller caller, ApiRequest request, JsonObject account) {
        if (request.method() != ApiRequest.Method.POST) {
            return refusal(Statuses.methodNotAllowed());
        }
        JsonObject review;
        try {
            review = JsonParser.parseString(request.body()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            return refusal(Statuses.badRequest("the body is not a TokenRequest"));
        }
        JsonObject spec = review.get("spec") instanceof JsonObject given ? given : new JsonObject();
        Duration life = spec.get("expirationSeconds") instanceof JsonPrimitive seconds && seconds.isNumber()
                ? Duration.ofSeconds(seconds.getAsLong())
                : USUAL;
        if (life.compareTo(SHORTEST) < 0) {
            return refusal(Statuses.badRequest("spec.expirationSeconds: Invalid value: " + life.toSeconds()
                    + ": may not specify a duration less than 10 minutes"));
        }
        JsonArray audiences =
                spec.get("audiences") instanceof JsonArray given && !given.isEmpty() ? given : single(AUDIENCE);
        JsonObject claims = claims(account.getAsJsonObject("metadata"), audiences, life);
        if (spec.get("boundObjectRef") instanceof JsonObject bound) {
            Optional<JsonObject> refused = bind(claims, bound, claims.getAsJsonObject(PRIVATE));
            if (refused.isPresent()) {
                return refusal(refused.get());
            }
        }
        JsonObject status = new JsonObject();
        status.addProperty("token", tokens.signed(claims));
        status.addProperty(
                "expirationTimestamp",
                Instant.ofEpochSecond(claims.get("exp").getAsLong()).toString());
        JsonObject answer = new JsonObject();
        answer.addProperty("kind", "TokenRequest");
        answer.addProperty("apiVersion", "authentication.k8s.io/v1");
        JsonObject metadata = new JsonObject();
        metadata.add("name", account.getAsJsonObject("metadata").get("name"));
        metadata.add("namespace", account.getAsJsonObject("metadata").get("namespace"));
        answer.add("metadata", metadata);
        JsonObject done = spec.deepCopy();
        done.add("audiences", audiences.deepCopy());
        done.addProperty("expirationSeconds", life.toSeconds());
        answer.add("spec", done);
        answer.add("status", status);
        return ApiResponse.of(201, answer.toString());
    }

    private JsonObject claims(JsonObject account, JsonArray audiences, Duration life) {
        long now = scheduler.now().getEpochSecond();
        String namespace = account.get("namespace").getAsString();
        String name = account.get("name").getAsString();
        JsonObject claims = new JsonObject();
        claims.add("aud", audiences.deepCopy());
        claims.addProperty("exp", now + life.toSeconds());
        claims.addProperty("iat", now);
        claims.addProperty("nbf", now);
        claims.addProperty("iss", AUDIENCE);
        claims.addProperty("sub", "system:serviceaccount:" + namespace + ":" + name);
        JsonObject own = new JsonObject();
        own.addProperty("namespace", namespace);
        own.add("serviceaccount", reference(name, account.get("uid").getAsString()));
        claims.add(PRIVATE, own);
        return claims;
    }

    private Optional<JsonObject> bind(JsonObject claims, JsonObject bound, JsonObject own) {
        String kind = bound.has("kind") ? bound.get("kind").getAsString() : "";
        String name = bound.has("name") ? bound.get("name").getAsString() : "";
        if (!kind.equals("Pod") && !kind.equals("Secret")) {
            return Optional.of(Statuses.badRequest("cannot bind token to object of kind " + kind));
        }
        String namespace = own.get("namespace").getAsString();
        Optional<String> uid = lookup.uid(kind.equals("Pod") ? "pods" : "secrets", namespace, name);
        boolean other =
                bound.has("uid") && !uid.equals(Optional.of(bound.get("uid").getAsString()));
        if (uid.isEmpty() || other) {
            return Optional.of(Statuses.badRequest("cannot bind token: " + kind + " " + name + " does not exist"));
        }
        own.add(kind.equals("Pod") ? "pod" : "secret", reference(name, uid.get()));
        claims.add(PRIVATE, own);
        return Optional.empty();
    }

    /** Whose token it is, if it is good now for the API server. */
    Optional<Caller> caller(String token) {
        return tokens.claims(token).filter(this::good).map(claims -> {
            JsonObject own = claims.getAsJsonObject(PRIVATE);
            return Caller.serviceAccount(
                    own.get("namespace").getAsString(),
                    own.getAsJsonObject("serviceaccount").get("name").getAsString());
        });
    }

    private boolean good(JsonObject claims) {
        long now = scheduler.now().getEpochSecond();
        JsonObject own = claims.getAsJsonObject(PRIVATE);
        return claims.get("exp").getAsLong() > now
                && claims.getAsJsonArray("aud").contains(single(AUDIENCE).get(0))
                && exists(own, "serviceaccount", "serviceaccounts")
                && exists(own, "pod", "pods")
                && exists(own, "secret", "secrets");
    }

    private boolean exists(JsonObject own, String claim, String plural) {
        return !(own.get(claim) instanceof JsonObject reference)
                || lookup.uid(
                                plural,
                                own.get("namespace").getAsString(),
                                reference.get("name").getAsString())
                        .equals(Optional.of(reference.get("uid").getAsString()));
    }

    private static JsonObject reference(String name, String uid) {
        JsonObject reference = new JsonObject();
        reference.addProperty("name", name);
        reference.addProperty("uid", uid);
        return reference;
    }

    private static JsonArray single(String text) {
        JsonArray array = new JsonArray();
        array.add(text);
        return array;
    }

    private static ApiResponse refusal(JsonObject status) {
        return ApiResponse.of(Statuses.code(status), status.toString());
    }
}
