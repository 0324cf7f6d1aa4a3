package io.operatorlib.testing.apiproxy;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.apiserver.http.CertificateAuthority;
import io.operatorlib.testing.apiserver.http.HttpExchange;
import io.operatorlib.testing.apiserver.http.HttpsEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Stands between a program and a Kubernetes API server, a real one or any other, and spoils what they say to each other:
 * it knows the verb, the resource and the object of each request, and each event of each watch.
 *
 * <p>The program is given the proxy's {@link #kubeconfig}, and needs to know nothing else. Faults are those of the
 * simulation, {@link ApiFault}: {@link #begin} lays one between the server and everybody, {@link #on} says to which
 * requests something happens, and what.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  request ─▶ delayed, refused, held ─▶ API server ─▶ hook after a write ─▶ reply lost, late ─▶ reply
 *  watch   ─▶ the same ─▶ API server ─▶ each event: held back, late; the stream cut, or ended by an ERROR
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>What no rule concerns passes as it came: headers, bodies, streams, in whatever form. A list is passed on as it
 *       comes, an event of a watch at once.
 *   <li>A hook runs after the API server has accepted the write, and before any of the reply leaves.
 *   <li>A request that is refused, or whose sender is killed before it, never reaches the API server.
 *   <li>Only clients that prove themselves by a certificate of this proxy act with the credentials that it was given;
 *       one that shows a bearer token acts by that, and nobody else at all.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>A fault meets what is looked at after it has begun: an event on its way may still arrive. Watches are passed on in
 * JSON. Connections that leave HTTP ({@code exec}, {@code attach}, {@code portforward}) are refused with 501. The past of
 * a real server cannot be shown: {@link ApiFault.OldView} is refused.
 */
public final class ApiProxy implements AutoCloseable {
    private final Rules rules = new Rules();
    private final Scheduler scheduler = new RealScheduler();
    private final Upstream server;
    private final CertificateAuthority authority;
    private final HttpsEndpoint endpoint;
    private volatile boolean closed;

    private ApiProxy(Upstream server, ApiServerHttps.Listen listen) {
        this.server = server;
        this.authority = CertificateAuthority.create("operator-lib-proxy", scheduler.now());
        this.endpoint = HttpsEndpoint.start(authority, listen, this::handle);
    }

    /**
     * Begins to stand before an API server, at a free port of the loopback interface.
     *
     * @param kubeconfig where the API server is, and who all are there who show no token of their own
     * @throws IllegalStateException if the file is not there or cannot be used
     */
    public static ApiProxy before(Path kubeconfig) {
        return before(kubeconfig, ApiServerHttps.Listen.loopback());
    }

    /**
     * Begins to stand before an API server, where others than programs of this machine reach it.
     *
     * @param kubeconfig as {@link #before(Path)} takes it
     * @throws IllegalStateException as {@link #before(Path)} does
     */
    public static ApiProxy before(Path kubeconfig, ApiServerHttps.Listen listen) {
        return new ApiProxy(Upstream.of(kubeconfig), listen);
    }

    private void handle(HttpExchange exchange) {
        if (closed) {
            return; // connections are broken off one after the other, and who notices it first may still have another
        }
        boolean own = exchange.clientCertificate()
                .filter(shown -> authority.vouchesForClient(shown, scheduler.now()))
                .isPresent();
        new Passage(rules, server, scheduler, exchange).pass(own);
    }

    // ---- for the program ----

    /** A kubeconfig for a program that is to act with the credentials that the proxy was given. */
    public String kubeconfig() {
        return endpoint.kubeconfig("through-proxy", List.of());
    }

    /** A kubeconfig for a program that has a token of the API server's. */
    public String kubeconfig(String token) {
        return endpoint.kubeconfig(token);
    }

    /**
     * A kubeconfig for a program in a pod, which goes by its service account's token: to be mounted, and named by the
     * variable {@code KUBECONFIG}.
     */
    public String kubeconfigOfPod() {
        return endpoint.kubeconfigOfPod();
    }

    /** Writes the kubeconfig of {@link #kubeconfig()} to a file that only its owner can read. */
    public void writeKubeconfig(Path file) {
        HttpsEndpoint.write(file, kubeconfig());
    }

    // ---- for the test ----

    /**
     * Lays a fault between the API server and everybody, until it is ended; watches that are open meet it, too.
     *
     * @throws IllegalArgumentException for a fault that a real server cannot be given
     */
    public void begin(ApiFault fault) {
        on(any -> true).meet(fault);
    }

    /** Ends a fault that was laid between the API server and everybody, or whoever. */
    public void end(ApiFault fault) {
        rules.end(fault);
    }

    /** Ends all that was said to happen. */
    public void heal() {
        rules.heal();
    }

    /** Says that something happens to these requests. Those that are for no resource have an empty one. */
    public Requests on(Predicate<Call> which) {
        return new Requests(rules, which);
    }

    /**
     * Says that something happens to the requests with a verb of a resource.
     *
     * @param verb as RBAC names it: {@code get}, {@code list}, {@code watch}, {@code create}, {@code update},
     *     {@code patch}, {@code delete}, {@code deletecollection}
     * @param resource the plural, for example {@code configmaps}
     */
    public Requests on(String verb, String resource) {
        return on(call -> call.verb().equals(verb) && call.resource().equals(resource));
    }

    /** Says that something happens to requests that may change something. */
    public Requests onWrites() {
        return on(Call::mutating);
    }

    /** Breaks off every connection; no request that arrives from now on gets through. */
    @Override
    public void close() {
        closed = true;
        endpoint.close();
        server.close();
    }
}
