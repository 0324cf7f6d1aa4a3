package io.operatorlib.testing.apiproxy;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.operatorlib.internal.kube.HttpWatch;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.testing.apiserver.http.HttpRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The API server behind a proxy: client-java's connection (address, TLS, credentials) for requests as they came. A request
 * that shows a token of its own goes by that and by nothing else.
 */
final class Upstream implements AutoCloseable {
    /** As many as {@code HttpListener} serves: the bound on what is open at once is there. */
    private static final int MOST_CALLS = 2_000;

    /** A kube-apiserver closes connections that have been idle for 90 seconds: ours is to be the first to do so. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(45);

    /** Those that are said of one connection only, and what the transport does by itself. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "te",
            "transfer-encoding");

    private final ApiClient credentials;
    private final OkHttpClient trusted;
    private final OkHttpClient anonymous;
    private final HttpUrl server;

    private Upstream(ApiClient credentials, ApiClient none) {
        this.credentials = credentials;
        this.server = HttpUrl.get(credentials.getBasePath());
        this.trusted = transport(credentials);
        this.anonymous = transport(none);
    }

    static Upstream of(Path kubeconfig) {
        try (var reader = Files.newBufferedReader(kubeconfig)) {
            var config = KubeConfig.loadKubeConfig(reader);
            config.setFile(kubeconfig.toFile());
            var none = ClientBuilder.kubeconfig(config).setAuthentication(client -> {});
            return new Upstream(ClientBuilder.kubeconfig(config).build(), none.build());
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("the kubeconfig " + kubeconfig + " cannot be used: " + e, e);
        }
    }

    private static OkHttpClient transport(ApiClient client) {
        var dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(MOST_CALLS);
        dispatcher.setMaxRequestsPerHost(MOST_CALLS);
        return client.getHttpClient()
                .newBuilder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(MOST_CALLS, LONGEST_IDLE.toSeconds(), TimeUnit.SECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .readTimeout(Duration.ZERO)
                .build();
    }

    /** Sends a request; the reply's body is yet to be read. */
    Response send(HttpRequest request) throws IOException {
        return call(request, accepted(request, "")).execute();
    }

    /** Opens a watch; waits until the API server has said whether it does. */
    ApiWatch watch(HttpRequest request) throws IOException, InterruptedException {
        var watch = new HttpWatch(call(request, accepted(request, "protobuf")));
        try {
            watch.begin().get();
            return watch;
        } catch (ExecutionException e) {
            watch.close();
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            watch.close();
            throw e;
        }
    }

    /** The forms in which the client takes the reply, but for some. */
    private static String accepted(HttpRequest request, String but) {
        return request.headers().getOrDefault("accept", List.of("application/json")).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .filter(form -> but.isEmpty() || !form.contains(but))
                .collect(Collectors.joining(","));
    }

    private Call call(HttpRequest request, String accepted) throws IOException {
        var url = server.newBuilder().addPathSegments(request.path().substring(1));
        request.repeated().forEach((name, values) -> values.forEach(value -> url.addQueryParameter(name, value)));
        var built = new Request.Builder().url(url.build()).method(request.method(), body(request));
        request.headers().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name)) {
                values.forEach(value -> built.addHeader(name, value));
            }
        });
        built.header("Accept", accepted);
        var token = request.header("authorization");
        if (token.isPresent()) {
            return anonymous.newCall(built.header("Authorization", token.get()).build());
        }
        proof(request).forEach(built::header);
        return trusted.newCall(built.build());
    }

    private Map<String, String> proof(HttpRequest request) throws IOException {
        var headers = new HashMap<String, String>();
        try {
            credentials.updateParamsForAuth(
                    new String[] {"BearerToken"},
                    new ArrayList<>(),
                    headers,
                    new HashMap<>(),
                    "",
                    request.method(),
                    server.uri());
        } catch (ApiException e) {
            throw new IOException("no credentials for " + server.host(), e);
        }
        return headers;
    }

    private static @Nullable RequestBody body(HttpRequest request) {
        if (request.method().equals("GET")) {
            return null;
        }
        return RequestBody.create(
                request.bytes(),
                request.header("content-type").map(MediaType::get).orElse(null));
    }

    @Override
    public void close() {
        for (OkHttpClient client : List.of(trusted, anonymous)) {
            client.dispatcher().cancelAll();
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }
}
