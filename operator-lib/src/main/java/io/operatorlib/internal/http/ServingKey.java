package io.operatorlib.internal.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The key and certificates that a server shows now; each handshake asks anew. */
final class ServingKey extends X509ExtendedKeyManager {
    private volatile @Nullable Shown shown;

    /**
     * A key with its certificates.
     *
     * @param before what was shown before it: a handshake asks for a name first, then for the parts one by one
     */
    private record Shown(
            String alias,
            PrivateKey key,
            List<X509Certificate> chain,
            @Nullable Shown before) {}

    synchronized void use(PrivateKey key, List<X509Certificate> chain) {
        Shown now = shown;
        Shown before = now == null ? null : new Shown(now.alias(), now.key(), now.chain(), null);
        String alias = String.valueOf(now == null ? 1 : Long.parseLong(now.alias()) + 1);
        shown = new Shown(alias, key, List.copyOf(chain), before);
    }

    private @Nullable Shown find(String alias) {
        Shown now = shown;
        while (now != null && !now.alias().equals(alias)) {
            now = now.before();
        }
        return now;
    }

    private @Nullable String alias(String type) {
        Shown now = shown;
        return now != null && now.key().getAlgorithm().equals(type) ? now.alias() : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return alias(type);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
        return alias(type);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
        String alias = alias(type);
        return alias == null ? new String[0] : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Shown found = find(alias);
        return found == null ? null : found.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Shown found = find(alias);
        return found == null ? null : found.key();
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return null;
    }
}
