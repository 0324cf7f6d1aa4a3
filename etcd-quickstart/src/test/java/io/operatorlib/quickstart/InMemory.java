package io.operatorlib.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary folders in memory, where the machine has room for them: two dozen members of etcd that share a disk wait for
 * it most of their time, and what is lost with a process is the same.
 */
final class InMemory implements TempDirFactory {
    private static final Path FOLDER = Path.of("/dev/shm");

    /** A member sets 128 MB aside for its log, and two dozen run at once; the rest is for those who work on them. */
    private static final long ROOM_BYTES = 8L << 30;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return folder("junit-");
    }

    static Path folder(String prefix) throws IOException {
        return hasRoom() ? Files.createTempDirectory(FOLDER, prefix) : Files.createTempDirectory(prefix);
    }

    private static boolean hasRoom() throws IOException {
        return Files.isWritable(FOLDER)
                && Files.getFileStore(FOLDER).getUsableSpace() > ROOM_BYTES
                && availableBytes() > ROOM_BYTES;
    }

    private static long availableBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        }
    }
}
