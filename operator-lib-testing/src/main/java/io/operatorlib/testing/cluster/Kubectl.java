package io.operatorlib.testing.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An unmodified kubectl of this machine, at work on a cluster.
 *
 * @param program the kubectl
 * @param kubeconfig of the cluster
 * @param folder where commands run and kubectl keeps what it remembers
 */
public record Kubectl(Path program, Path kubeconfig, Path folder) {
    /** No command should take longer, unless it is told to wait. */
    private static final Duration LONGEST = Duration.ofSeconds(100);

    private static final String PATH = System.getenv().getOrDefault("PATH", "");

    /**
     * What a command said and how it ended.
     *
     * @param text what it wrote, standard error after standard output
     */
    public record Outcome(String text, int exitCode) {
        /** Both, the exit code in brackets on the last line. */
        public String transcript() {
            return (text.isEmpty() || text.endsWith("\n") ? text : text + "\n") + "[" + exitCode + "]";
        }
    }

    /** The kubectl that {@code KUBEBUILDER_ASSETS} or the {@code PATH} has. */
    public static Optional<Path> find() {
        String assets = System.getenv().getOrDefault("KUBEBUILDER_ASSETS", "");
        return Stream.concat(Stream.of(assets), Stream.of(PATH.split(File.pathSeparator)))
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a line of shell and waits for its end.
     *
     * @throws IllegalStateException if it does not end
     */
    public Outcome run(String line) {
        return run(List.of("sh", "-c", line));
    }

    /**
     * Runs a command, in which {@code kubectl} is this one, and waits for its end.
     *
     * @throws IllegalStateException if it does not end
     */
    public Outcome run(List<String> command) {
        try {
            Path out = Files.createTempFile(folder, "out", "");
            Path err = Files.createTempFile(folder, "err", "");
            var builder = new ProcessBuilder(command.stream().map(this::word).toList())
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("KUBECONFIG", kubeconfig.toString());
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("PATH", program.getParent() + File.pathSeparator + PATH);
            Process process = builder.start();
            try {
                if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("no end after " + LONGEST + ": " + String.join(" ", command));
                }
            } finally {
                process.destroyForcibly();
            }
            var outcome = new Outcome(Files.readString(out) + Files.readString(err), process.exitValue());
            Files.delete(out);
            Files.delete(err);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String word(String word) {
        return word.equals("kubectl") ? program.toString() : word;
    }
}
