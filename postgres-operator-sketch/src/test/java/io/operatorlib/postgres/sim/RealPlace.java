package io.operatorlib.postgres.sim;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.postgres.instance.Psql;
import io.operatorlib.postgres.instance.RealServers;
import io.operatorlib.postgres.instance.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Real PostgreSQL on this machine, each server at an address of its own; as another user where the tests are root. */
final class RealPlace implements ServerPlace {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String PASSWORD = "secret";
    /** Who may run PostgreSQL, and is there: nobody. */
    private static final String USER = "65534";

    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path folder;
    private final Path programs;
    private final String network;
    private final RealScheduler scheduler = new RealScheduler();
    private final Map<String, Server> servers = new TreeMap<>();

    /**
     * A place without servers.
     *
     * @param programs where PostgreSQL's programs are
     * @param folder where nobody else is
     */
    RealPlace(Path programs, Path folder, String network) throws IOException {
        this.folder = folder;
        this.network = network;
        Files.setPosixFilePermissions(folder, EXECUTABLE);
        this.programs = Files.createDirectories(folder.resolve("bin"));
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        Path log = folder.resolve("log");
        Path libraries = programs.resolve("../../../x86_64-linux-gnu").normalize();
        for (String program : List.of("postgres", "initdb", "pg_ctl", "pg_basebackup", "pg_rewind", "psql")) {
            Path wrapper = this.programs.resolve(program);
            String other = "chown -R " + USER + ":" + USER + " " + folder + "/db-* 2>/dev/null\n"
                    + "exec setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups ";
            Files.writeString(
                    wrapper,
                    "#!/bin/sh\nexport LD_LIBRARY_PATH=" + libraries + "\n" + (root ? other : "exec ")
                            + programs.resolve(program) + " \"$@\" " + (program.equals("psql") ? "" : ">> " + log)
                            + " 2>> " + log + "\n");
            Files.setPosixFilePermissions(wrapper, EXECUTABLE);
        }
    }

    /** Where PostgreSQL's programs are, if they are on this machine. */
    static Optional<Path> programs() throws IOException {
        var finder = new ProcessBuilder("../tools/postgres-binaries", "--offline")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String found = new String(finder.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return found.isEmpty() ? Optional.empty() : Optional.of(Path.of(found));
    }

    @Override
    public Server server(String instance) throws IOException {
        Server there = servers.get(instance);
        if (there == null) {
            there = RealServers.at(
                    folder.resolve(instance), programs + "/", instance, host(instance), PASSWORD, scheduler);
            servers.put(instance, there);
        }
        return there;
    }

    @Override
    public String host(String instance) {
        return network + "." + instance.substring(3);
    }

    @Override
    public void kill(String instance) throws Exception {
        server(instance).stop(false);
    }

    @Override
    public boolean write(String instance, String line) throws Exception {
        return ask(instance, "create table if not exists lines (line text); insert into lines values ('" + line + "')")
                .isPresent();
    }

    @Override
    public boolean reads(String instance, String line) throws Exception {
        return ask(instance, "select count(*) from lines where line = '" + line + "'")
                .equals(Optional.of("1"));
    }

    private Optional<String> ask(String instance, String sql) throws Exception {
        try (var client = Psql.connect(
                programs + "/psql",
                "host=" + host(instance) + " port=" + PostgresCluster.CLIENT_PORT
                        + " user=postgres dbname=postgres connect_timeout=3",
                Map.of("PGPASSWORD", PASSWORD),
                scheduler)) {
            return client.ask(sql);
        } catch (Psql.Hung e) {
            return Optional.empty();
        }
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
        long end = scheduler.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            if (scheduler.nanoTime() - end > 0) {
                throw new AssertionError("not within " + SOON + ": " + what);
            }
            try {
                scheduler.sleep(LOOK);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (Server server : servers.values()) {
                server.stop(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
