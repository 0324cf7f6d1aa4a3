package io.operatorlib.internal.http;

import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Asks agents over HTTP how they stand. Safe for use by many threads. */
public final class AgentClient {
    /** One that is well answers in milliseconds, from memory; another one is as good as silent. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Codec CODEC = new Codec();

    private final int port;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    public AgentClient(int port) {
        this.port = port;
    }

    /** What they answer, by their names; those that do not are not among them. */
    public <T> SortedMap<String, T> ask(SortedMap<String, String> addresses, long revision, Class<T> type)
            throws InterruptedException {
        var asked = new TreeMap<String, CompletableFuture<HttpResponse<String>>>();
        addresses.forEach((name, address) -> asked.put(name, ask(name, address, revision)));
        var answers = new TreeMap<String, T>();
        for (var each : asked.entrySet()) {
            try {
                var response = each.getValue().get();
                if (response.statusCode() == 200) {
                    answers.put(each.getKey(), CODEC.decode(type, response.body()));
                }
            } catch (ExecutionException | CodecException e) {
                // it is silent, which the answers say
            }
        }
        return answers;
    }

    private CompletableFuture<HttpResponse<String>> ask(String name, String address, long revision) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + host + ":" + port + "/state?agent=" + name + "&revision=" + revision))
                .timeout(PATIENCE)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
