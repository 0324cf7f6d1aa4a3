package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shell script that makes a container's own root and then becomes its program. It runs as process 1 of the
 * container's namespaces.
 *
 * <p>The root is a small file system in memory. It shows the machine's system folders and its {@code /etc}, both
 * read-only; hosts, resolv.conf, nsswitch.conf and hostname are the pod's own.
 *
 * @param sandbox the folder of this container: where its root is put together, and where it says that it is set up
 * @param names the folder with the pod's hosts file
 * @param parent the process ID of the program that runs the cluster
 * @param binds what is seen where
 */
record SetupScript(
        Isolation isolation,
        Path sandbox,
        Path names,
        String hostname,
        long parent,
        List<Bind> binds,
        Container container) {

    private static final List<String> SYSTEM = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32", "nix", "gnu");
    private static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom", "tty");

    /** Programs write their temporary files into the container's root; this is memory. */
    private static final String ROOT_SIZE = "256m";

    /** What container runtimes give; a container may write there though its root be read-only. */
    private static final String SHARED_MEMORY = "64m";

    /** A loopback address at which nobody answers, so that a name that is not in the hosts file fails at once. */
    private static final String NO_SERVER = "127.255.255.253";

    /** A file or folder of this machine, seen at a path of the container. */
    record Bind(Path source, String target, boolean readOnly) {}

    /** Where the script says that it is done and the program begins. */
    static Path begun(Path sandbox) {
        return sandbox.resolve("begun");
    }

    String text() {
        var lines = new ArrayList<String>();
        lines.add("set -eu");
        orphanCheck(lines);
        skeleton(lines);
        etc(lines);
        devices(lines);
        binds.stream().sorted(Comparator.comparing(Bind::target)).forEach(bind -> bind(lines, bind));
        become(lines);
        return String.join("\n", lines) + "\n";
    }

    // the cluster may have died between the fork and the request to be told of its death
    private void orphanCheck(List<String> lines) {
        lines.add("up() { while read -r k v; do if [ \"$k\" = PPid: ]; then up=$v; fi; done < /proc/$1/status; }");
        lines.add("up self; up \"$up\"; [ \"$up\" = " + parent + " ] || exit 125");
        lines.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
        // in a user namespace some mounts cannot be made read-only; there the user's own rights protect them
        lines.add("ro() { mount -o bind,ro \"$1\" \"$2\" 2>/dev/null || mount --rbind \"$1\" \"$2\"; }");
        lines.add("echo " + quoted(hostname) + " > /proc/sys/kernel/hostname 2>/dev/null || true");
    }

    private void skeleton(List<String> lines) {
        lines.add("R=" + quoted(sandbox.resolve("root").toString()));
        lines.add("mkdir -p \"$R\"; mount -t tmpfs -o mode=755,size=" + ROOT_SIZE + " tmpfs \"$R\"; cd \"$R\"");
        lines.add("mkdir -p usr etc proc dev/shm tmp run var/tmp var/lib opt root home mnt .host/etc .host/names .old");
        lines.add("chmod 1777 tmp var/tmp; mount -t tmpfs -o mode=1777,size=" + SHARED_MEMORY + " tmpfs dev/shm");
        lines.add("ro /usr usr; mount -t tmpfs -o mode=755,size=" + ROOT_SIZE + " tmpfs usr/local");
        lines.add("mkdir -p usr/local/bin usr/local/sbin usr/local/lib");
        for (String name : SYSTEM) {
            Path folder = Path.of("/", name);
            if (Files.isSymbolicLink(folder)) {
                lines.add("ln -s \"$(readlink /" + name + ")\" " + name);
            } else if (Files.isDirectory(folder)) {
                lines.add("mkdir " + name + "; ro /" + name + " " + name);
            }
        }
        lines.add("mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc");
    }

    private void etc(List<String> lines) {
        lines.add("ro /etc .host/etc; ro " + quoted(names.toString()) + " .host/names");
        lines.add(
                "for f in .host/etc/*; do ln -s \"/$f\" etc/; done; rm -f etc/hosts etc/hostname etc/resolv.conf etc/nsswitch.conf etc/mtab");
        lines.add("ln -s /.host/names/hosts etc/hosts; echo " + quoted(hostname) + " > etc/hostname");
        lines.add("printf 'nameserver " + NO_SERVER + "\\noptions timeout:1 attempts:1\\n' > etc/resolv.conf");
        lines.add("printf 'passwd: files\\ngroup: files\\nhosts: files dns\\n' > etc/nsswitch.conf");
    }

    private static void devices(List<String> lines) {
        for (String device : DEVICES) {
            if (Files.exists(Path.of("/dev", device))) {
                lines.add(": > dev/" + device + "; mount --bind /dev/" + device + " dev/" + device);
            }
        }
        lines.add("ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr");
    }

    private static void bind(List<String> lines, Bind bind) {
        String source = quoted(bind.source().toString());
        String target = quoted(bind.target().replaceFirst("^/+", ""));
        String parent = quoted("./" + Path.of(bind.target()).getParent());
        if (bind.target().startsWith("/etc/")) {
            // what is there is a link into the machine's own folder
            lines.add("rm -f " + quoted("etc/" + bind.target().split("/", -1)[2]));
        }
        lines.add(
                Files.isDirectory(bind.source())
                        ? "mkdir -p " + target
                        : "mkdir -p " + parent + "; [ -e " + target + " ] || : > " + target);
        lines.add((bind.readOnly() ? "ro " : "mount --bind ") + source + " " + target);
    }

    private void become(List<String> lines) {
        lines.add(": > " + quoted(begun(sandbox).toString()));
        lines.add("pivot_root . .old; umount -l /.old; rmdir /.old");
        if (container.readOnlyRoot()) {
            lines.add("mount -o remount,ro / 2>/dev/null || true");
        }
        String folder = container.workingDir().isEmpty() ? "/" : container.workingDir();
        lines.add((container.readOnlyRoot() ? "" : "mkdir -p " + quoted(folder) + "; ") + "cd " + quoted(folder));
        lines.add(
                container.environment().containsKey("PATH")
                        ? "PATH=" + quoted(container.environment().get("PATH"))
                        : "unset PATH");
        var user = container.user();
        lines.add("exec "
                + isolation.as(user.uid(), user.gid()).stream()
                        .map(SetupScript::quoted)
                        .collect(Collectors.joining(" "))
                + " "
                + container.command().stream().map(SetupScript::quoted).collect(Collectors.joining(" ")));
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
