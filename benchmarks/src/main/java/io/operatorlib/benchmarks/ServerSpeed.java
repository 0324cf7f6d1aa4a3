package io.operatorlib.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * How soon API servers can be asked, and how many questions they answer: the double in process, the double over HTTPS
 * through client-java, and a real kube-apiserver through client-java. One client asks: three reads of a ConfigMap, then
 * a write.
 */
public final class ServerSpeed {
    private static final Duration WARM = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final int STARTS = 5;
    private static final int READS_PER_WRITE = 3;
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private ServerSpeed() {}

    public static void main(String[] args) throws Exception {
        System.out.printf("%-34s %12s %14s%n", "", "start", "operations/s");
        long begin = System.nanoTime();
        try (var first = new Server.InProcess()) {
            ask(first.api(), ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/default"));
            row("double, the first in its JVM", System.nanoTime() - begin, 0);
        }
        var starts = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            begin = System.nanoTime();
            new Server.InProcess().close();
            starts[i] = System.nanoTime() - begin;
        }
        Arrays.sort(starts);
        try (var server = new Server.InProcess()) {
            row("double, in process", starts[STARTS / 2], rate(server.api()));
            row("double, HTTPS, client-java", starts[STARTS / 2], rate(clientJava(server)));
        }
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null) {
            System.out.println("kube-apiserver: KUBEBUILDER_ASSETS names no folder with it");
            return;
        }
        begin = System.nanoTime();
        try (var server = new Server.Real(Path.of(assets))) {
            long started = System.nanoTime() - begin;
            row("kube-apiserver, HTTPS, client-java", started, rate(clientJava(server)));
        }
    }

    private static KubeApi clientJava(Server server) throws IOException {
        return new ClientJavaKubeApi(
                ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(server.kubeconfig())))
                        .build());
    }

    private static void row(String what, long startNanos, double rate) {
        System.out.printf(
                "%-34s %9.3f s %14s%n", what, startNanos / 1e9, rate == 0 ? "" : String.format("%,.0f", rate));
    }

    private static double rate(KubeApi api) throws Exception {
        var map = new JsonObject();
        var meta = new JsonObject();
        meta.addProperty("generateName", "speed-");
        map.add("metadata", meta);
        var data = new JsonObject();
        map.add("data", data);
        data.addProperty("count", "0");
        var created =
                ask(api, ApiRequest.of(ApiRequest.Method.POST, MAPS).withBody("application/json", map.toString()));
        String path =
                MAPS + "/" + created.getAsJsonObject("metadata").get("name").getAsString();
        Callable<Integer> round = () -> round(api, path);
        during(WARM, round);
        return during(MEASURED, round);
    }

    private static int round(KubeApi api, String path) {
        JsonObject seen = new JsonObject();
        for (int i = 0; i < READS_PER_WRITE; i++) {
            seen = ask(api, ApiRequest.of(ApiRequest.Method.GET, path));
        }
        var data = seen.getAsJsonObject("data");
        data.addProperty("count", String.valueOf(data.get("count").getAsInt() + 1));
        ask(api, ApiRequest.of(ApiRequest.Method.PUT, path).withBody("application/json", seen.toString()));
        return READS_PER_WRITE + 1;
    }

    private static double during(Duration time, Callable<Integer> round) throws Exception {
        long begin = System.nanoTime();
        long operations = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            operations += round.call();
        }
        return operations * 1e9 / (System.nanoTime() - begin);
    }

    private static JsonObject ask(KubeApi api, ApiRequest request) {
        try (var reply = api.send(request)) {
            if (!reply.ok()) {
                throw new IllegalStateException(request + ": " + reply.text());
            }
            return JsonParser.parseString(reply.text()).getAsJsonObject();
        }
    }
}
