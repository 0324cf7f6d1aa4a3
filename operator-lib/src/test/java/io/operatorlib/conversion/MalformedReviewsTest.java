package io.operatorlib.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.internal.http.WebhookServer;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.tls.Authorities;
import io.operatorlib.internal.tls.Certificates;
import io.operatorlib.internal.tls.Credential;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Whatever is sent to the webhook over its wire is answered or refused. The system property
 * {@code operatorlib.webhook.malformed} tells how many bodies are sent.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class MalformedReviewsTest {
    private static final int BODIES = Integer.getInteger("operatorlib.webhook.malformed", 300);
    private static final Duration LONG = Duration.ofDays(1);

    /** Far below what ten thousand bodies have together, far above what a collection leaves behind by chance. */
    private static final long KEPT_AT_MOST = 32 * 1024 * 1024;

    private final Credential authority = Certificates.authority("test", Instant.now(), LONG);
    private final WebhookServer server = WebhookServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConversionServer.PATH,
            ConversionReviews.of(List.of(Websites.CONVERSION))::answer);
    private final Random random = new Random(11);
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private int failures;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void areAnsweredOrRefusedAndLeaveNothingBehind() throws Exception {
        var serving = Certificates.serving(authority, "server", List.of("127.0.0.1"), Instant.now(), LONG);
        server.serve(serving.key(), List.of(serving.certificate()));
        SSLContext context = Authorities.trusted(List.of(authority.certificate()));
        var client = HttpClient.newBuilder().sslContext(context).build();
        String review = ConversionReviewsTest.REVIEW.replace(
                "OBJECTS", ConversionReviewsTest.OLD + "," + ConversionReviewsTest.OLD);
        judge(post(client, review.getBytes(StandardCharsets.UTF_8)));
        long before = kept();
        for (int i = 0; i < BODIES; i++) {
            judge(post(client, body(review, i)));
            if (i % 100 == 0) {
                brokenOff(context, review);
                tooLarge(context);
            }
        }
        long after = kept();
        assertThat(after - before).as("bytes kept").isLessThan(KEPT_AT_MOST);
        assertThat(statuses.keySet()).containsExactlyInAnyOrder(200, 400);
        assertThat(failures).isGreaterThan(BODIES / 20);
        assertThat(post(client, review.getBytes(StandardCharsets.UTF_8)).body()).contains("\"Success\"");
        System.out.println("malformed reviews: " + statuses + ", of those answered " + failures + " are failures; "
                + (after - before) / 1024 + " KiB more kept than before");
    }

    private byte[] body(String review, int number) {
        if (number % 50 == 25) {
            byte[] noise = new byte[random.nextInt(100_000)];
            random.nextBytes(noise);
            return noise;
        }
        if (number % 50 == 26) {
            String objects = (ConversionReviewsTest.OLD + ",").repeat(2_000) + "7";
            return ConversionReviewsTest.REVIEW.replace("OBJECTS", objects).getBytes(StandardCharsets.UTF_8);
        }
        return Malformed.review(random, review).getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> post(HttpClient client, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.address().getPort() + ConversionServer.PATH))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void judge(HttpResponse<String> reply) {
        statuses.merge(reply.statusCode(), 1, Integer::sum);
        if (reply.statusCode() != 200) {
            assertThat(reply.body()).isNotEmpty();
            return;
        }
        JsonObject response = Json.object(Json.parse(reply.body()), "response");
        String status = Json.text(response, "result", "status");
        assertThat(status).isIn("Success", "Failure");
        if (status.equals("Failure")) {
            failures++;
            assertThat(Json.list(response, "convertedObjects")).isEmpty();
            assertThat(Json.text(response, "result", "message")).isNotEmpty();
        }
    }

    /** A request of which only the beginning comes. */
    private void brokenOff(SSLContext context, String review) throws IOException {
        try (var socket = context.getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            String head = "POST " + ConversionServer.PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + review.length()
                    + "\r\n\r\n" + review;
            socket.getOutputStream()
                    .write(head.substring(0, random.nextInt(head.length())).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }
    }

    /** A request that says beforehand that it is larger than one may be. */
    private void tooLarge(SSLContext context) throws IOException {
        try (var socket = context.getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            String head =
                    "POST " + ConversionServer.PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
            assertThat(line).isEqualTo("HTTP/1.1 413");
        }
    }

    private static long kept() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
