package io.operatorlib.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of the operators, in a JVM of its own. */
final class OperatorProcess implements AutoCloseable {
    private static final long TICKS_A_SECOND = 100; // of Linux' /proc, on all its platforms
    private static final int USER_TIME = 11; // fields of /proc/PID/stat after the program's name
    private static final int SYSTEM_TIME = 12;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Jars of the measurements themselves, and of the API server's double. */
    private static final Pattern TOOLS = Pattern.compile(
            "operator-lib-testing|/dev/cel/|/antlr4|/re2j/|threeten|/jmh|jopt-simple|commons-math3|junit");

    private static final String FABRIC8 = "/fabric8/|javaoperatorsdk|/vertx/|/netty/";

    private static final Map<Class<?>, Pattern> FOREIGN = Map.of(
            Ours.class, Pattern.compile(FABRIC8 + "|client-java-extended|client-java-proto|client-java-api-fluent"),
            Extended.class, Pattern.compile(FABRIC8 + "|/operator-lib/"),
            Josdk.class, Pattern.compile("/client-java|/operator-lib/|micrometer|prometheus"));

    private final Process process;
    private final Path out;

    OperatorProcess(Class<?> program, List<String> options, Path kubeconfig, Path folder) throws IOException {
        out = folder.resolve(program.getSimpleName() + ".log");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(program), program.getName()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        process = builder.start();
    }

    /**
     * What it would have on its class path alone: each jar costs memory, though nothing is loaded from it. All are jars:
     * only their classes can be archived.
     */
    private static String classPath(Class<?> program) {
        Pattern foreign = FOREIGN.getOrDefault(program, Pattern.compile("^$"));
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !TOOLS.matcher(entry).find() && !foreign.matcher(entry).find())
                .map(entry -> Files.isDirectory(Path.of(entry)) ? System.getProperty("jar", entry) : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Milliseconds from the JVM's start to the first reconcile; negative where there was none. */
    long firstReconcile() throws IOException {
        try (var lines = Files.lines(out)) {
            return lines.filter(line -> line.startsWith("first reconcile "))
                    .map(line -> Long.parseLong(line.substring("first reconcile ".length())))
                    .findFirst()
                    .orElse(-1L);
        }
    }

    String log() throws IOException {
        String text = Files.readString(out);
        return text.substring(Math.max(0, text.length() - 2_000));
    }

    Duration cpu() throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        return Duration.ofMillis(ticks * 1_000 / TICKS_A_SECOND);
    }

    long residentMegabytes() throws IOException {
        return megabytes("VmRSS:");
    }

    private long megabytes(String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0L);
        }
    }

    /** Asks it to end, and waits for it. */
    void end() throws InterruptedException {
        process.destroy();
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
