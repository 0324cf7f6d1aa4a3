package io.operatorlib.testing.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.leader.FencingPolicy;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.LeftOut;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FencingPolicyTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final int ROUNDS = Integer.getInteger("operatorlib.fence.rounds", 40);
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/writer";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final FencingPolicy POLICY = FencingPolicy.of(
                    LeaderElection.lease("writer").in("default"), RealSite.ACCOUNT)
            .fencing("", "configmaps");

    @Test
    void namesThatAreNoneAreRefused() {
        var election = LeaderElection.lease("writer");
        assertThatThrownBy(() -> FencingPolicy.of(election, "default:writer")).hasMessageContaining("namespace");
        assertThatThrownBy(() -> FencingPolicy.of(election.in("default"), "writer"))
                .hasMessageContaining("account");
        assertThatThrownBy(() -> POLICY.fencing("", "pods\"")).hasMessageContaining("resource");
    }

    @Test
    void aRealServerRefusesTheWritesOfWhoDoesNotHoldTheLease() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("the fencing policy on a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        try (var site = new RealSite(Path.of(assets))) {
            KubeApi a = door(site, "writer-a");
            KubeApi b = door(site, "writer-b");
            for (String document : POLICY.manifest().split("(?m)^---\n")) {
                apply(site.admin(), document);
            }
            ok(site.admin(), Method.POST, LEASE.replace("/writer", ""), "{\"metadata\":{\"name\":\"writer\"}}");
            ok(site.admin(), Method.POST, MAPS, "{\"metadata\":{\"name\":\"page\"}}");
            hold(site.admin(), "writer-a");
            awaitRefusal(b);
            assertThat(write(a)).as("the holder writes").isEqualTo(200);
            measure(site, a, b);
        }
    }

    /** How long a former holder can still write after the Lease has changed hands. */
    private static void measure(RealSite site, KubeApi a, KubeApi b) throws InterruptedException {
        var lags = new ArrayList<Duration>();
        int landed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            KubeApi former = round % 2 == 0 ? a : b;
            hold(site.admin(), round % 2 == 0 ? "writer-b" : "writer-a");
            long begin = System.nanoTime();
            while (write(former) == 200) {
                landed++;
            }
            lags.add(Duration.ofNanos(System.nanoTime() - begin));
            KubeApi next = round % 2 == 0 ? b : a;
            while (write(next) != 200) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        Collections.sort(lags);
        System.out.printf(
                "fencing policy: %d hand-overs, %d writes of a former holder landed before the first was refused;"
                        + " first refusal after %.1f ms in the middle, %.1f ms at most%n",
                ROUNDS,
                landed,
                lags.get(ROUNDS / 2).toNanos() / 1e6,
                lags.get(ROUNDS - 1).toNanos() / 1e6);
        assertThat(lags.get(ROUNDS - 1))
                .as("the lag of the parameters is within the margin")
                .isLessThan(LeaderElection.lease("writer").margin());
    }

    private static KubeApi door(RealSite site, String pod) throws Exception {
        String config = site.kubeconfig(pod, site.port());
        return new ClientJavaKubeApi(ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(config)))
                .build());
    }

    private static void apply(KubeApi admin, String yaml) {
        boolean binding = yaml.contains("PolicyBinding\n");
        String kind = binding ? "validatingadmissionpolicybindings" : "validatingadmissionpolicies";
        try (var reply = admin.send(
                ApiRequest.of(Method.PATCH, "/apis/admissionregistration.k8s.io/v1/" + kind + "/writer-fence")
                        .with("fieldManager", "test")
                        .with("fieldValidation", "Strict")
                        .withBody("application/apply-patch+yaml", yaml))) {
            assertThat(reply.ok()).as(reply.text()).isTrue();
        }
    }

    private static void ok(KubeApi api, Method method, String path, String body) {
        try (var reply = api.send(ApiRequest.of(method, path).withBody("application/json", body))) {
            assertThat(reply.ok()).as(reply.text()).isTrue();
        }
    }

    private static void hold(KubeApi admin, String pod) {
        try (var reply = admin.send(ApiRequest.of(Method.PATCH, LEASE)
                .withBody(
                        "application/merge-patch+json",
                        "{\"spec\":{\"leaseDurationSeconds\":15,\"holderIdentity\":\"" + pod + "_0123\"}}"))) {
            assertThat(reply.ok()).as(reply.text()).isTrue();
        }
    }

    private static int write(KubeApi api) {
        try (var reply = api.send(ApiRequest.of(Method.PATCH, MAPS + "/page")
                .withBody("application/merge-patch+json", "{\"data\":{\"n\":\"" + System.nanoTime() + "\"}}"))) {
            String text = reply.text();
            if (!reply.ok()) {
                assertThat(text).contains("the lease is held by");
            }
            return reply.status();
        }
    }

    private static void awaitRefusal(KubeApi former) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try (var reply = former.send(ApiRequest.of(Method.PATCH, MAPS + "/page")
                    .withBody("application/merge-patch+json", "{\"data\":{\"n\":\"" + System.nanoTime() + "\"}}"))) {
                String text = reply.text();
                if (reply.status() == 403 || reply.status() == 422) {
                    System.out.println("fencing policy: " + Json.text(Json.parse(text), "message"));
                    return;
                }
            }
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
