package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.ProbeResult;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Probes over the network. As a kubelet does, it believes any certificate: it asks whether somebody answers. */
final class Prober {
    private Prober() {}

    static ProbeResult tcp(ProbeAction.Tcp action, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(action.host(), action.port()), (int) timeout.toMillis());
            return new ProbeResult(true, "");
        } catch (IOException e) {
            return new ProbeResult(false, "connect to " + action.host() + ":" + action.port() + ": " + e.getMessage());
        }
    }

    static ProbeResult http(ProbeAction.Http action, Duration timeout) {
        String where = action.scheme() + "://" + action.host() + ":" + action.port() + action.path();
        try {
            var connection = (HttpURLConnection) new URI(where).toURL().openConnection();
            if (connection instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(believing().getSocketFactory());
                https.setHostnameVerifier((host, session) -> true);
            }
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setRequestProperty("User-Agent", "kube-probe/local");
            connection.setRequestProperty("Connection", "close");
            action.headers().forEach(connection::setRequestProperty);
            int status = connection.getResponseCode();
            connection.disconnect();
            return new ProbeResult(status >= 200 && status < 400, "HTTP probe of " + where + ": status " + status);
        } catch (IOException | URISyntaxException | GeneralSecurityException e) {
            return new ProbeResult(false, "HTTP probe of " + where + ": " + e.getMessage());
        }
    }

    private static SSLContext believing() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Believer()}, new SecureRandom());
        return context;
    }

    private static final class Believer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
