package io.operatorlib.testing.apiserver.http;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.Caller;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Finds out who sends a request: by a bearer token (a service account's, or one given for tests) or by a client
 * certificate of our authority, whose common name is the user and whose organisations are the groups.
 */
final class Authentication {
    private final CertificateAuthority authority;
    private final Function<String, Optional<Caller>> accounts;
    private final Scheduler scheduler;
    private final Map<String, Caller> given = new ConcurrentHashMap<>();

    /**
     * What knows the callers.
     *
     * @param accounts whose a service account's token is
     */
    Authentication(CertificateAuthority authority, Function<String, Optional<Caller>> accounts, Scheduler scheduler) {
        this.authority = authority;
        this.accounts = accounts;
        this.scheduler = scheduler;
    }

    /** Lets whoever shows this token be this caller. */
    void token(String token, Caller caller) {
        given.put(token, caller);
    }

    /** The caller; empty where the request shows a proof that is not good, or none. */
    Optional<Caller> caller(HttpExchange exchange) {
        Optional<String> header = exchange.request().header("authorization");
        if (header.isPresent()) {
            String[] words = header.get().strip().split("\\s+", 2);
            return words.length == 2 && words[0].equalsIgnoreCase("bearer") ? byToken(words[1]) : Optional.empty();
        }
        return exchange.clientCertificate().flatMap(this::byCertificate);
    }

    private Optional<Caller> byToken(String token) {
        Caller known = given.get(token);
        return known != null ? Optional.of(known) : accounts.apply(token);
    }

    private Optional<Caller> byCertificate(X509Certificate certificate) {
        if (!authority.vouchesForClient(certificate, scheduler.now())) {
            return Optional.empty();
        }
        try {
            List<Rdn> names = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            return values(names, "CN").stream()
                    .findFirst()
                    .map(user -> Caller.user(user, values(names, "O").toArray(String[]::new)));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private static List<String> values(List<Rdn> names, String type) {
        return names.stream()
                .filter(name -> name.getType().equalsIgnoreCase(type))
                .map(name -> name.getValue().toString())
                .toList();
    }
}
