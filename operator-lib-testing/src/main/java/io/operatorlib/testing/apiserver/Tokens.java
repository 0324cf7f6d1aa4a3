package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Issues service accounts' tokens and recognises them. A token has the form of a JWT, so that clients can read who and
 * until when; what counts is that this server has issued it, and that its service account, and the pod to which it is
 * bound if it is, are still the same ones.
 */
final class Tokens {
    /** The audience of tokens for the API server itself, and their issuer. */
    private static final String AUDIENCE = "https://kubernetes.default.svc.cluster.local";

    private static final Duration USUAL = Duration.ofHours(1);
    /** Kubernetes' own bound. */
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private final Scheduler scheduler;
    private final Store store;
    private final Reads reads;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();

    Tokens(Scheduler scheduler, Store store, Reads reads) {
        this.scheduler = scheduler;
        this.store = store;
        this.reads = reads;
    }

    /**
     * What is known of a token.
     *
     * @param uid the service account's
     * @param pod the pod without which it does not hold; empty for none
     * @param podUid that pod's
     */
    private record Issued(
            String namespace,
            String name,
            String uid,
            Instant until,
            List<String> audiences,
            String pod,
            String podUid) {}

    /** Serves {@code serviceaccounts/token}. */
    Reply create(Call call, ServedKind kind) {
        JsonObject account = reads.find(kind, call.namespace(), call.name()).json();
        JsonObject request = Bodies.any(call);
        JsonObject spec = Json.object(request, "spec");
        Long seconds = Json.number(spec, "expirationSeconds");
        Duration length = seconds == null ? USUAL : Duration.ofSeconds(seconds);
        if (length.compareTo(SHORTEST) < 0) {
            throw ApiError.invalid(
                    "authentication.k8s.io",
                    "TokenRequest",
                    "",
                    List.of(Cause.invalid(
                            "spec.expirationSeconds",
                            spec.get("expirationSeconds"),
                            "may not specify a duration less than 10 minutes")));
        }
        Instant until = scheduler.now().plus(length);
        List<String> asked = Json.strings(spec, "audiences");
        List<String> audiences = asked.isEmpty() ? List.of(AUDIENCE) : asked;
        JsonObject pod = pod(call.namespace(), Json.object(spec, "boundObjectRef"));
        String token = token(account, until, audiences);
        issued.values().removeIf(old -> old.until().isBefore(scheduler.now()));
        issued.put(
                token,
                new Issued(
                        call.namespace(),
                        call.name(),
                        Meta.uid(account),
                        until,
                        audiences,
                        Meta.name(pod),
                        Meta.uid(pod)));
        spec = Json.with(spec, "audiences", Json.arrayOf(audiences));
        spec = Json.with(spec, "expirationSeconds", length.toSeconds());
        var status = new JsonObject();
        status.addProperty("token", token);
        status.addProperty("expirationTimestamp", Identities.text(until));
        JsonObject reply = Json.with(request, "apiVersion", "authentication.k8s.io/v1");
        reply = Json.with(reply, "kind", "TokenRequest");
        return Reply.of(201, Json.with(Json.with(reply, "spec", spec), "status", status), false);
    }

    /** The pod to which a token is to be bound; an empty object for none. */
    private JsonObject pod(String namespace, JsonObject reference) {
        if (reference.isEmpty()) {
            return reference;
        }
        String kind = Json.string(reference, "kind");
        if (!kind.equals("Pod")) {
            throw ApiError.notImplemented("a token bound to an object of kind " + kind);
        }
        Stored pod = store.get("pods", namespace + "/" + Json.string(reference, "name"));
        String uid = Json.string(reference, "uid");
        if (pod == null || (!uid.isEmpty() && !uid.equals(Meta.uid(pod.json())))) {
            throw ApiError.badRequest(
                    "cannot bind token to pod " + Json.string(reference, "name") + ": there is none of that UID");
        }
        return pod.json();
    }

    private String token(JsonObject account, Instant until, List<String> audiences) {
        var claims = new JsonObject();
        claims.add("aud", Json.arrayOf(audiences));
        claims.addProperty("sub", Caller.SERVICE_ACCOUNT + Meta.namespace(account) + ":" + Meta.name(account));
        claims.addProperty("iss", AUDIENCE);
        claims.addProperty("iat", scheduler.now().getEpochSecond());
        claims.addProperty("exp", until.getEpochSecond());
        claims.addProperty("jti", Long.toHexString(scheduler.random().nextLong()));
        byte[] signature = new byte[32];
        scheduler.random().nextBytes(signature);
        return encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.toString().getBytes(StandardCharsets.UTF_8)) + "." + encoded(signature);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whose a token is, if it is one for this server; empty where it is nobody's, or no longer. */
    Optional<Caller> caller(String token) {
        Issued found = issued.get(token);
        return found != null && holds(found)
                ? Optional.of(Caller.serviceAccount(found.namespace(), found.name()))
                : Optional.empty();
    }

    private boolean holds(Issued token) {
        return token.audiences().contains(AUDIENCE)
                && scheduler.now().isBefore(token.until())
                && lives("serviceaccounts", token.namespace(), token.name(), token.uid())
                && (token.pod().isEmpty() || lives("pods", token.namespace(), token.pod(), token.podUid()));
    }

    private boolean lives(String resource, String namespace, String name, String uid) {
        Stored object = store.get(resource, namespace + "/" + name);
        return object != null && Meta.uid(object.json()).equals(uid);
    }
}
