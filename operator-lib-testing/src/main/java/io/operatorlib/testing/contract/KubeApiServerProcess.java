package io.operatorlib.testing.contract;

import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A real kube-apiserver with its etcd, on loopback, for as long as it is not closed: what a double is held against. */
public final class KubeApiServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String TOKEN = "contract";

    // below the ports that the system gives to whoever wants any: none is taken before the program listens to it
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    private final Path dir;
    private final List<Process> processes = new ArrayList<>();
    private final Scheduler scheduler = new RealScheduler();
    private final String url;
    private final KubeApi api;
    private final int port;

    /**
     * Starts both, and waits until the API server is ready.
     *
     * @param assets the folder of the programs, as {@code KUBEBUILDER_ASSETS} names it
     * @param further options of kube-apiserver
     */
    public KubeApiServerProcess(Path assets, String... further) throws IOException, InterruptedException {
        dir = Files.createTempDirectory("kube-apiserver");
        int client = freePort();
        int peer = freePort();
        int secure = freePort();
        run(
                assets.resolve("etcd").toString(),
                "--data-dir=" + dir.resolve("etcd"),
                "--listen-client-urls=http://127.0.0.1:" + client,
                "--advertise-client-urls=http://127.0.0.1:" + client,
                "--listen-peer-urls=http://127.0.0.1:" + peer,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peer,
                "--initial-cluster=default=http://127.0.0.1:" + peer,
                "--unsafe-no-fsync");
        Path key = Files.writeString(dir.resolve("sa.key"), serviceAccountKey());
        Path tokens = Files.writeString(dir.resolve("tokens.csv"), TOKEN + ",admin,1,system:masters\n");
        port = secure;
        url = "https://127.0.0.1:" + secure;
        run(Stream.concat(
                        Stream.of(
                                assets.resolve("kube-apiserver").toString(),
                                "--etcd-servers=http://127.0.0.1:" + client,
                                "--bind-address=127.0.0.1",
                                "--advertise-address=127.0.0.1",
                                "--endpoint-reconciler-type=none",
                                "--secure-port=" + secure,
                                "--cert-dir=" + dir.resolve("certs"),
                                "--authorization-mode=RBAC",
                                "--token-auth-file=" + tokens,
                                "--service-cluster-ip-range=10.96.0.0/16",
                                "--service-account-issuer=https://kubernetes.default.svc",
                                "--service-account-key-file=" + key,
                                "--service-account-signing-key-file=" + key,
                                "--allow-privileged=true",
                                "--disable-admission-plugins=ServiceAccount"),
                        Stream.of(further))
                .toArray(String[]::new));
        api = new ClientJavaKubeApi(new ClientBuilder()
                .setBasePath(url)
                .setVerifyingSsl(false)
                .setAuthentication(new AccessTokenAuthentication(TOKEN))
                .build());
        awaitReady();
    }

    /** Somebody who may do everything. */
    public KubeApi api() {
        return api;
    }

    /** A kubeconfig by which one may do everything there. */
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: real
                contexts: [{name: real, context: {cluster: real, user: admin}}]
                clusters: [{name: real, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: admin, user: {token: %s}}]
                """.formatted(url, TOKEN);
    }

    /** Where it listens, on loopback. */
    public int port() {
        return port;
    }

    private void run(String... command) throws IOException {
        String name = Path.of(command[0]).getFileName().toString();
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(name + ".log").toFile())
                .start());
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = scheduler.nanoTime() + START.toNanos();
        while (!ready()) {
            boolean alive = processes.stream().allMatch(Process::isAlive);
            if (!alive || scheduler.nanoTime() - end > 0) {
                String log = Files.readString(dir.resolve("kube-apiserver.log"));
                close();
                throw new IOException(
                        "kube-apiserver did not start: " + log.substring(Math.max(0, log.length() - 2000)));
            }
            scheduler.sleep(LOOK_AGAIN);
        }
    }

    /** The namespace comes last of all that a fresh server makes. */
    private boolean ready() {
        try (ApiResponse ready = api.send(ApiRequest.of(ApiRequest.Method.GET, "/readyz"));
                ApiResponse namespace = api.send(ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/default"))) {
            return ready.ok() && namespace.ok();
        } catch (KubeApi.NoReplyException e) {
            return false;
        }
    }

    private int freePort() throws IOException {
        while (true) {
            int candidate = scheduler.random().nextInt(FIRST_PORT, LAST_PORT);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
                return candidate;
            } catch (BindException e) {
                // taken; there are thousands
            }
        }
    }

    private static String serviceAccountKey() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing of it is kept, so nothing of it needs to end in order. */
    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) {
            try {
                process.waitFor(); // else it might still write where it is deleted
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try (var files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder()).forEach(KubeApiServerProcess::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
