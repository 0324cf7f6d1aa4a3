package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.Container;
import io.operatorlib.testing.cluster.kubelet.ContainerException;
import io.operatorlib.testing.cluster.kubelet.HostEntry;
import io.operatorlib.testing.cluster.kubelet.Sandbox;
import io.operatorlib.testing.cluster.kubelet.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One pod's folder: its volumes, its hosts file, its containers' roots and logs. */
final class PodFolder {
    /** Every user of a container may write to a volume. */
    private static final int OPEN = 0777;

    private final Path folder;
    private final Disks disks;
    private final Map<String, Path> volumes = new HashMap<>();
    private final Map<String, Boolean> readOnly = new HashMap<>();
    private volatile Sandbox sandbox;

    PodFolder(Path folder, Disks disks, Sandbox sandbox) {
        this.folder = folder;
        this.disks = disks;
        this.sandbox = sandbox;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** The folder that containers see as the place of their hosts file. */
    Path names() {
        return folder.resolve("names");
    }

    Path container(String name, int attempt) {
        return folder.resolve("containers").resolve(name).resolve(String.valueOf(attempt));
    }

    Path log(String container, int attempt) {
        return folder.resolve("logs").resolve(container).resolve(attempt + ".log");
    }

    void prepare(Sandbox wished) throws IOException {
        sandbox = wished;
        Files.createDirectories(names());
        Path hosts = names().resolve("hosts");
        if (!Files.exists(hosts)) {
            hosts(List.of(new HostEntry("127.0.0.1", List.of("localhost"))));
        }
        for (Volume volume : wished.volumes()) {
            volumes.put(volume.name(), prepare(volume));
            readOnly.put(volume.name(), volume instanceof Volume.Files);
        }
    }

    private Path prepare(Volume volume) throws IOException {
        if (volume instanceof Volume.Folder outlives) {
            return open(disks.at(Path.of(outlives.path()), outlives.bytes()));
        }
        Path path = folder.resolve("volumes").resolve(volume.name());
        if (volume instanceof Volume.Files files) {
            Files.createDirectories(path);
            write(path, files);
            return path;
        }
        return open(path);
    }

    private static Path open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            permit(path, OPEN);
        }
        return path;
    }

    private static void write(Path path, Volume.Files files) throws IOException {
        try (Stream<Path> there = Files.walk(path)) {
            for (Path old : there.filter(Files::isRegularFile).toList()) {
                if (!files.files().containsKey(path.relativize(old).toString())) {
                    Files.delete(old);
                }
            }
        }
        for (var file : files.files().entrySet()) {
            Path target = path.resolve(file.getKey()).normalize();
            if (!target.startsWith(path)) {
                throw new ContainerException("FailedMount", "a path leads out of its volume: " + file.getKey());
            }
            byte[] content = file.getValue().text().getBytes(StandardCharsets.ISO_8859_1);
            Files.createDirectories(target.getParent());
            replace(target, content, file.getValue().mode());
        }
    }

    // a reader sees the old content or the new one, never a part
    private static void replace(Path target, byte[] content, int mode) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.write(fresh, content);
        permit(fresh, mode);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void permit(Path path, int mode) throws IOException {
        var text = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < text.length(); i++) {
            if (((mode >> (text.length() - 1 - i)) & 1) == 0) {
                text.setCharAt(i, '-');
            }
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(text.toString()));
    }

    void hosts(List<HostEntry> entries) throws IOException {
        String text = entries.stream().map(HostEntry::line).collect(Collectors.joining("\n", "", "\n"));
        replace(names().resolve("hosts"), text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    /** Where a mount's content is on this machine. */
    SetupScript.Bind bind(Container.Mount mount) throws IOException {
        Path volume = volumes.get(mount.volume());
        if (volume == null) {
            throw new ContainerException("CreateContainerConfigError", "the pod has no volume " + mount.volume());
        }
        boolean fixed = readOnly.getOrDefault(mount.volume(), false);
        Path part = volume.resolve(mount.subPath()).normalize();
        if (!part.startsWith(volume)) {
            throw new ContainerException("CreateContainerConfigError", "a subPath leads out of its volume");
        }
        return new SetupScript.Bind(
                fixed || Files.isRegularFile(part) ? part : open(part), mount.path(), mount.readOnly() || fixed);
    }
}
