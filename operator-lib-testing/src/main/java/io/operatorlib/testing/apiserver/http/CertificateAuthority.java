package io.operatorlib.testing.apiserver.http;

import io.operatorlib.internal.tls.Certificates;
import io.operatorlib.internal.tls.Credential;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A certificate authority that lives as long as one API server: it signs the server's own certificate and the
 * certificates by which clients prove who they are. Its key never leaves the process.
 */
public final class CertificateAuthority {

    /** Outlives any test and any cluster on a laptop, and still runs out should a key be left lying about. */
    static final Duration VALIDITY = Duration.ofDays(365);

    private static final String CLIENTS = "1.3.6.1.5.5.7.3.2"; // RFC 5280: id-kp-clientAuth

    private static final List<String> SERVER_NAMES = List.of(
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "127.0.0.1",
            "::1");

    private final Instant now;
    private final Credential self;

    private CertificateAuthority(String name, Instant now) {
        this.now = now;
        this.self = Certificates.authority(name, now, VALIDITY);
    }

    /** A new authority whose certificates are valid from this time on. */
    public static CertificateAuthority create(String name, Instant now) {
        return new CertificateAuthority(name, now);
    }

    /** The certificate of this authority in PEM: what a client trusts. */
    public String pem() {
        return self.certificatePem();
    }

    X509Certificate certificate() {
        return self.certificate();
    }

    /** A server's credential for the usual names of a Kubernetes API server and these further names or addresses. */
    public Credential serving(Collection<String> furtherNames) {
        Set<String> names = new LinkedHashSet<>(SERVER_NAMES);
        names.addAll(furtherNames);
        return Certificates.serving(self, "kube-apiserver", names, now, VALIDITY);
    }

    /** A client's credential: the common name is the user, the organisations are the groups. */
    public Credential client(String user, List<String> groups) {
        return Certificates.client(self, user, groups, now, VALIDITY);
    }

    /** Tells whether this authority signed the certificate for a client and it is valid at the time. */
    public boolean vouchesForClient(X509Certificate other, Instant at) {
        try {
            other.verify(self.certificate().getPublicKey());
            other.checkValidity(Date.from(at));
            List<String> purposes = other.getExtendedKeyUsage();
            return purposes != null && purposes.contains(CLIENTS);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
