package io.operatorlib.quickstart;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.KubeApis;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.cluster.process.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real Kubernetes cluster of three nodes on this machine, with the operator's image and etcd's on every node, and an
 * audit log. It is made by scripts outside this project: {@code build}, {@code cluster} and {@code image}.
 */
final class RealCluster implements AutoCloseable {
    static final int NODES = 3;

    /** The archive of the operator's image, in its module. */
    static final String IMAGE = "target/etcd-operator-image.tar";

    /** One line for each request of the operator's, when it has been answered; for a watch, when it has begun. */
    private static final String AUDIT_POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - level: Metadata
                users: ["%s"]
              - level: None
            """;

    /**
     * The plugin asks for the right to name an owner that blocks deletion: without it nothing could be made. No
     * kube-proxy is where the server runs: it finds webhooks by the endpoints of their Services.
     */
    private static final String AUDITED = """
            #!/usr/bin/env bash
            exec '%s/kube-apiserver' "$@" --enable-admission-plugins OwnerReferencesPermissionEnforcement \\
              --enable-aggregator-routing \\
              --audit-policy-file '%s' --audit-log-path '%s' --audit-log-mode blocking
            """;

    /** In a folder of logs that nodes share, each clears away those of pods that it does not know. */
    private static final String OWN_LOGS = """
            #!/usr/bin/env bash
            config=$(sed 's/.*--config \\([^ ]*\\).*/\\1/' <<< "$*")
            grep -q podLogsDir "$config" || echo "podLogsDir: $(dirname "$config")/pod-logs" >> "$config"
            exec '%s/kubelet' "$@"
            """;

    private final Path scripts;
    private final Path folder;
    private final Path audit;
    private final Path programs;
    private final KubeApi admin;

    private RealCluster(Path scripts, Path folder) throws IOException {
        this.scripts = scripts;
        this.folder = folder;
        this.audit = folder.resolve("audit.log");
        this.programs = programs(Path.of(script(scripts.resolve("build"), "--where")));
        cluster("up", "--nodes", String.valueOf(NODES));
        this.admin = KubeApis.fromKubeconfig(kubeconfig());
    }

    /**
     * Starts one.
     *
     * @param images archives
     */
    static RealCluster start(Path scripts, Path folder, Path... images) throws IOException {
        var cluster = new RealCluster(scripts, folder);
        cluster.cluster("load", Stream.of(images).map(Path::toString).toArray(String[]::new));
        return cluster;
    }

    /** An archive of the image of that etcd which the scripts have built. */
    static Path etcdImage(Path scripts, Path folder, String version) throws IOException {
        Path archive = folder.resolve("etcd.tar");
        String minor = version.substring(0, version.lastIndexOf('.'));
        String programs = script(scripts.resolve("build"), "--where-etcd", minor);
        script(
                scripts.resolve("image"),
                "quay.io/coreos/etcd:v" + version,
                archive.toString(),
                "/usr/local/bin/etcd=" + programs + "/etcd",
                "/usr/local/bin/etcdctl=" + programs + "/etcdctl");
        return archive;
    }

    /** An archive of an image with this machine's busybox, under the names of what the sessions of kubectl run. */
    static Path busyboxImage(Path scripts, Path folder) throws IOException {
        Path archive = folder.resolve("busybox.tar");
        var arguments = new ArrayList<>(List.of("docker.io/library/busybox:1", archive.toString()));
        String program = output(new ProcessBuilder("sh", "-c", "command -v busybox"));
        for (String name : List.of("sh", "echo", "cat", "sleep", "mkdir", "wc", "httpd")) {
            arguments.add("/bin/" + name + "=" + program);
        }
        script(scripts.resolve("image"), arguments.toArray(String[]::new));
        return archive;
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    Path kubectl() {
        return programs.resolve("kubectl");
    }

    KubeApi admin() {
        return admin;
    }

    /** A stage in a new namespace, from which pods are reached straight. */
    Stage namespace(String name) {
        var stage = new Stage(admin, name);
        stage.open();
        return stage;
    }

    /** A node dies, with everything on it. */
    void stop(String node) throws IOException {
        cluster("stop-node", number(node));
    }

    /** A dead node comes back with its disks. */
    void start(String node) throws IOException {
        cluster("start-node", number(node));
    }

    /** A node runs on without its network. */
    void cut(String node) throws IOException {
        cluster("cut", number(node));
    }

    void join(String node) throws IOException {
        cluster("join", number(node));
    }

    /** What the operator has asked of the API server. */
    List<LoggedRequest> operatorsRequests() throws IOException {
        try (var lines = Files.lines(audit)) {
            return lines.map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .filter(event -> event.has("objectRef"))
                    .map(RealCluster::request)
                    .toList();
        }
    }

    private static LoggedRequest request(JsonObject event) {
        var object = event.getAsJsonObject("objectRef");
        return new LoggedRequest(
                0,
                event.getAsJsonObject("user").get("username").getAsString(),
                text(event, "verb"),
                text(object, "apiGroup"),
                text(object, "resource"),
                text(object, "subresource"),
                text(object, "namespace"),
                text(object, "name"),
                event.getAsJsonObject("responseStatus").get("code").getAsInt(),
                false,
                "");
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    /** The programs, with an API server that writes an audit log and kubelets that do not share one for pods. */
    private Path programs(Path built) throws IOException {
        Path all = Files.createDirectory(folder.resolve("programs"));
        try (var files = Files.list(built)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(all.resolve(file.getFileName()), file);
            }
        }
        Path policy =
                Files.writeString(folder.resolve("audit.yaml"), AUDIT_POLICY.formatted(ShippedRoles.OPERATOR.name()));
        replace(all.resolve("kube-apiserver"), AUDITED.formatted(built, policy, audit));
        replace(all.resolve("kubelet"), OWN_LOGS.formatted(built));
        return all;
    }

    private static void replace(Path program, String script) throws IOException {
        Files.delete(program);
        Files.writeString(program, script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String number(String node) {
        return node.replaceFirst("^node", "");
    }

    private void cluster(String verb, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(scripts.resolve("cluster").toString(), verb, folder.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("KUBEBUILDER_ASSETS", programs.toString());
        output(builder);
    }

    private static String script(Path script, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return output(new ProcessBuilder(command));
    }

    /** What a script says; its children may live on, so its words go to a file that nobody has to close. */
    private static String output(ProcessBuilder builder) throws IOException {
        Path words = Files.createTempFile("script", ".log");
        try {
            var process = builder.redirectOutput(words.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(words.toFile()))
                    .start();
            int code = process.waitFor();
            String said = Files.readString(words, StandardCharsets.UTF_8).strip();
            if (code != 0) {
                throw new IllegalStateException(builder.command() + " ended with " + code + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            Files.delete(words);
        }
    }

    @Override
    public void close() throws IOException {
        cluster("down");
        Folders.delete(programs);
    }
}
