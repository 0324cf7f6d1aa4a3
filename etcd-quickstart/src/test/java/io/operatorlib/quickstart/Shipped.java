package io.operatorlib.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a build has made of this project, and what {@code ./quickstart} finds beside it. */
final class Shipped {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private Shipped() {}

    /** The real etcd and the operator's program, as {@code ./quickstart} takes them. */
    static Machine machine() {
        try {
            var finder = new ProcessBuilder(
                            PROJECT.resolve("tools/etcd-binaries").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var folder = new String(finder.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (folder.isEmpty()) {
                throw new IllegalStateException("no etcd: see what tools/etcd-binaries says");
            }
            return new Machine(Path.of(folder), PROJECT.resolve("etcd-operator"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class path that {@code ./quickstart} runs the story with. */
    static String classPath() {
        Path target = PROJECT.resolve("etcd-quickstart/target");
        return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
    }

    static Path file(String name) {
        return PROJECT.resolve(name);
    }
}
