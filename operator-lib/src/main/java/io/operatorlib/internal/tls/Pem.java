package io.operatorlib.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Certificates and private keys as text. */
public final class Pem {
    private Pem() {}

    /** Certificates, one after the other. */
    public static String of(List<X509Certificate> certificates) {
        return String.join("", certificates.stream().map(Pem::of).toList());
    }

    static String of(X509Certificate certificate) {
        return written(certificate);
    }

    static String of(PrivateKey key) {
        try {
            return written(new JcaPKCS8Generator(key, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String written(Object thing) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(thing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The certificates of a text; none where it has others than such. */
    public static List<X509Certificate> certificates(String text) {
        try (var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
            var certificates = new ArrayList<X509Certificate>();
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                certificates.add((X509Certificate) certificate);
            }
            return certificates;
        } catch (CertificateException | IOException e) {
            return List.of();
        }
    }

    /** The private key of a text, be it PKCS #8 or of OpenSSL's older forms; empty where there is none. */
    public static Optional<PrivateKey> key(String text) {
        try (var parser = new PEMParser(new StringReader(text))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PrivateKeyInfo info) {
                    return key(info);
                }
                if (found instanceof PEMKeyPair pair) {
                    return key(pair.getPrivateKeyInfo());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<PrivateKey> key(PrivateKeyInfo info) throws IOException {
        var spec = new PKCS8EncodedKeySpec(info.getEncoded());
        return Stream.of("EC", "RSA", "Ed25519")
                .flatMap(algorithm -> key(algorithm, spec).stream())
                .findFirst();
    }

    private static Optional<PrivateKey> key(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (InvalidKeySpecException | NoSuchAlgorithmException e) {
            return Optional.empty(); // a key of another kind
        }
    }
}
