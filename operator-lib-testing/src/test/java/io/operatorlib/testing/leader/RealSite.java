package io.operatorlib.testing.leader;

import com.google.gson.JsonParser;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A real kube-apiserver with an audit log. Its pods are objects without a kubelet, and have tokens of their own. */
final class RealSite implements Site {
    static final String ACCOUNT = "default:writer";
    private static final String POD = "authentication.kubernetes.io/pod-name";

    private final KubeApiServerProcess server;
    private final Path audit;

    RealSite(Path assets) throws IOException, InterruptedException {
        Path dir = Files.createTempDirectory("audit");
        audit = dir.resolve("audit.log");
        Path policy = Files.writeString(dir.resolve("policy.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - level: Metadata
                  verbs: [create, update, patch, delete]
                  namespaces: [default]
                  resources:
                  - group: ""
                    resources: [configmaps]
                  - group: coordination.k8s.io
                    resources: [leases]
                - level: None
                """);
        server = new KubeApiServerProcess(assets, "--audit-policy-file=" + policy, "--audit-log-path=" + audit);
        create("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"writer\"}}");
        create(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                "{\"metadata\":{\"name\":\"writer\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
                        + "\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},\"subjects\":[{\"kind\":"
                        + "\"ServiceAccount\",\"name\":\"writer\",\"namespace\":\"default\"}]}");
    }

    private String create(String collection, String json) {
        try (var reply = admin().send(ApiRequest.of(Method.POST, collection).withBody("application/json", json))) {
            String text = reply.text();
            if (!reply.ok()) {
                throw new IllegalStateException(collection + ": " + text);
            }
            return text;
        }
    }

    /** The token that the kubelet would give to a pod of that name. */
    String token(String pod) {
        String made = create(
                "/api/v1/namespaces/default/pods",
                "{\"metadata\":{\"name\":\"" + pod + "\"},\"spec\":{\"serviceAccountName\":\"writer\","
                        + "\"containers\":[{\"name\":\"c\",\"image\":\"none\"}]}}");
        String request = create(
                "/api/v1/namespaces/default/serviceaccounts/writer/token",
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{\"audiences\":null,"
                        + "\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"" + pod
                        + "\",\"uid\":\"" + Json.uid(Json.parse(made)) + "\"}}}");
        return Json.text(Json.parse(request), "status", "token");
    }

    @Override
    public String name() {
        return "kube-apiserver";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public KubeApi admin() {
        return server.api();
    }

    @Override
    public String kubeconfig(String pod, int throughPort) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: it
                  cluster:
                    server: https://127.0.0.1:%d
                    insecure-skip-tls-verify: true
                users:
                - name: pod
                  user:
                    token: %s
                contexts:
                - name: it
                  context:
                    cluster: it
                    user: pod
                current-context: it
                """.formatted(throughPort, token(pod));
    }

    @Override
    public List<Landed> landed() {
        var landed = new ArrayList<Landed>();
        try {
            for (String line : Files.readAllLines(audit)) {
                if (!line.endsWith("}")) {
                    continue; // the last one is being written
                }
                var event = JsonParser.parseString(line).getAsJsonObject();
                var pods = Json.list(event, "user", "extra", POD);
                long code = Json.number(0, event, "responseStatus", "code");
                if (!pods.isEmpty() && code < 300) {
                    landed.add(new Landed(
                            pods.get(0).getAsString(),
                            Json.text(event, "objectRef", "resource"),
                            Instant.parse(Json.text(event, "stageTimestamp"))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        landed.sort((a, b) -> a.at().compareTo(b.at()));
        return landed;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
