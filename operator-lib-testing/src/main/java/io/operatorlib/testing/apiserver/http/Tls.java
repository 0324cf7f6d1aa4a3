package io.operatorlib.testing.apiserver.http;

import io.operatorlib.internal.tls.Credential;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The TLS side of the server. */
final class Tls {
    private Tls() {}

    static SSLContext context(CertificateAuthority authority, Credential serving) {
        try {
            char[] unused = new char[0];
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "serving", serving.key(), unused, new Certificate[] {serving.certificate(), authority.certificate()
                    });
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, unused);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new JudgedLater(authority.certificate())}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot serve TLS", e);
        }
    }

    /**
     * Lets the handshake pass with any certificate of a client, so that a bad one is answered by a readable 401 rather
     * than by a broken connection. {@link Authentication} judges it.
     */
    private static final class JudgedLater extends X509ExtendedTrustManager {
        private final X509Certificate asked;

        JudgedLater(X509Certificate asked) {
            this.asked = asked;
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {asked};
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("a server trusts no server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException("a server trusts no server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException("a server trusts no server");
        }
    }
}
