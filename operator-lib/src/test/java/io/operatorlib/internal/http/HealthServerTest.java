package io.operatorlib.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Fake operator = new Fake();
    private List<String> missing = List.of();
    private final HealthServer server = HealthServer.start(ANY, operator, () -> missing, () -> "a_metric 1\n");

    private static final class Fake implements RunningOperator {
        private boolean healthy = true;
        private boolean ready = true;

        @Override
        public boolean stop(Duration atMost) {
            return true;
        }

        @Override
        public boolean healthy() {
            return healthy;
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public Optional<String> explain(String plural, ResourceKey key) {
            return plural.equals("greetings") ? Optional.of("explained " + key + "\n") : Optional.empty();
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void repliesAreSentWithoutDelayUnlessSomebodyHasSaidOtherwise() {
        String before = System.getProperty(HealthServer.NO_DELAY);
        try {
            System.clearProperty(HealthServer.NO_DELAY);
            HealthServer.prepare();
            assertThat(System.getProperty(HealthServer.NO_DELAY)).isEqualTo("true");

            System.setProperty(HealthServer.NO_DELAY, "false");
            HealthServer.prepare();
            assertThat(System.getProperty(HealthServer.NO_DELAY)).isEqualTo("false");
        } finally {
            System.setProperty(HealthServer.NO_DELAY, before == null ? "true" : before);
        }
    }

    @Test
    void aHealthyOperatorThatIsNotReadySaysSo() throws Exception {
        operator.ready = false;
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
        operator.ready = true;
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void anOperatorThatIsNotHealthySaysSo() throws Exception {
        operator.healthy = false;
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/healthz").body()).startsWith("not ok");
    }

    @Test
    void anOperatorThatMayNotDoItsWorkIsNotReadyAndSaysWhatIsMissing() throws Exception {
        missing = List.of("watch pods");
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/readyz").body()).isEqualTo("not ok\npermission is missing: watch pods\n");
    }

    @Test
    void metricsAreServedAsPrometheusReadsThem() throws Exception {
        var response = ask("GET", "/metrics");
        assertThat(response.body()).isEqualTo("a_metric 1\n");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void aResourceIsExplainedToWhoAsksFromHere() throws Exception {
        assertThat(ask("GET", "/debug/objects/greetings/default/hello").body()).isEqualTo("explained default/hello\n");
        assertThat(ask("GET", "/debug/objects/greetings/hello").body())
                .as("of a kind without namespaces")
                .isEqualTo("explained hello\n");
        for (String path : new String[] {"", "greetings", "pods/default/hello", "greetings/a/b/c"}) {
            assertThat(ask("GET", "/debug/objects/" + path).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        var response = ask("HEAD", "/healthz");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void nothingElseIsServed() throws Exception {
        for (String path : new String[] {"/", "/healthz/", "/healthzz", "/metrics/x", "/debug"}) {
            assertThat(ask("GET", path).statusCode()).as(path).isEqualTo(404);
        }
        var response = ask("POST", "/healthz");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void anAddressThatIsTakenIsNamed() {
        assertThatThrownBy(() -> HealthServer.start(server.address(), operator, List::of, () -> ""))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(String.valueOf(server.address().getPort()));
    }
}
