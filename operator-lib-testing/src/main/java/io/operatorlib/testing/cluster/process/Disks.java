package io.operatorlib.testing.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the folders of volumes are on: the disk that they are in, or a file system in memory for each, of the size that it
 * has.
 *
 * <p><b>Guarantees.</b> None of these file systems outlives the program that runs this, however that ends, {@code kill -9}
 * included: a process of its own waits for that end, and unmounts what there still is.
 */
public final class Disks implements AutoCloseable {
    /** Mounting takes milliseconds; a machine that needs longer is in trouble. */
    private static final long LONGEST_SECONDS = 10;

    /** Reads the folders that are mounted until there is nobody any more who could name one. */
    private static final String JANITOR =
            "while read -r folder; do set -- \"$folder\" \"$@\"; done; for folder; do umount -l \"$folder\"; done";

    private final Set<Path> mounted = ConcurrentHashMap.newKeySet();
    private final @Nullable Process janitor;

    private Disks(@Nullable Process janitor) {
        this.janitor = janitor;
    }

    /** Folders are as large as the disk that they are in. */
    public static Disks unlimited() {
        return new Disks(null);
    }

    /**
     * Each folder is a file system of its own.
     *
     * @throws IllegalStateException if this program may not mount one
     */
    public static Disks sized() {
        if (!canBeSized()) {
            throw new IllegalStateException(
                    "volumes of a size are file systems of their own, which only root may mount");
        }
        try {
            // in a session of its own, for a terminal's Ctrl-C is for this program
            return new Disks(new ProcessBuilder(Isolation.tool("setsid").toString(), "/bin/sh", "-c", JANITOR)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether this program may mount file systems. */
    public static boolean canBeSized() {
        try {
            Path folder = Files.createTempDirectory("mountable");
            boolean able = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString());
            if (able) {
                run("umount", folder.toString());
            }
            Files.delete(folder);
            return able;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sees to it that a folder has its file system.
     *
     * @param bytes its size; 0 where nobody knows
     * @return the folder
     */
    synchronized Path at(Path folder, long bytes) throws IOException {
        var watching = janitor;
        if (watching == null || bytes == 0 || mounted.contains(folder)) {
            return folder;
        }
        Files.createDirectories(folder);
        var said = watching.getOutputStream();
        said.write((folder + "\n").getBytes(StandardCharsets.UTF_8));
        said.flush();
        if (!run("mount", "-t", "tmpfs", "-o", "mode=777,size=" + bytes, "tmpfs", folder.toString())) {
            throw new IOException("no file system could be mounted at " + folder);
        }
        mounted.add(folder);
        return folder;
    }

    /** Deletes a folder with all that is in it. */
    public synchronized void delete(Path folder) {
        unmount(folder);
        Folders.delete(folder);
    }

    private void unmount(Path folder) {
        if (mounted.remove(folder)) {
            run("umount", "-l", folder.toString()); // a process that is being killed may still have a file open
        }
    }

    private static boolean run(String tool, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Isolation.tool(tool).toString());
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Unmounts what is mounted; what was in it is gone. */
    @Override
    public synchronized void close() {
        mounted.forEach(this::unmount);
        if (janitor != null) {
            janitor.destroy();
        }
    }
}
