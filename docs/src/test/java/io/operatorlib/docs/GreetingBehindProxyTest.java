package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiproxy.ApiProxy;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The operator as a process, between which and its API server a proxy stands. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class GreetingBehindProxyTest {
    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";
    private static final String PAGE = "/api/v1/namespaces/default/configmaps/hello-page";

    private final RealScheduler scheduler = new RealScheduler();
    private final ApiServer server = ApiServer.create(scheduler);
    private final KubeApi admin = server.as(Caller.ADMIN);
    private final ApiServerHttps https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback());
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Path folder;

    GreetingBehindProxyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        https.close();
    }

    @Test
    void killedRightAfterItWroteThePageItFinishesWhatItBegan() throws Exception {
        https.writeKubeconfig(folder.resolve("cluster"));
        // region behind-proxy
        try (var proxy = ApiProxy.before(folder.resolve("cluster"))) {
            proxy.writeKubeconfig(folder.resolve("proxied"));
            Process first = start(GreetingOperator.class, folder.resolve("proxied"));
            proxy.on("patch", "configmaps").nth(1).crashAfter(first::destroyForcibly);
            greet("hello");
            first.waitFor();
            assertThat(page()).contains("hello");
            assertThat(status()).isEmpty();

            var silent = proxy.on("watch", "configmaps").meet(new ApiFault.FreezeWatches());
            start(GreetingOperator.class, folder.resolve("proxied"));
            await(() -> silent.met() > 0);
            silent.end();
            await(() -> status().equals(Optional.of("1")));
        }
        // endregion
    }

    private Process start(Class<?> program, Path kubeconfig) throws IOException {
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("POD_IP", "127.0.0.1");
        var started = builder.start();
        processes.add(started);
        return started;
    }

    /** Greets, as soon as the operator has made its kind known. */
    private void greet(String text) throws InterruptedException {
        var greeting = ApiRequest.of(Method.POST, GREETINGS)
                .withBody(
                        "application/json",
                        "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Greeting\",\"metadata\":{\"name\":\""
                                + text + "\"},\"spec\":{\"text\":\"" + text + "\"}}");
        await(() -> {
            try (var reply = admin.send(greeting)) {
                return reply.ok();
            }
        });
    }

    private Optional<String> page() {
        return field(PAGE, "data", "index.html");
    }

    private Optional<String> status() {
        return field(GREETINGS + "/hello", "status", "pages");
    }

    private Optional<String> field(String path, String part, String name) {
        try (var reply = admin.send(ApiRequest.of(Method.GET, path))) {
            var object = JsonParser.parseString(reply.text()).getAsJsonObject();
            return Optional.ofNullable(object.getAsJsonObject(part))
                    .map(inner -> inner.get(name))
                    .map(value -> value.getAsString());
        }
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long end = scheduler.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(scheduler.nanoTime()).isLessThan(end);
            scheduler.sleep(Duration.ofMillis(20));
        }
    }
}
