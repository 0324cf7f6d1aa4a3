package io.operatorlib.testing.apiserver.http;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * An API server that is reached over HTTPS: {@code kubectl} and every other Kubernetes client work with it, given its
 * kubeconfig.
 *
 * <p>Clients prove themselves by a certificate of this server's own authority or by a bearer token; requests without
 * proof are refused with 401, but for the server's health and version.
 *
 * <p>Closing it breaks off every connection; the API server behind it is left as it is.
 */
public final class ApiServerHttps implements AutoCloseable {
    private final HttpsEndpoint endpoint;
    private final Authentication authentication;

    private ApiServerHttps(HttpsEndpoint endpoint, Authentication authentication) {
        this.endpoint = endpoint;
        this.authentication = authentication;
    }

    /**
     * Where to listen.
     *
     * @param address the address to listen on
     * @param port the port; 0 for any free one
     * @param furtherNames names and addresses, besides the usual ones and this address, for which the server's
     *     certificate is good
     */
    public record Listen(InetAddress address, int port, List<String> furtherNames) {

        /** Any free port of the loopback interface. */
        public static Listen loopback() {
            return new Listen(InetAddress.getLoopbackAddress(), 0, List.of());
        }
    }

    /** Begins to serve, and to call webhooks over HTTPS; returns once it can be reached. */
    public static ApiServerHttps start(ApiServer server, Scheduler scheduler, Listen listen) {
        CertificateAuthority authority = CertificateAuthority.create("operator-lib", scheduler.now());
        server.webhooks(new WebhookCalls(server.as(Caller.ADMIN)));
        var authentication = new Authentication(authority, server::caller, scheduler);
        var face = new Face(
                authentication,
                new Impersonation(server::as),
                new Documents(server, new OpenApi()),
                new Resources(server::as, new Connections(server), new Forms(server::served, scheduler)));
        return new ApiServerHttps(HttpsEndpoint.start(authority, listen, face::handle), authentication);
    }

    /** Where it is reached, for example {@code https://127.0.0.1:40123}. */
    public String url() {
        return endpoint.url();
    }

    public int port() {
        return endpoint.port();
    }

    /** The certificate that clients trust, in PEM. */
    public String caPem() {
        return endpoint.caPem();
    }

    /** A kubeconfig for a user who may do everything. */
    public String kubeconfig() {
        return kubeconfig(Caller.ADMIN.name(), List.of(Caller.MASTERS));
    }

    /** A kubeconfig for a user of these groups, with a certificate that proves it. */
    public String kubeconfig(String user, List<String> groups) {
        return endpoint.kubeconfig(user, groups);
    }

    /** A kubeconfig for whoever has this token. */
    public String kubeconfig(String token) {
        return endpoint.kubeconfig(token);
    }

    /** Writes the kubeconfig of {@link #kubeconfig()} to a file that only its owner can read. */
    public void writeKubeconfig(Path file) {
        HttpsEndpoint.write(file, kubeconfig());
    }

    /** From now on, whoever shows this token is this caller. */
    public void token(String token, Caller caller) {
        authentication.token(token, caller);
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
