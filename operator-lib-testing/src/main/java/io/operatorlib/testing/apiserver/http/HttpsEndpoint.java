package io.operatorlib.testing.apiserver.http;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a Kubernetes API is reached over HTTPS, whoever answers there: a port of this machine, the certificates of an
 * authority for it and for its clients, and the kubeconfigs by which these find it.
 *
 * <p>Closing it breaks off every connection.
 */
public final class HttpsEndpoint implements AutoCloseable {
    /** Where every pod finds it. */
    private static final String TOKEN_OF_POD = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private final CertificateAuthority authority;
    private final HttpListener listener;
    private final String host;

    private HttpsEndpoint(CertificateAuthority authority, HttpListener listener, String host) {
        this.authority = authority;
        this.listener = listener;
        this.host = host;
    }

    /**
     * Begins to listen; returns once it can be reached.
     *
     * @param handler answers requests, each in the thread of its connection; where it returns without having replied, the
     *     connection is broken off
     */
    public static HttpsEndpoint start(
            CertificateAuthority authority, ApiServerHttps.Listen listen, Consumer<HttpExchange> handler) {
        String host = listen.address().getHostAddress();
        var names = new ArrayList<>(listen.furtherNames());
        names.add(host);
        var tls = Tls.context(authority, authority.serving(names));
        return new HttpsEndpoint(authority, HttpListener.start(listen.address(), listen.port(), tls, handler), host);
    }

    /** Where it is reached, for example {@code https://127.0.0.1:40123}. */
    public String url() {
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    public int port() {
        return listener.port();
    }

    /** The certificate that clients trust, in PEM. */
    public String caPem() {
        return authority.pem();
    }

    /** A kubeconfig for a user of these groups, with a certificate that proves it. */
    public String kubeconfig(String user, List<String> groups) {
        return Kubeconfig.of(url(), caPem(), user, authority.client(user, groups));
    }

    /** A kubeconfig for whoever has this token. */
    public String kubeconfig(String token) {
        return Kubeconfig.of(url(), caPem(), "token", token);
    }

    /** A kubeconfig for a program in a pod, which has its service account's token. */
    public String kubeconfigOfPod() {
        return Kubeconfig.ofTokenFile(url(), caPem(), TOKEN_OF_POD);
    }

    /** Writes a kubeconfig to a file that only its owner can read. */
    public static void write(Path file, String kubeconfig) {
        Kubeconfig.write(file, kubeconfig);
    }

    @Override
    public void close() {
        listener.close();
    }
}
