package io.operatorlib.internal.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A private key and the certificate of its public half. */
public record Credential(PrivateKey key, X509Certificate certificate) {
    /** The certificate in PEM. */
    public String certificatePem() {
        return Pem.of(certificate);
    }

    /** The private key in PEM (PKCS #8). */
    public String keyPem() {
        return Pem.of(key);
    }

    /** The certificate alone: a private key is never shown. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal().getName() + "]";
    }
}
