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
 * until when; what counts is that this server has issued it, and that its service account is still the same one.
 */
final class Tokens {
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

    private record Issued(String namespace, String name, String uid, Instant until) {}

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
        String token = token(account, until);
        issued.values().removeIf(old -> old.until().isBefore(scheduler.now()));
        issued.put(token, new Issued(call.namespace(), call.name(), Meta.uid(account), until));
        var status = new JsonObject();
        status.addProperty("token", token);
        status.addProperty("expirationTimestamp", Identities.text(until));
        JsonObject reply = Json.with(request, "apiVersion", "authentication.k8s.io/v1");
        reply = Json.with(reply, "kind", "TokenRequest");
        return Reply.of(201, Json.with(Json.with(reply, "spec", spec), "status", status), false);
    }

    private String token(JsonObject account, Instant until) {
        var claims = new JsonObject();
        claims.addProperty("sub", Caller.SERVICE_ACCOUNT + Meta.namespace(account) + ":" + Meta.name(account));
        claims.addProperty("iss", "https://kubernetes.default.svc.cluster.local");
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

    /** Whose a token is; empty where it is nobody's, or no longer. */
    Optional<Caller> caller(String token) {
        Issued found = issued.get(token);
        if (found == null || found.until().isBefore(scheduler.now())) {
            return Optional.empty();
        }
        Stored account = store.get("serviceaccounts", found.namespace() + "/" + found.name());
        return account != null && Meta.uid(account.json()).equals(found.uid())
                ? Optional.of(Caller.serviceAccount(found.namespace(), found.name()))
                : Optional.empty();
    }
}
