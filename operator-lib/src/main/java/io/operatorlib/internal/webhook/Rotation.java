package io.operatorlib.internal.webhook;

import io.operatorlib.internal.tls.Certificates;
import io.operatorlib.internal.tls.Credential;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which certificates come next. Pure but for the keys that it draws.
 *
 * <p><b>Flow.</b> None → an authority and a server's certificate. A certificate of which less than a third of its time is
 * left, or that is not valid yet → the next; a new authority is trusted beside the one before it, for as long as that is valid. Other names → a
 * server's certificate for these.
 */
record Rotation(Set<String> names, Duration authorityValidity, Duration servingValidity) {
    /** A third of its time is enough to notice that it is not renewed. */
    private static final int LEFT = 3;

    private static final String AUTHORITY = "conversion-webhook-ca";
    private static final String SERVER = "conversion-webhook";

    /** The next; empty where the present is good. */
    Optional<Material> next(Optional<Material> present, Instant now) {
        if (present.isEmpty()) {
            return Optional.of(signed(newAuthority(now), List.of(), now));
        }
        Material known = present.get();
        if (known.authority().isEmpty()) {
            return Optional.empty(); // somebody else signs
        }
        Credential authority = known.authority().get();
        if (old(authority.certificate(), authorityValidity, now) || !isOwnKey(authority)) {
            var before = known.trusted().stream()
                    .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
                    .toList();
            return Optional.of(signed(newAuthority(now), before, now));
        }
        X509Certificate server = known.chain().get(0);
        boolean good = !old(server, servingValidity, now)
                && signs(authority.certificate(), server)
                && names(server).containsAll(names);
        return good
                ? Optional.empty()
                : Optional.of(signed(
                        authority, known.trusted().subList(1, known.trusted().size()), now));
    }

    private Credential newAuthority(Instant now) {
        return Certificates.authority(AUTHORITY, now, authorityValidity);
    }

    private Material signed(Credential authority, List<X509Certificate> before, Instant now) {
        Instant end = authority.certificate().getNotAfter().toInstant();
        Duration left = Duration.between(now, end);
        Credential server = Certificates.serving(
                authority, SERVER, names, now, left.compareTo(servingValidity) < 0 ? left : servingValidity);
        var trusted = new ArrayList<X509Certificate>();
        trusted.add(authority.certificate());
        trusted.addAll(before);
        return new Material(trusted, Optional.of(authority), server.key(), List.of(server.certificate()));
    }

    private static boolean old(X509Certificate certificate, Duration validity, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        return now.isBefore(certificate.getNotBefore().toInstant())
                || !now.isBefore(end.minus(validity.dividedBy(LEFT)));
    }

    private static boolean signs(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isOwnKey(Credential authority) {
        var probe = Certificates.client(
                authority,
                SERVER,
                List.of(),
                authority.certificate().getNotBefore().toInstant(),
                Duration.ofHours(1));
        return signs(authority.certificate(), probe.certificate());
    }

    private static Set<String> names(X509Certificate certificate) {
        var names = new TreeSet<String>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(each -> names.add(String.valueOf(each.get(1))));
            }
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        return names;
    }
}
