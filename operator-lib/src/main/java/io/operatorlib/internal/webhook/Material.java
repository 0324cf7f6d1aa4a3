package io.operatorlib.internal.webhook;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.tls.Credential;
import io.operatorlib.internal.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The certificates of a webhook, as a Secret keeps them.
 *
 * @param trusted the authorities that the API server is to trust: the present one first, then those before it
 * @param authority the present authority with its key; empty where somebody else signs
 * @param key of the server
 * @param chain the server's certificate, and those between it and its authority
 */
record Material(
        List<X509Certificate> trusted, Optional<Credential> authority, PrivateKey key, List<X509Certificate> chain) {
    private static final String AUTHORITIES = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";
    private static final String CHAIN = "tls.crt";
    private static final String KEY = "tls.key";

    /** Of a Secret; empty where it is none of a webhook, or broken. */
    static Optional<Material> read(JsonObject secret) {
        List<X509Certificate> trusted = Pem.certificates(text(secret, AUTHORITIES));
        List<X509Certificate> chain = Pem.certificates(text(secret, CHAIN));
        Optional<PrivateKey> key = Pem.key(text(secret, KEY));
        if (trusted.isEmpty() || chain.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        Optional<Credential> authority =
                Pem.key(text(secret, AUTHORITY_KEY)).map(own -> new Credential(own, trusted.get(0)));
        return Optional.of(new Material(trusted, authority, key.get(), chain));
    }

    private static String text(JsonObject secret, String name) {
        try {
            byte[] bytes = Base64.getDecoder().decode(Json.text(secret, "data", name));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The Secret's data. */
    JsonObject data() {
        var data = new JsonObject();
        put(data, AUTHORITIES, bundle());
        authority.ifPresent(own -> put(data, AUTHORITY_KEY, own.keyPem()));
        put(data, CHAIN, Pem.of(chain));
        put(data, KEY, new Credential(key, chain.get(0)).keyPem());
        return data;
    }

    private static void put(JsonObject data, String name, String text) {
        data.addProperty(name, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What the API server is to trust, in PEM. */
    String bundle() {
        return Pem.of(trusted);
    }

    boolean sameServer(Material other) {
        return chain.equals(other.chain);
    }

    /** Without keys: they are never shown. */
    @Override
    public String toString() {
        return "Material[trusted=" + trusted.size() + ", until="
                + chain.get(0).getNotAfter().toInstant() + "]";
    }
}
