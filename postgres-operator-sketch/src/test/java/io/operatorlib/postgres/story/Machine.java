package io.operatorlib.postgres.story;

import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.postgres.instance.InstanceManager;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.LocalClusterOptions;
import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.cluster.process.LocalImage;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this machine has to run the story with.
 *
 * @param programs the folder with PostgreSQL's programs
 * @param module the folder of the operator's module, built
 */
record Machine(Path programs, Path module) {
    private static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");

    /** This machine, where it has a PostgreSQL, and can run pods as another user. */
    static Optional<Machine> find() throws IOException {
        if (!runsPodsAsOthers()) {
            return Optional.empty();
        }
        var finder = new ProcessBuilder(
                        project().resolve("tools/postgres-binaries").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var folder = new String(finder.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return folder.isEmpty() ? Optional.empty() : Optional.of(with(Path.of(folder)));
    }

    /** This machine, or an error that says that something is missing. */
    static Machine needed() throws IOException {
        return find().orElseThrow(() -> new IllegalStateException("not on this machine: see above"));
    }

    /** This machine with the PostgreSQL of that folder. */
    static Machine with(Path programs) {
        return new Machine(programs, project().resolve("postgres-operator-sketch"));
    }

    /** Tells whether pods can run as other users, and says so where not: PostgreSQL refuses to run as root. */
    static boolean runsPodsAsOthers() throws IOException {
        boolean can = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        if (!can) {
            System.err.println("the local cluster runs pods as their own users only where it is started by root");
        }
        return can;
    }

    private static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("postgres-operator-sketch") ? here.resolveSibling("") : here;
    }

    // region through
    /**
     * A local cluster with two images, the operator as it was just built, and PostgreSQL with the instance manager; and with a
     * proxy between its pods, and between each and the API server.
     */
    LocalCluster cluster(Path folder, TcpProxy network, Class<?> operator) throws IOException {
        return LocalCluster.start(LocalClusterOptions.in(folder)
                .backoff(Duration.ofMillis(500), Duration.ofSeconds(5))
                .through(network, PostgresCluster.REPLICATION_PORT, PostgresCluster.STATE_PORT)
                .images(ImageCatalog.of(
                        java("*/postgres-operator:*", operator),
                        instance(java("*/postgres-instance:*", InstanceManager.class), folder))));
    }
    // endregion

    private LocalImage java(String pattern, Class<?> program) throws IOException {
        try (Stream<Path> jars = Files.list(module.resolve("target/lib"))) {
            String classPath = Stream.concat(
                            Stream.of(module.resolve("target/classes"), module.resolve("target/test-classes")),
                            jars.sorted())
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
            return LocalImage.java(pattern, classPath, program.getName(), SMALL.toArray(String[]::new));
        }
    }

    /** With PostgreSQL, and with the user that it runs as. */
    private LocalImage instance(LocalImage java, Path folder) throws IOException {
        Path users = Files.writeString(
                folder.resolve("passwd"), "root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n");
        var files = new LinkedHashMap<>(java.files());
        files.put("/etc/passwd", users);
        var environment = new LinkedHashMap<>(java.environment());
        environment.put("PATH", programs + ":" + environment.get("PATH"));
        Path root = programs.getRoot().resolve(programs.subpath(0, Math.max(1, programs.getNameCount() - 5)));
        if (!programs.startsWith("/usr")) {
            files.put(root.toString(), root);
            environment.put(
                    "LD_LIBRARY_PATH", root.resolve("usr/lib/x86_64-linux-gnu").toString());
        }
        return new LocalImage(java.pattern(), files, environment, java.entrypoint(), java.arguments());
    }
}
