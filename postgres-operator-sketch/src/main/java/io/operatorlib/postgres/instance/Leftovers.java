package io.operatorlib.postgres.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What PostgreSQL left behind when it was killed with its container. */
final class Leftovers {
    private Leftovers() {}

    /**
     * Deletes the files by which PostgreSQL knows whether another one runs: each names a process by its number, which in
     * this container may be anybody's. PostgreSQL would wait for them to end, and never start.
     *
     * @param data the folder of the data
     * @param run the folder of the sockets and their locks
     */
    static void sweep(Path data, Path run) throws IOException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        try (var left = Files.newDirectoryStream(run)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}
