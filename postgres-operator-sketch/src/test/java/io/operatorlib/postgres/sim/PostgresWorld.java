package io.operatorlib.postgres.sim;

import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the model's instances, and the clients that write to whoever lets them; it judges what they are told.
 */
final class PostgresWorld {
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(100);
    private static final long WRITE = 8 << 10;

    /** A commit that waits, or was acknowledged. */
    private record Commit(ModelServer by, Wal log, BooleanSupplier under, boolean guarded) {}

    private final Sim sim;
    private final boolean clients;
    private final Map<String, ModelServer> servers = new TreeMap<>();
    private final Set<String> cuts = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Commit> waiting = new ArrayList<>();
    private final List<Commit> acknowledged = new ArrayList<>();
    private final Set<String> systems = new TreeSet<>();
    private OptionalLong said = OptionalLong.empty();
    private OptionalLong announced = OptionalLong.empty();
    private Optional<ModelServer> primary = Optional.empty();
    private @Nullable ModelServer writer;
    private boolean abrupt;
    private boolean rewinds = true;
    private long lostAtMost;
    private int primaries;

    /** @param clients whether anybody writes */
    PostgresWorld(Sim sim, boolean clients) {
        this.sim = sim;
        this.clients = clients;
        sim.scheduler().fork("clients", this::run);
    }

    /** The status says from now on what an abrupt failover may lose; empty where it does not know. */
    void announced(OptionalLong bytes) {
        said = bytes;
    }

    /** Puts an instance in the place of the one that had its name before. */
    void add(ModelServer server) {
        servers.put(server.name, server);
    }

    Collection<ModelServer> servers() {
        return servers.values();
    }

    Optional<ModelServer> server(String name) {
        return Optional.ofNullable(servers.get(name));
    }

    /** Who takes writes, as was seen last. */
    Optional<ModelServer> primary() {
        return primary;
    }

    List<String> violations() {
        return violations;
    }

    /** How many writes were acknowledged. */
    int writes() {
        return acknowledged.size();
    }

    /** The most that was lost at once. */
    long lostAtMost() {
        return lostAtMost;
    }

    String newSystem() {
        String system = String.valueOf(7_001 + systems.size());
        systems.add(system);
        check(systems.size() == 1, "data was made a second time");
        return system;
    }

    long nanos() {
        return sim.elapsed().toNanos();
    }

    void note(String what) {
        sim.note(what);
    }

    void check(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
            sim.changed();
        }
    }

    // ---- what fate does ----

    boolean rewinds() {
        return rewinds;
    }

    /** From now on no data can be rewound. */
    void forbidRewinding() {
        rewinds = false;
    }

    /** Keeps two instances apart. */
    void cut(String one, String other) {
        cuts.add(one + " " + other);
        cuts.add(other + " " + one);
    }

    void heal() {
        cuts.clear();
    }

    /** The server that answers there, if it can be reached. */
    Optional<ModelServer> reach(String from, String host) {
        String name = host.split("\\.", 2)[0];
        return server(name).filter(server -> !cuts.contains(from + " " + name) && !server.still && server.up());
    }

    // ---- the log's way ----

    private void ship(ModelServer replica) {
        if (!replica.running() || !replica.recovering() || replica.still) {
            return;
        }
        String host = replica.upstream();
        var from = reach(replica.name, host);
        var willing = from.filter(source -> sends(source, replica));
        String name = host.split("\\.", 2)[0];
        boolean heard = from.isPresent()
                || host.isEmpty()
                || server(name)
                        .filter(other -> other.still || cuts.contains(replica.name + " " + name))
                        .isEmpty();
        willing.ifPresent(source -> check(
                source.log().has(replica.log()),
                replica.name + " takes the log of " + source.name + " for the continuation of its own: "
                        + replica.log().history() + " " + source.log().history()));
        replica.receive(willing, heard);
    }

    /** As a server decides: by the number of the timeline and the position there. */
    private static boolean sends(ModelServer source, ModelServer replica) {
        var files = source.data().files;
        var mine = replica.data().files;
        return files != null
                && mine != null
                && files.replicator
                && files.system.equals(mine.system)
                && files.slots.contains(replica.name)
                && mine.log.end() <= files.log.endOf(mine.log.timeline());
    }

    /** Who ends in order sends its replicas all there is. */
    void lastWords(ModelServer server) {
        if (server.up() && !server.recovering()) {
            server.write(WRITE, "");
            servers.values().stream()
                    .filter(replica -> replica.upstream().startsWith(server.name + "."))
                    .forEach(this::ship);
        }
        waiting.removeIf(commit -> commit.by() == server);
    }

    // ---- the clients ----

    private void run() {
        try {
            while (true) {
                sim.scheduler().sleep(BETWEEN_WRITES);
                for (var server : List.copyOf(servers.values())) {
                    if (sim.scheduler().random().nextInt(4) > 0) {
                        ship(server);
                    }
                }
                if (clients) {
                    acknowledge();
                    write();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        judge();
        for (var server : servers.values()) {
            if (!server.still && server.writable()) {
                announced = said;
                server.write(WRITE, "");
                waiting.add(new Commit(
                        server,
                        server.log(),
                        server.condition(),
                        !server.waitsFor().isEmpty()));
            }
        }
    }

    private void acknowledge() {
        waiting.removeIf(commit -> !commit.by().up() || commit.by().condition() != commit.under());
        for (var commit : List.copyOf(waiting)) {
            var names = commit.by().waitsFor();
            boolean enough = names.isEmpty()
                    || names.stream()
                            .flatMap(name -> server(name).stream())
                            .anyMatch(replica -> replica.data().files != null
                                    && replica.log().has(commit.log()));
            if (enough && !commit.by().still && commit.by().writable()) {
                waiting.remove(commit);
                acknowledged.add(
                        new Commit(commit.by(), commit.log(), commit.under(), commit.guarded() && !names.isEmpty()));
            }
        }
    }

    // ---- judgement ----

    /** Something ended at once: what it had acknowledged may be nowhere else. */
    void ended(ModelServer server) {
        abrupt |= server == writer;
    }

    /** Looks at who is writable, whenever that may have begun. */
    void judge() {
        var writable = servers.values().stream()
                .filter(server -> !server.still && server.writable())
                .toList();
        check(
                writable.size() < 2,
                "two writable primaries: "
                        + writable.stream().map(server -> server.name).toList());
        var now = writable.stream().findFirst();
        if (!now.equals(primary)) {
            primary = now;
            sim.changed();
        }
        now.filter(server -> server != writer).ifPresent(this::begin);
    }

    private void begin(ModelServer next) {
        var former = writer;
        writer = next;
        primaries++;
        var there = next.log().beginnings();
        var lost = acknowledged.stream()
                .filter(commit -> !there.contains(commit.log()))
                .toList();
        acknowledged.removeAll(lost);
        long bytes = lost.size() * WRITE;
        lostAtMost = Math.max(lostAtMost, bytes);
        check(
                lost.stream().noneMatch(Commit::guarded),
                next.name + " lacks what was acknowledged with a replica's consent: " + bytes + " bytes");
        check(
                bytes == 0 || abrupt || former == null || !former.alive(),
                next.name + " lacks what was acknowledged, and nothing ended abruptly: " + bytes + " bytes");
        long allowed = announced.orElse(Long.MAX_VALUE);
        check(bytes <= allowed, next.name + " lacks " + bytes + " bytes; announced were " + allowed);
        abrupt = false;
        sim.changed();
    }

    /** How often somebody began to take writes. */
    int primaries() {
        return primaries;
    }
}
