package io.operatorlib.postgres.instance;

import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL's data and its programs in this pod. Used by one thread. */
final class Postgres {
    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);

    /** Enough for a base backup of what a sketch is tried with. */
    private static final long PROGRAM_SECONDS = 600;

    private static final String REPLICATOR = "replicator";

    private final Settings settings;
    private final Scheduler scheduler;
    private final Path data;
    private final Path fresh;
    private final Path run;
    private final Path epochFile;
    private final Map<String, String> environment;
    private @Nullable Process process;
    private @Nullable Psql psql;

    /** What an instance is told once. */
    record Settings(Path folder, String name, String address, String superuserPassword, String replicationPassword) {}

    Postgres(Settings settings, Scheduler scheduler) throws IOException {
        this.scheduler = scheduler;
        this.settings = settings;
        this.data = settings.folder().resolve("data");
        this.fresh = settings.folder().resolve("data.new");
        this.run = settings.folder().resolve("run");
        this.epochFile = settings.folder().resolve("epoch");
        Path passwords = settings.folder().resolve("pgpass");
        this.environment = new TreeMap<>(Map.of("PGPASSFILE", passwords.toString(), "PGCONNECT_TIMEOUT", "3"));
        Files.createDirectories(run);
        Leftovers.sweep(data, run);
        Files.deleteIfExists(passwords);
        Files.createFile(passwords, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                passwords,
                "*:*:*:postgres:" + settings.superuserPassword() + "\n*:*:*:" + REPLICATOR + ":"
                        + settings.replicationPassword() + "\n");
    }

    Path socket() {
        return run.resolve(".s.PGSQL." + PostgresCluster.REPLICATION_PORT);
    }

    // ---- the data ----

    boolean empty() {
        return !Files.exists(data.resolve("PG_VERSION"));
    }

    /** Tells whether the data is a replica's; else it was written to by a primary. */
    boolean standby() {
        return Files.exists(data.resolve("standby.signal"));
    }

    /** Under which epoch's right the data was last written to; 0 for never. */
    long epoch() {
        try {
            return Files.exists(epochFile) ? Long.parseLong(Files.readString(epochFile)) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Notes it before the first write, so that data never has writes that were not allowed for. */
    void epoch(long number) throws IOException {
        if (epoch() != number) {
            Path next = epochFile.resolveSibling("epoch.new");
            Files.writeString(next, String.valueOf(number));
            Files.move(next, epochFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Makes the data of a new cluster; it is there whole, or not at all. */
    void initialise(Designation told) throws IOException, InterruptedException {
        delete(fresh);
        Path password = settings.folder().resolve("password");
        Files.writeString(password, settings.superuserPassword());
        program(
                "initdb",
                "-D",
                fresh.toString(),
                "-U",
                "postgres",
                "--pwfile",
                password.toString(),
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C");
        Files.delete(password);
        Files.writeString(fresh.resolve("postgresql.conf"), "include 'operator.conf'\n");
        epoch(told.epoch());
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Copies the primary's data. */
    void copy(String host) throws IOException, InterruptedException {
        delete(fresh);
        program("pg_basebackup", "-D", fresh.toString(), "-d", source(host, "postgres"), "-X", "stream", "-c", "fast");
        Files.writeString(fresh.resolve("standby.signal"), "");
        delete(data);
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Brings data that went another way back to where the primary's begins to differ, and lets it follow from there. */
    void rewind(String host) throws IOException, InterruptedException {
        program("pg_rewind", "-D", data.toString(), "--source-server", source(host, "postgres"));
        Files.writeString(data.resolve("standby.signal"), "");
    }

    void discard() throws IOException {
        delete(data);
    }

    /** Tells whether another instance is a primary whose data one may follow, with its timeline in its control file. */
    boolean followable(String host) throws IOException, InterruptedException {
        try (var there = Psql.connect("psql", source(host, "postgres"), environment, scheduler)) {
            return there.ask("select not pg_is_in_recovery() and timeline_id = " + Look.TIMELINE
                            + " from pg_control_checkpoint()")
                    .equals(Optional.of("t"));
        }
    }

    private static String source(String host, String database) {
        return "host=" + host + " port=" + PostgresCluster.REPLICATION_PORT + " user=" + REPLICATOR + " dbname="
                + database + " connect_timeout=3";
    }

    // ---- its settings ----

    /**
     * Writes all settings.
     *
     * @param upstream whom to follow; empty for nobody
     * @return whether they are others than before
     */
    boolean configure(Designation told, String upstream) throws IOException {
        var all = new TreeMap<String, String>(told.parameters());
        all.putAll(Map.of(
                "listen_addresses", settings.address(),
                "port", String.valueOf(PostgresCluster.REPLICATION_PORT),
                "unix_socket_directories", run.toString(),
                "unix_socket_permissions", "0700",
                "wal_level", "replica",
                "wal_retrieve_retry_interval", "500ms",
                "wal_receiver_timeout", "5s",
                "wal_sender_timeout", "5s",
                "wal_keep_size", "128MB",
                "max_slot_wal_keep_size", "1GB"));
        all.put("max_wal_senders", "20");
        all.put("max_replication_slots", "20");
        all.put("cluster_name", settings.name());
        all.put("synchronous_standby_names", told.synchronousNames());
        if (!upstream.isEmpty()) {
            all.put(
                    "primary_conninfo",
                    source(upstream, "postgres") + " application_name=" + settings.name() + " passfile="
                            + environment.get("PGPASSFILE"));
            all.put("primary_slot_name", slot(settings.name()));
        }
        var text = new StringBuilder();
        all.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("'", "''").replace("\\", "\\\\"))
                .append("'\n"));
        // through the socket come the gate and this program: both as this user, so that a password tells them apart
        boolean access = write(
                "pg_hba.conf",
                "local all all scram-sha-256\n" + "host postgres " + REPLICATOR
                        + " all scram-sha-256\nhost replication " + REPLICATOR + " all scram-sha-256\n");
        return write("operator.conf", text.toString()) || access;
    }

    private boolean write(String name, String text) throws IOException {
        Path file = data.resolve(name);
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return false;
        }
        Files.writeString(file, text);
        return true;
    }

    static String slot(String instance) {
        return instance.replace('-', '_');
    }

    // ---- its process ----

    boolean running() {
        return process != null && process.isAlive();
    }

    void start() throws IOException {
        closeSession();
        process = builder(List.of("postgres", "-D", data.toString())).start();
    }

    void reload() throws IOException, InterruptedException {
        program("pg_ctl", "reload", "-D", data.toString());
    }

    void promote() throws IOException, InterruptedException {
        program("pg_ctl", "promote", "-w", "-D", data.toString());
    }

    /**
     * Stops.
     *
     * @param orderly whether replicas are to get all there is, and a checkpoint to be written
     */
    void stop(boolean orderly) throws IOException, InterruptedException {
        closeSession();
        Process running = process;
        if (running != null && running.isAlive()) {
            try {
                program(
                        "pg_ctl",
                        "stop",
                        "-w",
                        "-m",
                        orderly ? "fast" : "immediate",
                        "-t",
                        "20",
                        "-D",
                        data.toString());
            } catch (IOException e) {
                LOG.warn("it is killed, for it did not stop problem={}", e.getMessage());
                kill();
            }
            running.waitFor();
        }
    }

    /** Makes the control file name the present timeline, in a while. */
    void checkpoint() throws IOException {
        builder(List.of("psql", "-Xq", "-d", here(), "-c", "checkpoint")).start();
    }

    private String here() {
        return "host=" + run + " port=" + PostgresCluster.REPLICATION_PORT + " user=postgres dbname=postgres";
    }

    /** The answer of a running server; empty where it gives none. One that hangs is killed: it serves nobody. */
    Optional<String> ask(String sql) throws InterruptedException {
        try {
            if (!running()) {
                return Optional.empty();
            }
            if (psql == null || !psql.open()) {
                psql = Psql.connect("psql", here(), environment, scheduler);
            }
            return psql.ask(sql);
        } catch (Psql.Hung e) {
            LOG.warn("PostgreSQL is killed, for it does not answer");
            kill();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void closeSession() {
        if (psql != null) {
            psql.close();
            psql = null;
        }
    }

    private ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        builder.environment().keySet().removeIf(name -> name.endsWith("_PASSWORD"));
        return builder;
    }

    private void program(String... command) throws IOException, InterruptedException {
        var program = builder(List.of(command)).start();
        try {
            if (!program.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS) || program.exitValue() != 0) {
                throw new IOException(command[0] + " failed");
            }
        } finally {
            program.destroyForcibly();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            var all = new ArrayList<Path>();
            try (Stream<Path> walk = Files.walk(folder)) {
                walk.sorted(Comparator.reverseOrder()).forEach(all::add);
            }
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }
}
