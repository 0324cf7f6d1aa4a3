package io.operatorlib.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real etcd that tests run on, found the way {@code ./quickstart} finds it: by {@code tools/etcd-binaries}. */
public final class EtcdBinaries {
    private EtcdBinaries() {}

    /**
     * The folder with the program {@code etcd}; fetched, if need be, the first time.
     *
     * @throws IllegalStateException with the finder's own words, if there is none to be had
     */
    public static Path folder() {
        try {
            var process = new ProcessBuilder(finder().toString())
                    .redirectError(ProcessBuilder.Redirect.PIPE)
                    .start();
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            var said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0 || out.isEmpty()) {
                throw new IllegalStateException(said);
            }
            return Path.of(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for etcd", e);
        }
    }

    private static Path finder() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            var finder = folder.resolve("tools/etcd-binaries");
            if (Files.isExecutable(finder)) {
                return finder;
            }
        }
        throw new IllegalStateException(
                "tools/etcd-binaries is not above " + Path.of("").toAbsolutePath());
    }
}
