package io.operatorlib.testing.apiserver.http;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority that lives as long as one API server: it signs the server's own certificate and the
 * certificates by which clients prove who they are. Its key never leaves the process.
 */
public final class CertificateAuthority {

    /** Outlives any test and any cluster on a laptop, and still runs out should a key be left lying about. */
    static final Duration VALIDITY = Duration.ofDays(365);

    /** Clocks of two machines, or of a machine and its containers, may differ by this much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final List<String> SERVER_NAMES = List.of(
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "127.0.0.1",
            "::1");

    private final SecureRandom random = new SecureRandom();
    private final Instant now;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private CertificateAuthority(String name, Instant now) {
        this.now = now;
        this.keys = newKeys();
        X500Name subject =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
        this.certificate = sign(
                subject,
                subject,
                keys.getPublic(),
                builder -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                        .addExtension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)));
    }

    /** A new authority whose certificates are valid from this time on. */
    public static CertificateAuthority create(String name, Instant now) {
        return new CertificateAuthority(name, now);
    }

    /** A private key and the certificate of its public half. */
    public record Credential(PrivateKey key, X509Certificate certificate) {
        /** The certificate in PEM. */
        public String certificatePem() {
            return pem(certificate);
        }

        /** The private key in PEM (PKCS #8). */
        public String keyPem() {
            try {
                return pem(new JcaPKCS8Generator(key, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The certificate alone: a private key is never shown. */
        @Override
        public String toString() {
            return "Credential[" + certificate.getSubjectX500Principal().getName() + "]";
        }
    }

    /** The certificate of this authority in PEM: what a client trusts. */
    public String pem() {
        return pem(certificate);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** A server's credential for the usual names of a Kubernetes API server and these further names or addresses. */
    public Credential serving(Collection<String> furtherNames) {
        Set<String> names = new LinkedHashSet<>(SERVER_NAMES);
        names.addAll(furtherNames);
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "kube-apiserver")
                .build();
        return issue(subject, KeyPurposeId.id_kp_serverAuth, new GeneralNames(alternatives));
    }

    /** A client's credential: the common name is the user, the organisations are the groups. */
    public Credential client(String user, List<String> groups) {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        groups.forEach(group -> subject.addRDN(BCStyle.O, group));
        return issue(subject.addRDN(BCStyle.CN, user).build(), KeyPurposeId.id_kp_clientAuth, null);
    }

    /** Tells whether this authority signed the certificate for a client and it is valid at the time. */
    boolean vouchesForClient(X509Certificate other, Instant at) {
        try {
            other.verify(keys.getPublic());
            other.checkValidity(Date.from(at));
            List<String> purposes = other.getExtendedKeyUsage();
            return purposes != null && purposes.contains(KeyPurposeId.id_kp_clientAuth.getId());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Credential issue(
            X500Name subject, KeyPurposeId purpose, @org.jspecify.annotations.Nullable GeneralNames alternatives) {
        KeyPair own = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return new Credential(own.getPrivate(), sign(issuer, subject, own.getPublic(), builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(keys.getPublic()));
            if (alternatives != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            }
        }));
    }

    private X509Certificate sign(X500Name issuer, X500Name subject, PublicKey key, Extensions extensions) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(127, random).add(BigInteger.ONE),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(VALIDITY)),
                    subject,
                    key);
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
            extensions.addTo(builder);
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (CertIOException | OperatorCreationException | CertificateException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    @FunctionalInterface
    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException, NoSuchAlgorithmException;
    }

    private KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9]+(\\.[0-9]+){3}");
    }

    private static String pem(Object thing) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(thing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
