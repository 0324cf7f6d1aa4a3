package io.operatorlib.postgres.instance;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.Gson;
import io.operatorlib.leader.ConnectionGate;
import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL in this pod, by its own programs. */
final class Postgres implements Server {
    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);

    /** Enough for a base backup of what a sketch is tried with. */
    private static final long PROGRAM_SECONDS = 600;

    /** What is the same for all, beside what the operator's user may set. */
    private static final String SETTINGS = """
            wal_level = 'replica'
            wal_retrieve_retry_interval = '500ms'
            wal_receiver_timeout = '5s'
            wal_sender_timeout = '5s'
            wal_keep_size = '128MB'
            max_slot_wal_keep_size = '1GB'
            max_wal_senders = '20'
            max_replication_slots = '20'
            unix_socket_permissions = '0700'
            port = '%d'
            """.formatted(PostgresCluster.REPLICATION_PORT);

    private final Settings settings;
    private final Scheduler scheduler;
    private final Path data;
    private final Path fresh;
    private final Path run;
    private final Path epochFile;
    private final Path passwords;
    private final ConnectionGate gate;
    private @Nullable Process process;
    private @Nullable Psql psql;

    /**
     * What an instance is told once.
     *
     * @param programs what stands before the name of each program: a folder, or nothing where it is found by its name
     */
    record Settings(
            Path folder,
            String programs,
            String name,
            String address,
            String superuserPassword,
            String replicationPassword) {}

    Postgres(Settings settings, Scheduler scheduler) throws IOException {
        this.scheduler = scheduler;
        this.settings = settings;
        this.data = settings.folder().resolve("data");
        this.fresh = settings.folder().resolve("data.new");
        this.run = settings.folder().resolve("run");
        this.epochFile = settings.folder().resolve("epoch");
        this.passwords = settings.folder().resolve("pgpass");
        Files.createDirectories(run);
        sweep(data, run);
        Files.deleteIfExists(passwords);
        Files.createFile(passwords, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwords, """
                *:*:*:postgres:%s
                *:*:*:replicator:%s
                """.formatted(settings.superuserPassword(), settings.replicationPassword()));
        this.gate = ConnectionGate.at(
                new InetSocketAddress(settings.address(), PostgresCluster.CLIENT_PORT),
                UnixDomainSocketAddress.of(run.resolve(".s.PGSQL." + PostgresCluster.REPLICATION_PORT)),
                scheduler);
    }

    /**
     * Deletes the files by which PostgreSQL knows whether another one runs, and which it leaves behind when it is killed
     * with its container: each names a process by its number, which in this one may be anybody's. It would wait for them
     * to end, and never start.
     *
     * @param run the folder of the sockets and their locks
     */
    static void sweep(Path data, Path run) throws IOException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        MoreFiles.deleteDirectoryContents(run, RecursiveDeleteOption.ALLOW_INSECURE);
    }

    // ---- the data ----

    @Override
    public boolean empty() {
        return !Files.exists(data);
    }

    @Override
    public boolean standby() {
        return Files.exists(data.resolve("standby.signal"));
    }

    @Override
    public long epoch() {
        try {
            return Files.exists(epochFile) ? Long.parseLong(Files.readString(epochFile)) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void epoch(long number) throws IOException {
        if (epoch() != number) {
            Path next = epochFile.resolveSibling("epoch.new");
            Files.writeString(next, String.valueOf(number));
            Files.move(next, epochFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void initialise(Designation told) throws IOException, InterruptedException {
        clear();
        Path password = settings.folder().resolve("password");
        Files.writeString(password, settings.superuserPassword());
        program("initdb -U postgres --auth=scram-sha-256 --data-checksums --encoding=UTF8 --locale=C --pwfile="
                + password + " -D " + fresh);
        Files.delete(password);
        Files.writeString(fresh.resolve("postgresql.conf"), "include 'operator.conf'\n");
        epoch(told.epoch());
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void copy(String host) throws IOException, InterruptedException {
        clear();
        program("pg_basebackup -X stream -c fast -D " + fresh + " -d " + source(host));
        Files.writeString(fresh.resolve("standby.signal"), "");
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void rewind(String host) throws IOException, InterruptedException {
        program("pg_rewind -D " + data + " --source-server=" + source(host));
        Files.writeString(data.resolve("standby.signal"), "");
    }

    @Override
    public void discard() throws IOException {
        clear();
        Files.move(data, fresh, StandardCopyOption.ATOMIC_MOVE); // half of it would pass for data
        clear();
    }

    private void clear() throws IOException {
        if (Files.exists(fresh)) {
            MoreFiles.deleteRecursively(fresh, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    @Override
    public boolean followable(String host) throws IOException, InterruptedException {
        try (var there = connect(source(host))) {
            return there.ask(Sql.FOLLOWABLE).equals(Optional.of("t"));
        }
    }

    private static String source(String host) {
        return "postgresql://replicator@" + host + ":" + PostgresCluster.REPLICATION_PORT
                + "/postgres?connect_timeout=3";
    }

    // ---- the process ----

    @Override
    public boolean running() {
        return process != null && process.isAlive();
    }

    @Override
    public void start() throws IOException {
        if (psql != null) {
            psql.close();
        }
        process = begin("postgres -D " + data);
    }

    @Override
    public void stop(boolean orderly) throws IOException, InterruptedException {
        Process running = process;
        if (running != null && running.isAlive()) {
            try {
                program("pg_ctl stop -w -t 20 -D " + data + " -m " + (orderly ? "fast" : "immediate"));
            } catch (IOException e) {
                LOG.warn("it is killed, for it did not stop problem={}", e.getMessage());
                running.destroyForcibly();
            }
            running.waitFor();
        }
    }

    @Override
    public boolean configure(Designation told, String upstream) throws IOException, InterruptedException {
        // the last of a name counts
        var text = new StringBuilder();
        told.parameters()
                .forEach((name, value) -> text.append(
                        "%s = '%s'\n".formatted(name, value.replace("'", "''").replace("\\", "\\\\"))));
        text.append(SETTINGS).append("""
                cluster_name = '%s'
                synchronous_standby_names = '%s'
                listen_addresses = '%s'
                unix_socket_directories = '%s'
                """.formatted(settings.name(), told.synchronousNames(), settings.address(), run));
        if (!upstream.isEmpty()) {
            text.append("""
                    primary_conninfo = '%s&application_name=%s&passfile=%s'
                    primary_slot_name = '%s'
                    """.formatted(source(upstream), settings.name(), passwords, Sql.slot(settings.name())));
        }
        // through the socket come the gate and this program: both as this user, so that a password tells them apart
        boolean access = write("pg_hba.conf", """
                local all all scram-sha-256
                host postgres replicator all scram-sha-256
                host replication replicator all scram-sha-256
                """);
        boolean changed = write("operator.conf", text.toString()) || access;
        if (changed && running()) {
            program("pg_ctl reload -D " + data);
        }
        return changed;
    }

    private boolean write(String name, String text) throws IOException {
        Path file = data.resolve(name);
        boolean other = !Files.exists(file) || !Files.readString(file).equals(text);
        if (other) {
            Files.writeString(file, text);
        }
        return other;
    }

    @Override
    public void promote(long epoch) throws IOException, InterruptedException {
        // PostgreSQL takes the first number for which there is no history; one without content is nobody's history
        for (long taken = 2; taken < epoch; taken++) {
            Path history = data.resolve("pg_wal").resolve(String.format("%08X.history", taken));
            if (!Files.exists(history)) {
                Files.createFile(history);
            }
        }
        program("pg_ctl promote -w -D " + data);
        // so that the control file names the new timeline soon; nobody waits for that
        begin("psql -Xqc checkpoint " + here());
    }

    @Override
    public Optional<Data> look() throws InterruptedException {
        return ask(Sql.LOOK).filter(answer -> !answer.isEmpty()).map(json -> new Gson().fromJson(json, Data.class));
    }

    @Override
    public void admitReplicas() throws InterruptedException {
        var unused = ask(Sql.replicator(settings.replicationPassword()));
    }

    @Override
    public void keepFor(List<String> replicas) throws InterruptedException {
        var unused = ask(Sql.slots(replicas));
    }

    /** The answer of a running server; empty where it gives none. One that hangs is killed: it serves nobody. */
    private Optional<String> ask(String sql) throws InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return Optional.empty();
        }
        try {
            if (psql == null || !psql.open()) {
                psql = connect(here());
            }
            return psql.ask(sql);
        } catch (Psql.Hung e) {
            LOG.warn("PostgreSQL is killed, for it does not answer");
            running.destroyForcibly();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String here() {
        return "postgresql://postgres@/postgres?host=" + run + "&port=" + PostgresCluster.REPLICATION_PORT;
    }

    private Psql connect(String whom) throws IOException {
        // not for clients: one whose commit waits for a replica would take the end of its patience for the commit
        var impatient = Map.of("PGPASSFILE", passwords.toString(), "PGOPTIONS", "-c statement_timeout=5s");
        return Psql.connect(settings.programs() + "psql", whom, impatient, scheduler);
    }

    /** Starts a program, with its arguments as a shell would have them that knows no quotes. */
    private Process begin(String command) throws IOException {
        var builder = new ProcessBuilder((settings.programs() + command).split(" ")).inheritIO();
        builder.environment().put("PGPASSFILE", passwords.toString());
        builder.environment().keySet().removeIf(name -> name.endsWith("_PASSWORD"));
        return builder.start();
    }

    private void program(String command) throws IOException, InterruptedException {
        var program = begin(command);
        try {
            if (!program.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS) || program.exitValue() != 0) {
                throw new IOException(command.substring(0, command.indexOf(' ')) + " failed");
            }
        } finally {
            program.destroyForcibly();
        }
    }

    // ---- its clients ----

    @Override
    public void admitWhile(BooleanSupplier holds) {
        gate.admitWhile(holds);
    }

    @Override
    public boolean admits() {
        return gate.admits();
    }
}
