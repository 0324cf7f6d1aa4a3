package io.operatorlib.testing.cluster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How processes get namespaces of their own on this machine: as root, or else in a user namespace, where the kernel
 * lets everybody have one.
 *
 * <p>The process that is started, and everything in its PID namespace, is killed by the kernel when the thread that
 * started it ends, however that comes.
 *
 * @param root whether this program is root; if not, containers run as its own user and cannot change it
 */
record Isolation(boolean root, Path setpriv, Path unshare, Path nsenter, Path mount) {

    /** Asking the kernel takes milliseconds; a machine that needs longer is in trouble. */
    private static final long PROBE_SECONDS = 10;

    /**
     * Finds out what this machine offers.
     *
     * @throws IllegalStateException saying what is missing
     */
    static Isolation find() {
        Path setpriv = tool("setpriv");
        Path unshare = tool("unshare");
        Path nsenter = tool("nsenter");
        Path mount = tool("mount");
        return Stream.of(true, false)
                .map(root -> new Isolation(root, setpriv, unshare, nsenter, mount))
                .filter(Isolation::works)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "pods cannot be isolated on this machine: it needs either root with the right to make mount and"
                                + " PID namespaces (CAP_SYS_ADMIN), or a kernel that lets every user make a user"
                                + " namespace (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces>0,"
                                + " kernel.apparmor_restrict_unprivileged_userns=0)"));
    }

    static Path tool(String name) {
        return optionalTool(name)
                .orElseThrow(() -> new IllegalStateException(
                        "pods cannot be isolated on this machine: the program " + name + " (util-linux) is missing"));
    }

    private static Optional<Path> optionalTool(String name) {
        return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private boolean works() {
        var command = new ArrayList<>(enter());
        command.addAll(List.of(mount.toString(), "-t", "tmpfs", "tmpfs", "/mnt"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What a command is to be put behind so that it runs, as process 1, in namespaces of its own. */
    List<String> enter() {
        var command = new ArrayList<>(List.of(setpriv.toString(), "--pdeathsig", "KILL", unshare.toString()));
        if (!root) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--"));
        return List.copyOf(command);
    }

    /** What a command is to be put behind so that it runs in the namespaces of a process. */
    List<String> join(long pid) {
        var command = new ArrayList<>(List.of(
                setpriv.toString(), "--pdeathsig", "KILL", nsenter.toString(), "--target", String.valueOf(pid)));
        if (!root) {
            command.addAll(List.of("--user", "--preserve-credentials"));
        }
        command.addAll(List.of("--mount", "--uts", "--ipc", "--pid", "--"));
        return List.copyOf(command);
    }

    /** A command at a terminal of its own, which {@code script} makes. */
    List<String> atATerminal(List<String> command) {
        String line = command.stream().map(SetupScript::quoted).collect(Collectors.joining(" "));
        return List.of(
                setpriv.toString(),
                "--pdeathsig",
                "KILL",
                tool("script").toString(),
                "--quiet",
                "--return",
                "--command",
                line,
                "/dev/null");
    }

    /**
     * What a command in a container's namespaces is to be put behind so that the terminal which it was given is its own:
     * the terminal's session began outside, where a shell's job control cannot see it. Only root can take it over;
     * elsewhere a shell complains when it ends.
     */
    List<String> ownTerminal() {
        return root ? List.of(tool("setsid").toString(), "--ctty") : List.of();
    }

    /** What the program itself is to be put behind so that it runs as that user and still dies with its parent. */
    List<String> as(Optional<Long> uid, Optional<Long> gid) {
        var command = new ArrayList<>(List.of(setpriv.toString()));
        if (root) {
            gid.or(() -> uid).ifPresent(id -> command.addAll(List.of("--regid", id.toString(), "--clear-groups")));
            uid.ifPresent(id -> command.addAll(List.of("--reuid", id.toString())));
        }
        command.addAll(List.of("--pdeathsig", "KILL", "--"));
        return List.copyOf(command);
    }
}
