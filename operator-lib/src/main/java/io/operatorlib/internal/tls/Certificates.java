package io.operatorlib.internal.tls;

import java.math.BigInteger;
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
import java.util.List;
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
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates of keys of its own (P-256), each with a key that was never used before. */
public final class Certificates {
    /** Clocks of two machines, or of a machine and its containers, may differ by this much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private Certificates() {}

    /** A new authority, which vouches for itself. */
    public static Credential authority(String name, Instant now, Duration validity) {
        KeyPair keys = newKeys();
        X500Name subject = name(name, List.of());
        X509Certificate certificate = sign(
                new Signer(subject, keys.getPrivate()),
                subject,
                keys.getPublic(),
                now,
                validity,
                builder -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                        .addExtension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)));
        return new Credential(keys.getPrivate(), certificate);
    }

    /** A server's credential for names and addresses. */
    public static Credential serving(
            Credential authority, String name, Collection<String> names, Instant now, Duration validity) {
        GeneralName[] alternatives = names.stream()
                .map(each -> new GeneralName(isAddress(each) ? GeneralName.iPAddress : GeneralName.dNSName, each))
                .toArray(GeneralName[]::new);
        return issue(
                authority,
                name(name, List.of()),
                KeyPurposeId.id_kp_serverAuth,
                now,
                validity,
                builder ->
                        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives)));
    }

    /** A client's credential: the common name is the user, the organisations are the groups. */
    public static Credential client(
            Credential authority, String user, List<String> groups, Instant now, Duration validity) {
        return issue(authority, name(user, groups), KeyPurposeId.id_kp_clientAuth, now, validity, builder -> {});
    }

    private static X500Name name(String name, List<String> organisations) {
        var subject = new X500NameBuilder(BCStyle.INSTANCE);
        organisations.forEach(organisation -> subject.addRDN(BCStyle.O, organisation));
        return subject.addRDN(BCStyle.CN, name).build();
    }

    private static Credential issue(
            Credential authority,
            X500Name subject,
            KeyPurposeId purpose,
            Instant now,
            Duration validity,
            Extensions further) {
        KeyPair own = newKeys();
        X509Certificate by = authority.certificate();
        var signer =
                new Signer(X500Name.getInstance(by.getSubjectX500Principal().getEncoded()), authority.key());
        return new Credential(own.getPrivate(), sign(signer, subject, own.getPublic(), now, validity, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(by.getPublicKey()));
            further.addTo(builder);
        }));
    }

    private record Signer(X500Name name, PrivateKey key) {}

    @FunctionalInterface
    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException, NoSuchAlgorithmException;
    }

    private static X509Certificate sign(
            Signer signer, X500Name subject, PublicKey key, Instant now, Duration validity, Extensions extensions) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    signer.name(),
                    new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(validity)),
                    subject,
                    key);
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
            extensions.addTo(builder);
            var content = new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key());
            return new JcaX509CertificateConverter().getCertificate(builder.build(content));
        } catch (CertIOException | OperatorCreationException | CertificateException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9]+(\\.[0-9]+){3}");
    }
}
