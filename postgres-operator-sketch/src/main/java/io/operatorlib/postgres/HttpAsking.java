package io.operatorlib.postgres;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Asks the instances over HTTP. */
final class HttpAsking implements Asking {
    /** An instance that is well answers in milliseconds, from memory; another one is as good as silent. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Gson gson = new Gson();

    @Override
    public Instances ask(SortedMap<String, String> addresses, long revision) throws InterruptedException {
        var asked = new TreeMap<String, CompletableFuture<HttpResponse<String>>>();
        addresses.forEach((name, address) -> asked.put(
                name,
                client.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://" + address + ":" + PostgresCluster.STATE_PORT
                                        + "/state?revision=" + revision))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())));
        var answers = new TreeMap<String, InstanceState>();
        for (var each : asked.entrySet()) {
            try {
                var response = each.getValue().get();
                var state = gson.fromJson(response.body(), InstanceState.class);
                if (response.statusCode() == 200
                        && state != null
                        && state.name().equals(each.getKey())) {
                    answers.put(each.getKey(), state);
                }
            } catch (ExecutionException | JsonSyntaxException e) {
                // it is silent, which the answers say
            }
        }
        return new Instances(answers);
    }
}
