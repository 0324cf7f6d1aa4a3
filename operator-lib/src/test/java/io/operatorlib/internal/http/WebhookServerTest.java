package io.operatorlib.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.internal.tls.Authorities;
import io.operatorlib.internal.tls.Certificates;
import io.operatorlib.internal.tls.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebhookServerTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final Credential authority = Certificates.authority("test", Instant.now(), LONG);
    private final WebhookServer server = WebhookServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "/convert", WebhookServerTest::answer);

    private static String answer(String body) {
        if (body.equals("nonsense")) {
            throw new IllegalArgumentException("not a review");
        }
        return "{\"length\":" + body.length() + "}";
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void serve() {
        var serving = Certificates.serving(authority, "server", List.of("127.0.0.1"), Instant.now(), LONG);
        server.serve(serving.key(), List.of(serving.certificate()));
    }

    private record Reply(int status, String body, X509Certificate certificate) {}

    private Reply send(String method, String path, byte[] body) throws Exception {
        SSLContext context = Authorities.trusted(List.of(authority.certificate()));
        var url = URI.create("https://127.0.0.1:" + server.address().getPort() + path)
                .toURL();
        var connection = (HttpsURLConnection) url.openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setRequestMethod(method);
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            connection.getOutputStream().write(body);
        }
        int status = connection.getResponseCode();
        var in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Reply(status, text, (X509Certificate) connection.getServerCertificates()[0]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void answersOnItsPathAndNowhereElse() throws Exception {
        serve();
        assertThat(send("POST", "/convert", bytes("12345")).body()).isEqualTo("{\"length\":5}");
        assertThat(send("POST", "/", bytes("12345")).status()).isEqualTo(404);
        assertThat(send("POST", "/convert/more", bytes("12345")).status()).isEqualTo(404);
        assertThat(send("GET", "/convert", bytes("")).status()).isEqualTo(405);
        assertThat(send("POST", "/convert", bytes("nonsense")))
                .satisfies(reply -> assertThat(reply.status()).isEqualTo(400))
                .satisfies(reply -> assertThat(reply.body()).contains("not a review"));
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        serve();
        assertThat(send("POST", "/convert", new byte[WebhookServer.LARGEST_BODY])
                        .status())
                .isEqualTo(200);
        // refused before all of it is read, so the client may see its connection closed first
        try {
            assertThat(send("POST", "/convert", new byte[WebhookServer.LARGEST_BODY + 1])
                            .status())
                    .isEqualTo(413);
        } catch (IOException e) {
            assertThat(send("POST", "/convert", bytes("1")).status()).isEqualTo(200);
        }
    }

    @Test
    void withoutACertificateNobodyConnects() {
        assertThatThrownBy(() -> send("POST", "/convert", bytes("1"))).isInstanceOf(IOException.class);
    }

    @Test
    void anotherCertificateIsServedFromNowOn() throws Exception {
        serve();
        var before = send("POST", "/convert", bytes("1")).certificate();
        assertThat(send("POST", "/convert", bytes("1")).certificate()).isEqualTo(before);
        serve();
        assertThat(send("POST", "/convert", bytes("1")).certificate()).isNotEqualTo(before);
    }
}
