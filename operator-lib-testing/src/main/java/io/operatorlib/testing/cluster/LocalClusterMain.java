package io.operatorlib.testing.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.operatorlib.testing.cluster.images.Busybox;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.cluster.process.LocalImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * The local cluster as a program. It prints how kubectl reaches it, runs until it is told to end (Ctrl-C, SIGTERM), and
 * leaves neither a process nor a file behind. Besides the images that it is told of it knows {@link Busybox}.
 */
public final class LocalClusterMain {
    private static final String USAGE = """
            usage: LocalClusterMain [option ...]
              --folder PATH                    where the cluster keeps its files; a new temporary folder by default
              --port NUMBER                    of the API server; any free one by default
              --image PATTERN=FILE[,FILE...]   an image of these programs, seen in /usr/local/bin
              --java-image PATTERN=MAIN@CLASSPATH
                                               an image of a Java program
              --machine-image PATTERN          an image of nothing but this machine's own programs
              --backoff FIRST,LONGEST          of containers that end again and again, as PT10S,PT5M
              --log LEVEL                      what the cluster's parts say; WARN by default
            """;

    private LocalClusterMain() {}

    /** Starts a cluster and waits for a signal. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = System.out;
        LocalClusterOptions options;
        log(Level.WARN); // the terminal is a person's, who is told how to go on
        try {
            options = options(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
            return;
        }
        var ended = new CountDownLatch(1);
        var images = options.images().with(Busybox.in(images(options.folder())));
        LocalCluster cluster = LocalCluster.start(options.images(images));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            cluster.close();
            Folders.delete(images(options.folder()));
            options.folder().toFile().delete(); // which leaves it where somebody else has a file in it
            ended.countDown();
        }));
        out.println("A local cluster is up. In other terminals:");
        out.println("  export KUBECONFIG=" + cluster.kubeconfig());
        out.println("  kubectl get nodes");
        out.println("Ctrl-C ends it, with all that runs in it.");
        out.flush();
        ended.await();
    }

    private static LocalClusterOptions options(List<String> arguments) throws IOException {
        Optional<Path> folder = Optional.empty();
        int port = 0;
        var images = new ArrayList<LocalImage>();
        Duration[] backoff = {};
        for (int i = 0; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(arguments.get(i) + " needs a value");
            }
            String value = arguments.get(i + 1);
            switch (arguments.get(i)) {
                case "--folder" -> folder = Optional.of(Path.of(value));
                case "--port" -> port = Integer.parseInt(value);
                case "--image" -> images.add(programs(value));
                case "--java-image" -> images.add(java(value));
                case "--machine-image" -> images.add(LocalImage.machine(value));
                case "--backoff" ->
                    backoff = List.of(value.split(",", 2)).stream()
                            .map(Duration::parse)
                            .toArray(Duration[]::new);
                case "--log" -> log(Level.valueOf(value));
                default -> throw new IllegalArgumentException("no such option: " + arguments.get(i));
            }
        }
        Path place = (folder.isPresent() ? folder.get() : fresh()).toAbsolutePath();
        var options = LocalClusterOptions.in(place).port(port).images(new ImageCatalog(images));
        return backoff.length == 2 ? options.backoff(backoff[0], backoff[1]) : options;
    }

    private static void log(Level level) {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(level);
        }
    }

    private static Path images(Path folder) {
        return folder.resolve("images");
    }

    private static Path fresh() throws IOException {
        Path folder = Files.createTempDirectory("local-cluster-");
        Files.delete(folder); // the name is taken from here, and what the program makes it deletes
        return folder;
    }

    private static LocalImage programs(String value) {
        String[] parts = split(value, "=");
        Path[] programs =
                List.of(parts[1].split(",", -1)).stream().map(Path::of).toArray(Path[]::new);
        return LocalImage.programs(parts[0], programs);
    }

    private static LocalImage java(String value) {
        String[] parts = split(value, "=");
        String[] program = split(parts[1], "@");
        return LocalImage.java(parts[0], program[1], program[0]);
    }

    private static String[] split(String value, String by) {
        String[] parts = value.split(by, 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("a " + by + " is missing in " + value);
        }
        return parts;
    }
}
