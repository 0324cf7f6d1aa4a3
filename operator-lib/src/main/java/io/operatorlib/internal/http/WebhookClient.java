package io.operatorlib.internal.http;

import io.operatorlib.internal.tls.Authorities;
import io.operatorlib.internal.tls.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;

/**
 * Asks a webhook over HTTPS, as an API server does. Safe for use by many threads.
 *
 * <p><b>Guarantees.</b> Only a certificate that the given authorities vouch for is accepted, and only one for the given
 * name, whatever the address that answers.
 */
public final class WebhookClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Duration timeout;

    /** By the authorities: connections are kept open by their factory. */
    private final Map<String, SSLSocketFactory> factories = new ConcurrentHashMap<>();

    /**
     * A client.
     *
     * @param timeout how long it waits for an answer
     */
    public WebhookClient(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Posts a review, and returns the answer to it.
     *
     * @param host the name in the server's certificate
     * @param authorities who vouches for that, in PEM
     * @throws IOException if there is no answer, or one that says no
     */
    public String post(String url, String host, String authorities, String body) throws IOException {
        var connection = (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(factory(authorities));
        connection.setHostnameVerifier((address, session) -> names(session).contains(host));
        connection.setConnectTimeout((int) Math.min(CONNECT.toMillis(), timeout.toMillis()));
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection.setFixedLengthStreamingMode(bytes.length);
        connection.getOutputStream().write(bytes);
        int code = connection.getResponseCode();
        if (code != 200) {
            throw new IOException("the server answers " + code);
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(SSLSession session) {
        try {
            var certificate = (X509Certificate) session.getPeerCertificates()[0];
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return List.of();
        }
    }

    private SSLSocketFactory factory(String authorities) throws IOException {
        SSLSocketFactory known = factories.get(authorities);
        if (known != null) {
            return known;
        }
        try {
            List<X509Certificate> trusted = Pem.certificates(authorities);
            if (trusted.isEmpty()) {
                throw new IOException("tls: failed to verify certificate: no authority is trusted");
            }
            SSLSocketFactory factory = Authorities.trusted(trusted).getSocketFactory();
            factories.put(authorities, factory);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities cannot be trusted: " + e.getMessage(), e);
        }
    }
}
