package io.operatorlib.postgres.sim;

import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.instance.Server;
import io.operatorlib.testing.SimPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The model's PostgreSQL of one instance: each change of its data or its process is an effect. */
final class ModelServer implements Server {
    /** A parameter that needs a restart. */
    static final String NEEDS_RESTART = "shared_buffers";

    private static final Duration STARTS = Duration.ofMillis(200);
    private static final Duration PROMOTES = Duration.ofMillis(100);
    private static final Duration STOPS = Duration.ofMillis(100);
    private static final Duration COPIES = Duration.ofMillis(800);
    private static final Duration REWINDS = Duration.ofMillis(300);
    private static final Duration CHECKPOINT = Duration.ofMillis(300);

    /** As the operator sets {@code wal_receiver_timeout}. */
    private static final Duration HEARD_NOTHING = Duration.ofSeconds(5);

    private static final long RECORD = 256;

    final String name;
    private final PostgresWorld world;
    private final SimPorts ports;
    private final BooleanSupplier alive;
    private final ModelData data;

    /** Whether its processes stand still. */
    boolean still;

    private boolean started;
    private boolean recovering;
    private long upAt;
    private long checkpointAt;
    private ModelData.@Nullable Settings inForce;
    private ModelData.@Nullable Settings atStart;
    private long toldEnd;
    private long heardAt = Long.MIN_VALUE / 2;
    private boolean connected;
    private BooleanSupplier condition = SHUT;

    /** @param alive whether the pod's processes are there at all */
    ModelServer(String name, PostgresWorld world, SimPorts ports, ModelData data, BooleanSupplier alive) {
        this.name = name;
        this.world = world;
        this.ports = ports;
        this.data = data;
        this.alive = alive;
    }

    // ---- what the world sees ----

    /** Whether it answers. */
    boolean up() {
        return running() && world.nanos() >= upAt && files().log.has(files().consistent);
    }

    boolean recovering() {
        return recovering;
    }

    /** Whether a client's write would be taken now. */
    boolean writable() {
        return up() && !recovering && admits();
    }

    boolean alive() {
        return alive.getAsBoolean();
    }

    Wal log() {
        return files().log;
    }

    ModelData data() {
        return data;
    }

    /** Whom its commits wait for: one of these. */
    List<String> waitsFor() {
        return inForce == null ? List.of() : inForce.told().synchronous();
    }

    String upstream() {
        return inForce == null ? "" : inForce.upstream();
    }

    BooleanSupplier condition() {
        return condition;
    }

    void write(long bytes, String line) {
        files().log = log().append(log().timeline(), bytes, line);
    }

    /** Receives all that the other one has, or what it is told instead. */
    void receive(Optional<ModelServer> from, boolean heard) {
        if (from.isEmpty()) {
            connected = connected && !heard && world.nanos() - heardAt < HEARD_NOTHING.toNanos();
            return;
        }
        connected = true;
        heardAt = world.nanos();
        toldEnd = from.get().log().end();
        files().log = from.get().log();
    }

    private ModelData.Files files() {
        return Objects.requireNonNull(data.files, () -> name + " has no data");
    }

    // ---- the data ----

    @Override
    public boolean empty() {
        return data.files == null;
    }

    @Override
    public boolean standby() {
        return data.files != null && data.files.standby;
    }

    @Override
    public long epoch() {
        return data.epoch;
    }

    @Override
    public void epoch(long number) throws IOException {
        if (data.epoch != number) {
            act("notes epoch " + number, () -> data.epoch = number);
        }
    }

    @Override
    public void initialise(Designation told) throws IOException, InterruptedException {
        pause(COPIES);
        epoch(told.epoch());
        act("makes data", () -> {
            data.files = new ModelData.Files(world.newSystem(), Wal.first(), false);
        });
    }

    @Override
    public void copy(String host) throws IOException, InterruptedException {
        pause(COPIES);
        act("copies " + host, () -> {
            ModelData.Files source = source(host);
            data.files = new ModelData.Files(source.system, source.log, true);
            data.files.replicator = true;
        });
    }

    @Override
    public void rewind(String host) throws IOException, InterruptedException {
        pause(REWINDS);
        ModelData.Files mine = files();
        int there = ports.call(
                name + " compares with " + host,
                () -> world.reach(name, host)
                        .map(other -> other.data().files)
                        .map(files -> files.checkpoint)
                        .orElse(0));
        if (there == 0 || !world.rewinds()) {
            throw new IOException("pg_rewind failed");
        }
        if (there != mine.log.timeline() || mine.torn) {
            act("begins to rewind", () -> mine.torn = true);
            pause(REWINDS);
            act("rewinds to " + host, () -> {
                ModelData.Files source = source(host);
                Wal common = mine.log.common(source.log);
                world.check(
                        mine.log.parting(source.log) == common.end(),
                        name + " was rewound to a place where its log did not part: " + mine.log.history() + " "
                                + source.log.history());
                mine.log = common;
                mine.consistent = source.log;
                mine.slots.clear();
                mine.torn = false;
            });
        }
        act("is to follow", () -> mine.standby = true);
    }

    @Override
    public void discard() throws IOException {
        act("discards its data", () -> data.files = null);
    }

    @Override
    public boolean followable(String host) throws InterruptedException {
        pause(Duration.ofMillis(20));
        return ports.call(
                name + " asks " + host,
                () -> world.reach(name, host)
                        .filter(other -> !other.recovering
                                && other.files().checkpoint == other.log().timeline())
                        .isPresent());
    }

    private ModelData.Files source(String host) throws IOException {
        return world.reach(name, host)
                .map(ModelServer::files)
                .filter(files -> files.replicator)
                .orElseThrow(() -> new IOException(host + " does not answer"));
    }

    // ---- the process ----

    @Override
    public boolean running() {
        if (started && checkpointAt > 0 && world.nanos() >= checkpointAt) {
            files().checkpoint = log().timeline();
            checkpointAt = 0;
        }
        return started && alive();
    }

    @Override
    public void start() throws IOException {
        act("starts", () -> {
            started = !files().torn;
            recovering = files().standby;
            upAt = world.nanos() + STARTS.toNanos();
            checkpointAt = recovering ? 0 : upAt;
            inForce = files().settings.orElse(null);
            atStart = inForce;
            connected = false;
            world.judge();
        });
    }

    @Override
    public void stop(boolean orderly) throws IOException, InterruptedException {
        if (running()) {
            pause(STOPS);
            act("stops" + (orderly ? "" : " at once"), () -> {
                if (orderly) {
                    world.lastWords(this);
                } else {
                    world.ended(this);
                }
                started = false;
            });
        }
    }

    @Override
    public boolean configure(Designation told, String upstream) throws IOException {
        var next = new ModelData.Settings(told, upstream);
        if (files().settings.filter(next::same).isPresent()) {
            return false;
        }
        act("is configured", () -> {
            files().settings = Optional.of(next);
            if (started) {
                connected &= upstream.equals(upstream());
                inForce = next;
            }
        });
        return true;
    }

    @Override
    public void promote(long epoch) throws IOException, InterruptedException {
        pause(PROMOTES);
        act("is promoted", () -> {
            if (!up() || !recovering) {
                throw new IOException("it is no standby that runs");
            }
            files().log = log().append((int) Math.max(log().timeline() + 1, epoch), RECORD, "");
            files().standby = false;
            recovering = false;
            checkpointAt = world.nanos() + CHECKPOINT.toNanos();
            world.judge();
        });
    }

    @Override
    public Optional<Data> look() {
        return ports.call(name + " looks", () -> {
            if (!up()) {
                return Optional.empty();
            }
            var settings = Objects.requireNonNull(inForce);
            boolean pending = atStart != null
                    && !Objects.equals(
                            atStart.told().parameters().get(NEEDS_RESTART),
                            settings.told().parameters().get(NEEDS_RESTART));
            return Optional.of(new Data(
                    recovering,
                    files().system,
                    log().timeline(),
                    log().end(),
                    recovering ? toldEnd : 0,
                    recovering && connected,
                    pending,
                    settings.told().synchronousNames()));
        });
    }

    @Override
    public void admitReplicas() {
        if (up() && !files().replicator) {
            silently("admits replicas", () -> files().replicator = true);
        }
    }

    @Override
    public void keepFor(List<String> replicas) {
        if (up() && !files().slots.equals(new TreeSet<>(replicas))) {
            silently("keeps for " + replicas, () -> {
                files().slots.clear();
                files().slots.addAll(replicas);
            });
        }
    }

    // ---- its clients ----

    @Override
    public void admitWhile(BooleanSupplier holds) {
        if (condition != holds) {
            condition = holds;
            world.judge();
        }
    }

    @Override
    public boolean admits() {
        return alive() && condition.getAsBoolean();
    }

    @Override
    public String toString() {
        var files = data.files;
        return name + (alive() ? "" : " dead") + (still ? " still" : "")
                + (running() ? recovering ? " replica of " + upstream() : " primary" : " stopped")
                + (connected ? " streaming" : "") + (writable() ? " writable" : "") + " epoch " + data.epoch
                + (files == null
                        ? " no data"
                        : " " + files.log.history() + " to " + files.log.end()
                                + (files.standby ? " standby" : "") + (files.torn ? " torn" : "")
                                + " slots " + files.slots + " waits for " + waitsFor());
    }

    // ---- effects ----

    private interface Act {
        void run() throws IOException;
    }

    private void act(String what, Act act) throws IOException {
        try {
            ports.effect(
                    name + " " + what,
                    () -> {
                        try {
                            act.run();
                            return name;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    () -> new UncheckedIOException(new IOException("it is not known whether it " + what)));
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** As statements do whose answer nobody reads. */
    private void silently(String what, Act act) {
        try {
            act(what, act);
        } catch (IOException e) {
            world.note(name + " " + what + ": " + e.getMessage());
        }
    }

    private void pause(Duration time) throws InterruptedException {
        ports.scheduler().sleep(time);
    }
}
