package io.operatorlib.internal.kube;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The door to a real API server: client-java's connection (addresses, TLS, authentication) under our own requests.
 *
 * <p>Each request has a connection to itself (HTTP/1.1) and is sent by the thread that waits for its reply. It retries
 * nothing that may have reached the server. A thread that is interrupted while it waits for a reply gets
 * {@link KubeApi.NoReplyException} at once, with its interrupt flag set. All threads are daemons.
 */
public final class ClientJavaKubeApi implements KubeApi {
    private static final Path IN_CLUSTER_TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    // more than any operator has in flight: the bound on parallel work is the engine's, not the transport's
    private static final int MOST_CALLS = 1024;

    private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

    private static final int MOST_IDLE = 64; // more than an operator has workers

    /** A kube-apiserver closes connections that have been idle for 90 seconds: ours is to be the first to do so. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(45);

    private final ApiClient apiClient;
    private final OkHttpClient http;
    private final HttpUrl server;
    private final URI serverUri; // a bearer token is the same for all addresses, and to make each a URI takes its time

    public ClientJavaKubeApi(ApiClient apiClient) {
        this.apiClient = apiClient;
        var dispatcher = new Dispatcher(threads());
        dispatcher.setMaxRequests(MOST_CALLS);
        dispatcher.setMaxRequestsPerHost(MOST_CALLS);
        this.http = apiClient
                .getHttpClient()
                .newBuilder()
                .dispatcher(dispatcher)
                .protocols(List.of(Protocol.HTTP_1_1))
                .socketFactory(new InterruptibleSockets())
                .connectionPool(new ConnectionPool(MOST_IDLE, LONGEST_IDLE.toSeconds(), TimeUnit.SECONDS))
                .followRedirects(false)
                .readTimeout(Duration.ZERO)
                .build();
        this.server = HttpUrl.get(apiClient.getBasePath());
        this.serverUri = server.uri();
    }

    /**
     * The cluster that kubectl would talk to from here: that of {@code KUBECONFIG} (of its first file where it names
     * several), else of {@code ~/.kube/config}, else that of the pod's service account, whose token is read anew each
     * minute.
     *
     * @throws IllegalStateException if there is none of them, or what is there cannot be used
     */
    public static ClientJavaKubeApi fromEnvironment() {
        String named = System.getenv("KUBECONFIG");
        if (named != null && !named.isBlank()) {
            return fromKubeconfig(Path.of(named.split(java.io.File.pathSeparator)[0]));
        }
        Path home = Path.of(System.getProperty("user.home", "/"), ".kube", "config");
        if (Files.isRegularFile(home)) {
            return fromKubeconfig(home);
        }
        if (Files.isRegularFile(IN_CLUSTER_TOKEN)) {
            try {
                return new ClientJavaKubeApi(ClientBuilder.cluster().build());
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException("the pod's service account cannot be used: " + e.getMessage(), e);
            }
        }
        throw new IllegalStateException("no cluster is known here: set KUBECONFIG, or run in a pod");
    }

    /**
     * The cluster of a kubeconfig file's current context.
     *
     * @throws IllegalStateException if the file is not there or cannot be used
     */
    public static ClientJavaKubeApi fromKubeconfig(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            var config = KubeConfig.loadKubeConfig(reader);
            config.setFile(file.toFile());
            return new ClientJavaKubeApi(ClientBuilder.kubeconfig(config).build());
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("the kubeconfig " + file + " cannot be used: " + e, e);
        }
    }

    private static ThreadPoolExecutor threads() {
        var count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, MOST_CALLS, IDLE_THREAD.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), body -> {
                    var thread = new Thread(body, "kube-api-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        Call call = http.newCall(http(request));
        call.timeout().timeout(request.deadline().toNanos(), TimeUnit.NANOSECONDS);
        try {
            Response response = call.execute();
            return new ApiResponse(
                    response.code(), headers(response), response.body().byteStream());
        } catch (IOException e) {
            throw noReply(request, e);
        }
    }

    private static NoReplyException noReply(ApiRequest request, IOException e) {
        String what = request.method() + " " + request.path();
        if (Thread.currentThread().isInterrupted()) {
            return new NoReplyException("interrupted during " + what, e);
        }
        return new NoReplyException(
                what + ": " + (e instanceof InterruptedIOException ? "no reply within " + request.deadline() : e), e);
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        var watch = new HttpWatch(http.newCall(http(request)));
        try {
            watch.begin().get(request.deadline().toNanos(), TimeUnit.NANOSECONDS);
            return watch;
        } catch (InterruptedException e) {
            watch.close();
            Thread.currentThread().interrupt();
            throw noReply(request, new InterruptedIOException());
        } catch (TimeoutException e) {
            watch.close();
            throw noReply(request, new InterruptedIOException());
        } catch (ExecutionException e) {
            throw noReply(request, e.getCause() instanceof IOException io ? io : new IOException(e));
        }
    }

    private Request http(ApiRequest request) {
        var url = server.newBuilder().addPathSegments(request.path().substring(1));
        request.query().forEach(url::addQueryParameter);
        var builder = new Request.Builder()
                .url(url.build())
                .method(request.method().name(), body(request))
                .header("Accept", "application/json")
                .header("User-Agent", "operator-lib");
        credentials(request).forEach(builder::header);
        return builder.build();
    }

    private Map<String, String> credentials(ApiRequest request) {
        var headers = new HashMap<String, String>();
        try {
            apiClient.updateParamsForAuth(
                    new String[] {"BearerToken"},
                    new ArrayList<>(),
                    headers,
                    new HashMap<>(),
                    "",
                    request.method().name(),
                    serverUri);
        } catch (io.kubernetes.client.openapi.ApiException e) {
            throw new NoReplyException("no credentials for " + server.host(), e);
        }
        return headers;
    }

    private static @Nullable RequestBody body(ApiRequest request) {
        if (request.method() == ApiRequest.Method.GET) {
            return null;
        }
        byte[] bytes = request.body().getBytes(StandardCharsets.UTF_8);
        MediaType type = request.contentType().isEmpty() ? null : MediaType.get(request.contentType());
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return type;
            }

            @Override
            public long contentLength() {
                return bytes.length;
            }

            // so that OkHttp does not send a write again whose first try may have taken effect
            @Override
            public boolean isOneShot() {
                return true;
            }

            // the process may have stood still since the request was made; without its body the server does nothing
            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                if (request.tooLate(System.nanoTime())) {
                    throw new InterruptedIOException("too late to be sent");
                }
                sink.write(bytes);
            }
        };
    }

    static Map<String, String> headers(Response response) {
        var headers = new HashMap<String, String>();
        for (var header : response.headers()) {
            headers.putIfAbsent(header.getFirst().toLowerCase(Locale.ROOT), header.getSecond());
        }
        return headers;
    }
}
