package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Secret;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.tls.Certificates;
import io.operatorlib.internal.tls.Credential;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.story.Teller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What is done to the webhook of an installed operator of two replicas, each time until the API server converts again. */
final class WebhookTrial {
    private static final KindRef OLD_CLUSTERS =
            new KindRef("etcd.database.coreos.com", "v1beta2", "EtcdCluster", "etcdclusters", true);
    private static final KindRef DEFINITIONS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final ResourceKey DEFINITION = new ResourceKey("", "etcdclusters.etcd.database.coreos.com");
    private static final KindRef SECRETS = BuiltInKinds.of(V1Secret.class);
    private static final ResourceKey SECRET = new ResourceKey("etcd-operator", "etcd-operator-webhook");
    private static final String SERVER = SECRET.name() + "." + SECRET.namespace() + ".svc";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LONG = Duration.ofDays(730);

    /** Less than a third of what they are made for is left: they are due, and good. */
    private static final Duration DUE = Duration.ofDays(1);

    /** Longer than it takes until the definition has trusted a new authority for long enough. */
    private static final Duration AFTER_THE_ROTATION = Duration.ofSeconds(15);

    private final KubeClient client;
    private final Stage stage;
    private final Teller teller;

    WebhookTrial(KubeApi admin, Teller teller) {
        this.client = new KubeClient(admin);
        this.stage = new Stage(admin);
        this.teller = teller;
    }

    void tell() throws Exception {
        teller.chapter("The conversion webhook of the installed operator");
        whatIsResetIsRepaired();
        certificatesAreRotatedUnderLoad();
        replicasThatStartTogetherShareTheirCertificates();
        whoStartsWithExpiredCertificatesReplacesThem();
    }

    private void whatIsResetIsRepaired() throws Exception {
        client.mergePatch(
                DEFINITIONS,
                DEFINITION,
                Json.parse("{spec: {conversion: {webhook: {clientConfig: {caBundle: null}}}}}"),
                "vandal");
        until("a wiped bundle of authorities is repaired", () -> !bundle().isEmpty() && converts());
        client.mergePatch(
                DEFINITIONS, DEFINITION, Json.parse("{spec: {conversion: {strategy: None, webhook: null}}}"), "vandal");
        until("a reset strategy is repaired", () -> !bundle().isEmpty() && converts());
        String served = certificate();
        client.delete(SECRETS, SECRET, DeleteOptions.DEFAULT);
        until(
                "a deleted Secret is written again",
                () -> client.find(SECRETS, SECRET).isPresent());
        assertThat(certificate()).isEqualTo(served);
        assertThat(converts()).isTrue();
    }

    private void certificatesAreRotatedUnderLoad() throws Exception {
        String before = bundle();
        var done = new AtomicBoolean();
        var refused = new ArrayList<String>();
        int[] served = {0};
        var load = new Thread(() -> {
            while (!done.get()) {
                try {
                    convert();
                    served[0]++;
                } catch (ApiException e) {
                    refused.add(e.getMessage());
                }
            }
        });
        load.start();
        try {
            write(Instant.now(), DUE);
            until(
                    "certificates that are due are renewed, and the old ones trusted beside",
                    () -> bundle().length() > before.length() * 3 / 2);
            Await.pause(AFTER_THE_ROTATION);
        } finally {
            done.set(true);
            load.join();
        }
        assertThat(refused).isEmpty();
        teller.note(served[0] + " requests converted meanwhile, none failed");
        assertThat(served[0]).isPositive();
    }

    private void replicasThatStartTogetherShareTheirCertificates() throws Exception {
        stop();
        client.delete(SECRETS, SECRET, DeleteOptions.DEFAULT);
        stage.scaleOperator(2);
        until("two replicas that make certificates at once have converted", this::converts);
        until("both are ready", () -> stage.operatorNodes().size() == 2);
    }

    private void whoStartsWithExpiredCertificatesReplacesThem() throws Exception {
        stop();
        write(Instant.now().minus(LONG.multipliedBy(2)), LONG);
        String expired = certificate();
        stage.scaleOperator(2);
        until("expired certificates are replaced, and used", this::converts);
        assertThat(certificate()).isNotEqualTo(expired);
        until("both are ready", () -> stage.operatorNodes().size() == 2);
    }

    private void stop() throws Exception {
        stage.scaleOperator(0);
        until("no operator is left", () -> stage.operatorPods() == 0);
        assertThat(converts()).isFalse();
    }

    private void until(String what, Teller.Goal goal) throws Exception {
        teller.step(what, PATIENCE, () -> "", goal);
    }

    private boolean converts() {
        try {
            convert();
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    /** What is stored is v1: an old one is converted when it comes, and when it is answered. */
    private void convert() {
        client.send(ApiRequest.of(ApiRequest.Method.POST, OLD_CLUSTERS.collection("default"))
                .with("dryRun", "All")
                .withBody(
                        "application/json",
                        "{\"apiVersion\":\"etcd.database.coreos.com/v1beta2\",\"kind\":\"EtcdCluster\","
                                + "\"metadata\":{\"generateName\":\"try-\"},\"spec\":{\"size\":3}}"));
    }

    private String bundle() {
        return Json.text(
                client.get(DEFINITIONS, DEFINITION), "spec", "conversion", "webhook", "clientConfig", "caBundle");
    }

    private String certificate() {
        return Json.text(client.get(SECRETS, SECRET), "data", "tls.crt");
    }

    /** Puts a new authority and a server's certificate in the place of those that there are, which stay trusted. */
    private void write(Instant from, Duration validity) {
        JsonObject secret = client.get(SECRETS, SECRET);
        Credential authority = Certificates.authority("of-the-test", from, validity);
        Credential server = Certificates.serving(authority, "of-the-test", List.of(SERVER), from, validity);
        JsonObject data = Json.object(secret, "data");
        String trusted = new String(Base64.getDecoder().decode(Json.text(data, "ca.crt")), StandardCharsets.UTF_8);
        put(data, "ca.crt", authority.certificatePem() + trusted);
        put(data, "ca.key", authority.keyPem());
        put(data, "tls.crt", server.certificatePem());
        put(data, "tls.key", server.keyPem());
        secret.add("data", data);
        client.replace(SECRETS, SECRET, secret, "of-the-test");
    }

    private static void put(JsonObject data, String name, String text) {
        data.addProperty(name, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }
}
