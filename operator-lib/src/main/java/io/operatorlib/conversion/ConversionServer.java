package io.operatorlib.conversion;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How an operator converts for the API server: a webhook in each of its replicas. Starts from {@link #behindService} or
 * {@link #at}.
 *
 * <p>The replicas share certificates of an authority of their own in a Secret, write that authority into the definitions,
 * and renew all of it in time. An operator is ready when the API server has had an object converted.
 *
 * @param service the Service before the replicas, in their namespace; empty where there is a URL. It must publish
 *     addresses that are not ready: an operator is not ready before it has converted.
 * @param url where the API server finds the webhook of an operator outside the cluster; empty where there is a Service
 * @param namespace of the Service and the Secret; empty for that of the pod
 * @param port where the webhook listens; the Service's port 443 leads there
 * @param secret where the certificates are
 * @param certificatesFromElsewhere whether somebody else writes the Secret
 * @param authorityValidity how long an authority is valid; renewed when a third of that is left
 * @param servingValidity how long a server's certificate is valid; renewed when a third of that is left
 * @param conversions of which kinds
 */
public record ConversionServer(
        String service,
        String url,
        String namespace,
        int port,
        String secret,
        boolean certificatesFromElsewhere,
        Duration authorityValidity,
        Duration servingValidity,
        List<Conversion<?, ?>> conversions) {
    /** The path at which reviews are answered. */
    public static final String PATH = "/convert";

    /** The field's port for webhooks. */
    public static final int PORT = 9443;

    /** A stolen key is of no use after that; an operator that was away for a year still finds its authority. */
    public static final Duration AUTHORITY_VALIDITY = Duration.ofDays(730);

    /** As for other servers' certificates. */
    public static final Duration SERVING_VALIDITY = Duration.ofDays(90);

    public ConversionServer {
        conversions = List.copyOf(conversions);
        if (service.isEmpty() == url.isEmpty()) {
            throw new IllegalArgumentException("a webhook is behind a Service or at a URL");
        }
    }

    /** Behind the Service of that name; the certificates are in the Secret of the same name. */
    public static ConversionServer behindService(String name) {
        return new ConversionServer(name, "", "", PORT, name, false, AUTHORITY_VALIDITY, SERVING_VALIDITY, List.of());
    }

    /**
     * At a URL that leads to this process, which the API server can reach; the certificates are in the Secret of that
     * name.
     *
     * @param url for example {@code https://192.0.2.7:9443}
     */
    public static ConversionServer at(String url, String secret) {
        URI uri = URI.create(url);
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("a webhook's URL is one of https: " + url);
        }
        int port = uri.getPort() < 0 ? 443 : uri.getPort();
        return new ConversionServer(
                "",
                "https://" + uri.getHost() + ":" + port + PATH,
                "",
                port,
                secret,
                false,
                AUTHORITY_VALIDITY,
                SERVING_VALIDITY,
                List.of());
    }

    /** Converts one more kind. */
    public ConversionServer converting(Conversion<?, ?> conversion) {
        var all = new ArrayList<>(conversions);
        all.add(conversion);
        return new ConversionServer(
                service,
                url,
                namespace,
                port,
                secret,
                certificatesFromElsewhere,
                authorityValidity,
                servingValidity,
                all);
    }

    /** The Service and the Secret are in that namespace. */
    public ConversionServer in(String otherNamespace) {
        return new ConversionServer(
                service,
                url,
                otherNamespace,
                port,
                secret,
                certificatesFromElsewhere,
                authorityValidity,
                servingValidity,
                conversions);
    }

    /** Listens at another port than {@link #PORT}; 0 for any that is free. */
    public ConversionServer port(int other) {
        return new ConversionServer(
                service,
                url,
                namespace,
                other,
                secret,
                certificatesFromElsewhere,
                authorityValidity,
                servingValidity,
                conversions);
    }

    /** Takes its certificates from a Secret that somebody else writes and renews: cert-manager, for example. */
    public ConversionServer certificatesFrom(String otherSecret) {
        return new ConversionServer(
                service, url, namespace, port, otherSecret, true, authorityValidity, servingValidity, conversions);
    }

    /** Renews its certificates so often that they need not be valid for longer than this. */
    public ConversionServer validity(Duration authority, Duration serving) {
        return new ConversionServer(
                service, url, namespace, port, secret, certificatesFromElsewhere, authority, serving, conversions);
    }
}
