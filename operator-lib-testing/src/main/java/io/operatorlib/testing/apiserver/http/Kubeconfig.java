package io.operatorlib.testing.apiserver.http;

import io.operatorlib.internal.tls.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** The text that tells a Kubernetes client where the API server is, what to trust, and who it is. */
final class Kubeconfig {

    private Kubeconfig() {}

    /** For a client that proves itself by a certificate. */
    static String of(String server, String caPem, String user, Credential credential) {
        return text(
                server,
                caPem,
                user,
                "    client-certificate-data: %s\n    client-key-data: %s\n"
                        .formatted(base64(credential.certificatePem()), base64(credential.keyPem())));
    }

    /** For a client that proves itself by a bearer token. */
    static String of(String server, String caPem, String user, String token) {
        return text(server, caPem, user, "    token: %s\n".formatted(token));
    }

    /** For a client that proves itself by the bearer token in a file of its own. */
    static String ofTokenFile(String server, String caPem, String file) {
        return text(server, caPem, "token", "    tokenFile: %s\n".formatted(file));
    }

    private static String text(String server, String caPem, String user, String proof) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: local
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: "%s"
                  user:
                %s
                contexts:
                - name: local
                  context:
                    cluster: local
                    user: "%s"
                    namespace: default
                current-context: local
                """.formatted(server, base64(caPem), user, proof.stripTrailing(), user);
    }

    /** Writes the file so that only its owner can read it, and so that a reader sees all of it or nothing. */
    static void write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path draft = Files.createTempFile(
                    folder,
                    ".kubeconfig",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
