package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Watchable;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiServerHttpsTest {
    private final RealScheduler scheduler = new RealScheduler();
    private final ApiServer server = ApiServer.create(scheduler);
    private final ApiServerHttps https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback());

    @AfterEach
    void close() {
        https.close();
    }

    private static ApiClient client(String kubeconfig) throws Exception {
        return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(kubeconfig)))
                .build();
    }

    private Response send(String kubeconfig, String method, String path, String type, String body, String accept)
            throws Exception {
        OkHttpClient http = client(kubeconfig).getHttpClient();
        Request.Builder request = new Request.Builder()
                .url(https.url() + path)
                .method(method, body.isEmpty() ? null : RequestBody.create(body, MediaType.parse(type)));
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        // client-java adds the token to its own calls, not to those of its HTTP client
        Matcher token = Pattern.compile("token: (\\S+)").matcher(kubeconfig);
        if (token.find()) {
            request.header("Authorization", "Bearer " + token.group(1));
        }
        return http.newCall(request.build()).execute();
    }

    private JsonObject get(String path, String accept) throws Exception {
        try (Response response = send(https.kubeconfig(), "GET", path, "", "", accept)) {
            return JsonParser.parseString(response.body().string()).getAsJsonObject();
        }
    }

    private void configMap(String name) {
        assertThat(server.as(Caller.ADMIN)
                        .send(ApiRequest.of(ApiRequest.Method.POST, "/api/v1/namespaces/default/configmaps")
                                .withBody(
                                        "application/json",
                                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                                                + "\"},\"data\":{\"a\":\"b\"}}"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void clientJavaCreatesListsAndWatches() throws Exception {
        ApiClient client = client(https.kubeconfig());
        CoreV1Api api = new CoreV1Api(client);
        api.createNamespacedConfigMap(
                        "default",
                        new V1ConfigMap()
                                .metadata(new V1ObjectMeta().name("one"))
                                .data(Map.of("a", "b")))
                .execute();
        var list = api.listNamespacedConfigMap("default").execute();
        assertThat(list.getItems())
                .extracting(item -> item.getMetadata().getName())
                .containsExactly("one");
        try (Watchable<V1ConfigMap> watch = Watch.createWatch(
                client,
                api.listNamespacedConfigMap("default")
                        .resourceVersion(list.getMetadata().getResourceVersion())
                        .watch(true)
                        .buildCall(null),
                new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            configMap("two");
            var event = watch.next();
            assertThat(event.type).isEqualTo("ADDED");
            assertThat(event.object.getMetadata().getName()).isEqualTo("two");
        }
    }

    @Test
    void aWatchOverAWebSocketGetsEachEventAsAMessage() throws Exception {
        long before = threads();
        var messages = new LinkedBlockingQueue<String>();
        OkHttpClient http = client(https.kubeconfig()).getHttpClient();
        var socket = http.newWebSocket(
                new Request.Builder()
                        .url(https.url() + "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=3600")
                        .build(),
                new WebSocketListener() {
                    @Override
                    public void onMessage(okhttp3.WebSocket webSocket, String text) {
                        messages.add(text);
                    }

                    @Override
                    public void onFailure(okhttp3.WebSocket webSocket, Throwable problem, Response response) {
                        messages.add(problem + " " + response);
                    }
                });
        configMap("one");
        JsonObject event =
                JsonParser.parseString(messages.poll(30, TimeUnit.SECONDS)).getAsJsonObject();
        assertThat(event.get("type").getAsString()).isEqualTo("ADDED");
        assertThat(event.getAsJsonObject("object")
                        .getAsJsonObject("metadata")
                        .get("name")
                        .getAsString())
                .isEqualTo("one");

        socket.close(1000, "enough");
        awaitThreads(before);
    }

    @Test
    void whoProvesNothingIsUnauthorizedButMaySeeHealthAndVersion() throws Exception {
        String nobody = https.kubeconfig("not-a-token");
        try (Response refused = send(nobody, "GET", "/api/v1/namespaces", "", "", "")) {
            assertThat(refused.code()).isEqualTo(401);
            assertThat(JsonParser.parseString(refused.body().string())
                            .getAsJsonObject()
                            .get("reason")
                            .getAsString())
                    .isEqualTo("Unauthorized");
        }
        for (String path : List.of("/healthz", "/readyz", "/version")) {
            try (Response open = send(nobody, "GET", path, "", "", "")) {
                assertThat(open.code()).isEqualTo(200);
            }
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsUnauthorizedAndNotABrokenConnection() throws Exception {
        var stranger = CertificateAuthority.create("other", scheduler.now());
        String kubeconfig =
                Kubeconfig.of(https.url(), https.caPem(), "admin", stranger.client("admin", List.of(Caller.MASTERS)));
        try (Response refused = send(kubeconfig, "GET", "/api/v1/namespaces", "", "", "")) {
            assertThat(refused.code()).isEqualTo(401);
        }
    }

    @Test
    void aGivenTokenStandsForItsCaller() throws Exception {
        https.token("secret", Caller.ADMIN);
        try (Response response = send(https.kubeconfig("secret"), "GET", "/api/v1/namespaces", "", "", "")) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    @Test
    void aServiceAccountsTokenIsGoodUntilTheAccountIsGone() throws Exception {
        var admin = server.as(Caller.ADMIN);
        String accounts = "/api/v1/namespaces/default/serviceaccounts";
        admin.send(ApiRequest.of(ApiRequest.Method.POST, accounts)
                .withBody(
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"op\"}}"));
        var answer = admin.send(ApiRequest.of(ApiRequest.Method.POST, accounts + "/op/token")
                .withBody("application/json", "{\"spec\":{\"expirationSeconds\":600}}"));
        assertThat(answer.status()).isEqualTo(201);
        String token = JsonParser.parseString(answer.text())
                .getAsJsonObject()
                .getAsJsonObject("status")
                .get("token")
                .getAsString();
        String kubeconfig = https.kubeconfig(token);
        String path = "/apis";
        try (Response response = send(kubeconfig, "GET", path, "", "", "")) {
            assertThat(response.code()).isEqualTo(200);
        }
        admin.send(ApiRequest.of(ApiRequest.Method.DELETE, accounts + "/op"));
        try (Response response = send(kubeconfig, "GET", path, "", "", "")) {
            assertThat(response.code()).isEqualTo(401);
        }
    }

    @Test
    void aTokenForAnotherAudienceIsRefused() throws Exception {
        var admin = server.as(Caller.ADMIN);
        String accounts = "/api/v1/namespaces/default/serviceaccounts";
        admin.send(ApiRequest.of(ApiRequest.Method.POST, accounts)
                .withBody(
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"op\"}}"));
        String token = JsonParser.parseString(admin.send(ApiRequest.of(ApiRequest.Method.POST, accounts + "/op/token")
                                .withBody("application/json", "{\"spec\":{\"audiences\":[\"vault\"]}}"))
                        .text())
                .getAsJsonObject()
                .getAsJsonObject("status")
                .get("token")
                .getAsString();
        try (Response response = send(https.kubeconfig(token), "GET", "/apis", "", "", "")) {
            assertThat(response.code()).isEqualTo(401);
        }
    }

    @Test
    void givesTablesAndMetadataToWhoAsksForThem() throws Exception {
        configMap("one");
        String path = "/api/v1/namespaces/default/configmaps";
        JsonObject table = get(path, "application/json;as=Table;v=v1;g=meta.k8s.io");
        assertThat(table.get("kind").getAsString()).isEqualTo("Table");
        assertThat(table.getAsJsonArray("rows")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("cells")
                        .toString())
                .startsWith("[\"one\",\"1\",");
        JsonObject list = get(path, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
        assertThat(list.get("kind").getAsString()).isEqualTo("PartialObjectMetadataList");
        assertThat(list.toString()).doesNotContain("\"data\"");
        try (Response response = send(https.kubeconfig(), "GET", path, "", "", "application/vnd.kubernetes.protobuf")) {
            assertThat(response.code()).isEqualTo(406);
        }
    }

    @Test
    void takesYaml() throws Exception {
        try (Response response = send(
                https.kubeconfig(),
                "POST",
                "/api/v1/namespaces/default/configmaps",
                "application/yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\n",
                "")) {
            assertThat(response.code()).isEqualTo(201);
        }
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        try (Response response = send(
                https.kubeconfig(),
                "POST",
                "/api/v1/namespaces/default/configmaps",
                "application/json",
                " ".repeat(HttpConnection.MAX_BODY_BYTES + 1),
                "")) {
            assertThat(response.code()).isEqualTo(413);
        }
    }

    @Test
    void refusesToAttachToAPodAndSaysSo() throws Exception {
        try (Response response =
                send(https.kubeconfig(), "POST", "/api/v1/namespaces/default/pods/p/attach", "text/plain", " ", "")) {
            assertThat(response.code()).isEqualTo(501);
            assertThat(response.body().string()).contains("does not support attach");
        }
    }

    @Test
    void refusesAConnectionToAPodThatIsNotThere() throws Exception {
        try (Response response =
                send(https.kubeconfig(), "POST", "/api/v1/namespaces/default/pods/p/exec", "text/plain", " ", "")) {
            assertThat(response.code()).isEqualTo(404);
            assertThat(response.body().string()).contains("pods \\\"p\\\" not found");
        }
    }

    @Test
    void noticesThatAWatcherHasGoneWhileNothingHappens() throws Exception {
        long before = threads();
        Socket socket = watcher();
        socket.close();
        awaitThreads(before);
    }

    private void awaitThreads(long before) throws InterruptedException {
        Duration waited = Duration.ZERO;
        while (threads() > before && waited.compareTo(Duration.ofSeconds(30)) < 0) {
            scheduler.sleep(Duration.ofMillis(50));
            waited = waited.plusMillis(50);
        }
        assertThat(threads()).isLessThanOrEqualTo(before);
    }

    private long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("apiserver-" + https.port() + "-"))
                .count();
    }

    /** A connection of our own that watches ConfigMaps and has read the reply's head. */
    private Socket watcher() throws Exception {
        https.token("watcher", Caller.ADMIN);
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", https.port());
        socket.getOutputStream()
                .write(String.join(
                                "\r\n",
                                "GET /api/v1/namespaces/default/configmaps?watch=1 HTTP/1.1",
                                "Host: x",
                                "Authorization: Bearer watcher",
                                "",
                                "")
                        .getBytes(StandardCharsets.US_ASCII));
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        return socket;
    }

    private static final class TrustsAll extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
