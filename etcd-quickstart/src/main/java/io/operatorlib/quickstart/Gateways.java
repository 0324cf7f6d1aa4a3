package io.operatorlib.quickstart;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way through the API server, which leads to the members of any cluster, from anywhere: for each member a pod with
 * etcd's own TCP gateway, and {@code kubectl port-forward} to that. A port is only ever forwarded to a pod's loopback
 * address, where a member does not listen.
 */
public final class Gateways implements Reach, AutoCloseable {
    private static final Pattern FORWARDING = Pattern.compile("Forwarding from (127\\.0\\.0\\.1:\\d+) -> .*");
    private static final long RETRY_MILLIS = 300;

    private final List<String> kubectl;
    private final Map<String, Gateway> gateways = new HashMap<>();

    /**
     * Ways into a namespace.
     *
     * @param kubectl the program
     */
    public Gateways(Path kubectl, Path kubeconfig, String namespace) {
        this.kubectl = List.of(kubectl.toString(), "--kubeconfig", kubeconfig.toString(), "--namespace", namespace);
    }

    @Override
    public synchronized Optional<String> clientUrl(JsonObject pod) {
        String name = pod.getAsJsonObject("metadata").get("name").getAsString();
        var spec = pod.getAsJsonObject("spec");
        String image = spec.getAsJsonArray("containers")
                .get(0)
                .getAsJsonObject()
                .get("image")
                .getAsString();
        String host = name + "." + spec.get("subdomain").getAsString();
        var gateway = gateways.computeIfAbsent(name, any -> new Gateway(kubectl, "reach-" + name, image, host));
        return Optional.ofNullable(gateway.address).map(address -> "http://" + address);
    }

    /** Ends what runs here; the pods go with their namespace. */
    @Override
    public synchronized void close() {
        gateways.values().forEach(Gateway::close);
        gateways.clear();
    }

    /** A pod with a gateway, and a process here that forwards a port to it: begun again whenever it ends. */
    private static final class Gateway {
        private final List<String> kubectl;
        private final String pod;
        private volatile @Nullable String address;
        private volatile @Nullable Process process;
        private volatile boolean closed;

        Gateway(List<String> kubectl, String pod, String image, String host) {
            this.kubectl = kubectl;
            this.pod = pod;
            var thread = new Thread(() -> open(image, host), pod);
            thread.setDaemon(true);
            thread.start();
        }

        private void open(String image, String host) {
            run(
                    "run",
                    pod,
                    "--image=" + image,
                    "--restart=Never",
                    "--command",
                    "--",
                    "etcd",
                    "gateway",
                    "start",
                    "--retry-delay=1s",
                    "--listen-addr=127.0.0.1:" + CLIENT_PORT,
                    "--endpoints=" + host + ":" + CLIENT_PORT);
            try {
                while (!closed) {
                    run("port-forward", "pod/" + pod, ":" + CLIENT_PORT);
                    address = null;
                    Thread.sleep(RETRY_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run(String... arguments) {
            var command = new ArrayList<>(kubectl);
            command.addAll(List.of(arguments));
            try {
                var begun =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                process = begun;
                if (closed) {
                    begun.destroy();
                }
                try (var said =
                        new BufferedReader(new InputStreamReader(begun.getInputStream(), StandardCharsets.UTF_8))) {
                    said.lines().forEach(this::heard);
                }
            } catch (IOException e) {
                closed = true; // there is no kubectl
            }
        }

        private void heard(String line) {
            var forwarding = FORWARDING.matcher(line);
            if (forwarding.matches()) {
                address = forwarding.group(1);
            }
        }

        void close() {
            closed = true;
            var running = process;
            if (running != null) {
                running.destroy();
            }
        }
    }
}
