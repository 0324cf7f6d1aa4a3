package io.operatorlib.testing.cluster.images;

import io.operatorlib.testing.cluster.process.LocalImage;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The image {@code busybox}: the machine's own shell and small programs, and {@link Httpd} as {@code httpd}. It lets a
 * Deployment be written that serves a page both here and on a cluster with containers.
 */
public final class Busybox {
    /** With a registry or without, of whatever version. */
    private static final String PATTERN = "*busybox:*";

    private Busybox() {}

    /**
     * Makes the image.
     *
     * @param folder of the image's own; what it needs is written there
     */
    public static LocalImage in(Path folder) throws IOException {
        // a small heap and the quick compiler alone: it serves a few files and has to start soon
        var java = LocalImage.java(
                PATTERN,
                code().toString(),
                Httpd.class.getName(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1");
        Files.createDirectories(folder);
        Path script = Files.writeString(
                folder.resolve("httpd"), "#!/bin/sh\nexec " + String.join(" ", java.entrypoint()) + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, Path> files = new LinkedHashMap<>(java.files());
        files.put("/usr/local/bin/httpd", script);
        return new LocalImage(PATTERN, files, java.environment(), List.of("/bin/sh"), List.of());
    }

    /** The jar or the folder that this class was loaded from. */
    private static File code() {
        try {
            return new File(Busybox.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot find the jar of " + Busybox.class.getName(), e);
        }
    }
}
