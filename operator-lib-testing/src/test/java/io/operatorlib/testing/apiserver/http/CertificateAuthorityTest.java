package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.tls.Credential;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CertificateAuthority authority = CertificateAuthority.create("test", NOW);

    @Test
    void vouchesForItsOwnClientsWhileTheirCertificatesAreValid() {
        X509Certificate client = authority.client("ann", List.of("a", "b")).certificate();
        assertThat(authority.vouchesForClient(client, NOW)).isTrue();
        assertThat(authority.vouchesForClient(
                        client, NOW.plus(CertificateAuthority.VALIDITY).plusSeconds(1)))
                .isFalse();
        assertThat(authority.vouchesForClient(client, NOW.minus(Duration.ofHours(1))))
                .isFalse();
    }

    @Test
    void vouchesNeitherForClientsOfAnotherNorForAServer() {
        CertificateAuthority other = CertificateAuthority.create("test", NOW);
        assertThat(authority.vouchesForClient(other.client("ann", List.of()).certificate(), NOW))
                .isFalse();
        assertThat(authority.vouchesForClient(authority.serving(List.of()).certificate(), NOW))
                .isFalse();
    }

    @Test
    void namesTheServerByItsUsualAndItsFurtherNames() throws Exception {
        X509Certificate server =
                authority.serving(List.of("10.96.0.1", "my.host")).certificate();
        assertThat(server.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1).toString())
                        .collect(Collectors.toSet()))
                .contains("localhost", "kubernetes.default.svc", "127.0.0.1", "10.96.0.1", "my.host");
    }

    @Test
    void neverShowsAKeyWhereItIsPrinted() {
        Credential client = authority.client("ann", List.of());
        assertThat(client.toString()).contains("CN=ann").doesNotContain("PRIVATE");
        assertThat(client.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
    }
}
