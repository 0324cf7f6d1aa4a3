package io.operatorlib.quickstart;

import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.LocalClusterOptions;
import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.cluster.process.LocalImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this machine has to run the story with.
 *
 * @param etcd the folder of the program {@code etcd}
 * @param operator the folder of the operator's module, built
 */
public record Machine(Path etcd, Path operator) {
    static final String OPERATOR = "io.operatorlib.etcd.EtcdOperator";

    /** Those of the operator's image. */
    private static final String[] OPTIONS = {"-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

    /** The version of the etcd that is here. */
    public String etcdVersion() throws IOException {
        var process = new ProcessBuilder(etcd.resolve("etcd").toString(), "--version").start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.lines()
                .filter(line -> line.startsWith("etcd Version:"))
                .map(line -> line.substring("etcd Version:".length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(etcd + "/etcd --version says: " + said));
    }

    private Stream<Path> libraries() throws IOException {
        try (Stream<Path> jars = Files.list(operator.resolve("target/lib"))) {
            return jars.sorted().toList().stream();
        }
    }

    /** A local cluster that has two images: the operator as it was just built, and this machine's etcd. */
    public LocalCluster cluster(Path folder) throws IOException {
        return LocalCluster.start(options(folder));
    }

    /** What {@link #cluster} is made with. */
    public LocalClusterOptions options(Path folder) throws IOException {
        return LocalClusterOptions.in(folder)
                .images(ImageCatalog.of(
                        LocalImage.java("*/etcd-operator:*", classPath(), OPERATOR, OPTIONS),
                        LocalImage.programs("*/etcd:v" + etcdVersion(), etcd.resolve("etcd"))));
    }

    private String classPath() throws IOException {
        return Stream.concat(Stream.of(operator.resolve("target/classes")), libraries())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The operator as a command of this machine, in no pod. */
    List<String> operatorCommand() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(Stream.of(java), Stream.of(OPTIONS), Stream.of("-cp", classPath(), OPERATOR))
                .flatMap(part -> part)
                .toList();
    }
}
