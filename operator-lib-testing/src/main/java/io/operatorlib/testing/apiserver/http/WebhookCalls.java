package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.tls.Pem;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.Webhooks;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks webhooks over HTTPS, behind a Service or at a URL.
 *
 * <p><b>Guarantees.</b> Only a certificate that the given authorities vouch for is accepted, and only one for
 * {@code <service>.<namespace>.svc}, whatever the address of the pod that answers.
 *
 * <p><b>Limits.</b> Of the pods behind a Service the first that its endpoints name is asked, and the next where that
 * cannot be reached.
 */
final class WebhookCalls implements Webhooks {
    /** A real API server's. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final KubeApi api;

    /** By the authorities: connections are kept open by their factory. */
    private final Map<String, SSLSocketFactory> factories = new ConcurrentHashMap<>();

    /**
     * Prepares.
     *
     * @param api for the endpoints of Services
     */
    WebhookCalls(KubeApi api) {
        this.api = api;
    }

    @Override
    public String ask(JsonObject clientConfig, String review) throws IOException {
        String url = Json.text(clientConfig, "url");
        String bundle = Json.text(clientConfig, "caBundle");
        if (!url.isEmpty()) {
            return post(url, URI.create(url).getHost(), bundle, review);
        }
        String namespace = Json.text(clientConfig, "service", "namespace");
        String name = Json.text(clientConfig, "service", "name");
        long port = Json.number(443, clientConfig, "service", "port");
        String path = Json.text(clientConfig, "service", "path");
        String host = name + "." + namespace + ".svc";
        String shown = "https://" + host + ":" + port + path + "?timeout=30s";
        IOException last = new IOException("no endpoints available for service \"" + name + "\"");
        for (String address : addresses(namespace, name)) {
            try {
                return post("https://" + address + path, host, bundle, review);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("Post \"" + shown + "\": " + last.getMessage(), last);
    }

    private List<String> addresses(String namespace, String name) throws IOException {
        var request = ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/" + namespace + "/endpoints/" + name);
        try (ApiResponse response = api.send(request)) {
            if (!response.ok()) {
                throw new IOException("service \"" + name + "\" not found");
            }
            return Json.objects(Json.parse(response.text()), "subsets").stream()
                    .flatMap(subset -> Json.objects(subset, "addresses").stream()
                            .flatMap(address -> Json.objects(subset, "ports").stream()
                                    .map(port -> Json.text(address, "ip") + ":" + Json.number(443, port, "port"))))
                    .toList();
        } catch (CodecException e) {
            throw new IOException(e);
        }
    }

    private String post(String url, String host, String bundle, String body) throws IOException {
        var connection = (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(factory(bundle));
        connection.setHostnameVerifier((address, session) -> names(session).contains(host));
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
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

    private SSLSocketFactory factory(String bundle) throws IOException {
        SSLSocketFactory known = factories.get(bundle);
        if (known != null) {
            return known;
        }
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            String pem = new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8);
            int number = 0;
            for (X509Certificate authority : Pem.certificates(pem)) {
                trusted.setCertificateEntry(String.valueOf(number++), authority);
            }
            if (number == 0) {
                throw new IOException("tls: failed to verify certificate: no authority is trusted");
            }
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            factories.put(bundle, context.getSocketFactory());
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the definition's caBundle cannot be read: " + e.getMessage(), e);
        }
    }
}
