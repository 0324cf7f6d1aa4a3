package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.Etcd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Processes of real etcd on loopback addresses as a place for the contract. */
final class RealPlace implements EtcdPlace {
    private static final Duration WRITE = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");

    private final Path program;
    private final Path folder;
    private final String network;
    private final Etcd etcd;
    private final Runnable closeEtcd;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(WRITE).build();
    private final Map<String, Process> processes = new TreeMap<>();

    /**
     * Opens a place.
     *
     * @param network the first three bytes of addresses that nobody else uses, for example {@code 127.71.3}
     */
    RealPlace(Path program, String network, Etcd etcd, Runnable closeEtcd) throws IOException {
        this.program = program;
        this.network = network;
        this.etcd = etcd;
        this.closeEtcd = closeEtcd;
        this.folder = Files.createTempDirectory("etcd-contract");
    }

    @Override
    public Node node(int number) {
        var host = "http://" + network + "." + number;
        return new Node("m" + number, host + ":2380", host + ":2379");
    }

    @Override
    public void start(Node node, List<Node> initialCluster, String state, String token) {
        var command = new ArrayList<>(List.of(
                program.toString(),
                "--name=" + node.name(),
                "--data-dir=" + folder.resolve(node.name()),
                "--listen-peer-urls=" + node.peerUrl(),
                "--initial-advertise-peer-urls=" + node.peerUrl(),
                "--listen-client-urls=" + node.clientUrl(),
                "--advertise-client-urls=" + node.clientUrl(),
                "--initial-cluster="
                        + initialCluster.stream()
                                .map(member -> member.name() + "=" + member.peerUrl())
                                .collect(Collectors.joining(",")),
                "--initial-cluster-state=" + state,
                "--initial-cluster-token=" + token,
                "--heartbeat-interval=50",
                "--election-timeout=500",
                "--unsafe-no-fsync"));
        try {
            var log = folder.resolve(node.name() + ".log").toFile();
            processes.put(
                    node.name(),
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop(Node node) {
        process(node).destroy();
        ended(node);
    }

    @Override
    public void kill(Node node) {
        process(node).destroyForcibly();
        ended(node);
    }

    private void ended(Node node) {
        try {
            if (!process(node).waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(node.name() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void wipe(Node node) {
        delete(folder.resolve(node.name()));
    }

    @Override
    public void keep(Node node) {
        copy(folder.resolve(node.name()), folder.resolve(node.name() + ".kept"));
    }

    @Override
    public void setBack(Node node) {
        wipe(node);
        copy(folder.resolve(node.name() + ".kept"), folder.resolve(node.name()));
    }

    private static void copy(Path from, Path to) {
        try (var paths = Files.walk(from)) {
            for (var one : paths.toList()) {
                Files.copy(one, to.resolve(from.relativize(one)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OptionalInt exitCode(Node node) {
        var process = process(node);
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    @Override
    public Etcd etcd() {
        return etcd;
    }

    @Override
    public boolean put(Node node, String key, String value) {
        return post(node, "put", "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}")
                .isPresent();
    }

    @Override
    public Optional<String> get(Node node, String key) {
        return post(node, "range", "{\"key\":\"" + base64(key) + "\"}")
                .map(VALUE::matcher)
                .filter(matcher -> matcher.find())
                .map(matcher -> new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8));
    }

    private Optional<String> post(Node node, String call, String body) {
        var request = HttpRequest.newBuilder(URI.create(node.clientUrl() + "/v3/kv/" + call))
                .timeout(WRITE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            var reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            return reply.statusCode() == 200 ? Optional.of(reply.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Process process(Node node) {
        var process = processes.get(node.name());
        if (process == null) {
            throw new IllegalArgumentException(node.name() + " was never started");
        }
        return process;
    }

    @Override
    public void await(Duration atMost, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + atMost + ": " + what + "\n" + logs());
            }
            pass(POLL);
        }
    }

    @Override
    public void pass(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String logs() {
        var text = new StringBuilder();
        for (var name : processes.keySet()) {
            try (var lines = Files.lines(folder.resolve(name + ".log"))) {
                var all = lines.toList();
                text.append(name).append(":\n");
                all.subList(Math.max(0, all.size() - 5), all.size())
                        .forEach(line -> text.append("  ").append(line).append('\n'));
            } catch (IOException e) {
                text.append(name).append(": ").append(e).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
        processes.values().forEach(process -> process.onExit().join());
        closeEtcd.run();
        delete(folder);
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (var paths = Files.walk(path)) {
            for (var one : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
