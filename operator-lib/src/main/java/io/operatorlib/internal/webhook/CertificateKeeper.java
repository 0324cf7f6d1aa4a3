package io.operatorlib.internal.webhook;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a webhook's certificates in a Secret that all replicas share.
 *
 * <p><b>Flow.</b> Read the Secret → decide ({@link Rotation}) → write it on the condition that nobody else has since;
 * who is too late reads what the other wrote.
 *
 * <p><b>Guarantees.</b> Replicas that start together use the same certificates. A Secret that was deleted is written once
 * more as it was, so that nothing that is trusted changes. A Secret in which somebody else's authority signs is never
 * written.
 */
final class CertificateKeeper {
    static final KindRef SECRETS = new KindRef("", "v1", "Secret", "secrets", true);

    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    /** Others write it at most a few times in a rotation. */
    private static final int ATTEMPTS = 5;

    private final KubeClient client;
    private final ResourceKey secret;
    private final boolean elsewhere;
    private final Rotation rotation;
    private Optional<Material> last = Optional.empty();

    /**
     * A keeper.
     *
     * @param elsewhere whether somebody else writes the Secret, as cert-manager does
     */
    CertificateKeeper(KubeApi kube, ResourceKey secret, boolean elsewhere, Rotation rotation) {
        this.client = new KubeClient(kube);
        this.secret = secret;
        this.elsewhere = elsewhere;
        this.rotation = rotation;
    }

    /**
     * The certificates to serve now; empty where somebody else has yet to write them.
     *
     * @throws ApiException if the API server refuses, or others write without end
     */
    Optional<Material> keep(Instant now) {
        for (int attempt = 1; ; attempt++) {
            try {
                last = attempt(now).or(() -> last);
                return last;
            } catch (ApiException e) {
                if ((!e.conflict() && e.code() != 409) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Optional<Material> attempt(Instant now) {
        Optional<JsonObject> found = client.find(SECRETS, secret);
        Optional<Material> known = found.flatMap(Material::read);
        if (elsewhere) {
            return known;
        }
        Optional<Material> base = known.or(() -> last);
        Optional<Material> next = rotation.next(base, now);
        if (next.isEmpty() && known.isPresent()) {
            return known;
        }
        Material wanted = next.orElseGet(base::orElseThrow);
        JsonObject written = found.isPresent()
                ? client.replace(SECRETS, secret, filled(found.get(), wanted), secret.name())
                : client.create(SECRETS, secret.namespace(), fresh(wanted), secret.name());
        LOG.info("certificates written secret={} {}", secret, wanted);
        return Material.read(written);
    }

    private static JsonObject filled(JsonObject secret, Material material) {
        JsonObject copy = secret.deepCopy();
        JsonObject data = Json.object(copy, "data");
        material.data().entrySet().forEach(entry -> data.add(entry.getKey(), entry.getValue()));
        copy.add("data", data);
        return copy;
    }

    private JsonObject fresh(Material material) {
        var metadata = new JsonObject();
        metadata.addProperty("name", secret.name());
        metadata.addProperty("namespace", secret.namespace());
        var object = new JsonObject();
        object.add("metadata", metadata);
        object.addProperty("type", "kubernetes.io/tls");
        object.add("data", material.data());
        return object;
    }
}
