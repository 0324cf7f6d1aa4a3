package io.operatorlib.quickstart;

import io.operatorlib.testing.apiproxy.Requests;
import io.operatorlib.testing.apiproxy.Rule;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.network.TcpProxy;
import io.operatorlib.testing.network.Traffic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** Does harm to one cluster of etcd, and to whoever operates it. */
final class Harms {
    /** Longer than a heartbeat, shorter than an election. */
    private static final Traffic LATE = Traffic.delayed(Duration.ofMillis(50), Duration.ofMillis(150));

    /** The operator makes a handful of writes to change a cluster. */
    private static final int LAST_WRITE = 6;

    private static final int[] PIECES = {1 << 20, 4 << 10};

    private final ChaosCluster cluster;
    private final Stage stage;
    private final ClientWays ways;
    private final String name;

    Harms(ChaosCluster cluster, Stage stage, ClientWays ways, String name) {
        this.cluster = cluster;
        this.stage = stage;
        this.ways = ways;
        this.name = name;
    }

    /**
     * A member whose process runs.
     *
     * @param party what the network between processes knows it by
     */
    private record Running(String pod, String party, ProcessHandle process) {}

    /** Harm that has begun; ending it tells whether anybody has met it. */
    interface Begun {
        boolean end();
    }

    /**
     * Begins it.
     *
     * @param choice chooses among members, and among writes
     */
    Begun begin(Harm harm, int choice) {
        if (harm instanceof Harm.Api api) {
            return met(
                    api.harm().begin(cluster.proxy(), this::concerned),
                    api.harm().ofWatches());
        }
        var plain = (Harm.Plain) harm;
        int write = 1 + choice % LAST_WRITE;
        return switch (plain) {
            case CRASH -> {
                boolean killed = cluster.killOperator();
                yield () -> killed;
            }
            case CRASH_BEFORE -> met(writes().nth(write).crashBefore(cluster::killOperator), false);
            case CRASH_AFTER -> met(writes().nth(write).crashAfter(cluster::killOperator), false);
            default -> begin(plain, running(), choice);
        };
    }

    private Begun begin(Harm.Plain harm, List<Running> members, int choice) {
        if (members.size() < 2) {
            return () -> false;
        }
        var one = members.get(choice % members.size());
        var other = members.get((choice + 1) % members.size());
        return switch (harm) {
            case KILL -> {
                one.process().destroyForcibly();
                yield () -> true;
            }
            case STOP -> {
                Kill.send("STOP", one.process().pid());
                yield ended(() -> Kill.send("CONT", one.process().pid()));
            }
            case FULL -> fill(one.pod());
            case CUT -> between(one.party(), other.party(), Traffic.CUT);
            case MEMBERS_LATE -> between(one.party(), other.party(), LATE);
            case CLIENTS_LATE -> between(ways.clients(), ways.member(one.pod()), LATE);
            default -> {
                network().toward(ways.member(one.pod()), ways.clients(), Traffic.CUT);
                yield ended(() -> network().heal(ways.member(one.pod()), ways.clients()));
            }
        };
    }

    private TcpProxy network() {
        return cluster.network();
    }

    private Begun between(String one, String other, Traffic traffic) {
        network().between(one, other, traffic);
        return ended(() -> network().heal(one, other));
    }

    private static Begun ended(Runnable end) {
        return () -> {
            end.run();
            return true;
        };
    }

    private static Begun met(Rule rule, boolean always) {
        return () -> {
            rule.end();
            return always || rule.met() > 0;
        };
    }

    /** Watches are for all namespaces. */
    private boolean concerned(Call call) {
        return call.verb().equals("watch") || call.namespace().equals(name);
    }

    private Requests writes() {
        return cluster.proxy().on(call -> call.mutating() && call.namespace().equals(name));
    }

    /** Lets a member's disk have no room; etcd ends as soon as it would write more. */
    Begun fill(String member) {
        var disk = stage.volume(member);
        if (disk.isEmpty()) {
            return () -> false;
        }
        int before = stage.restarts(member);
        Path ballast = disk.get().resolve("ballast");
        for (int piece : PIECES) {
            fill(ballast, new byte[piece]);
        }
        return () -> {
            boolean met = stage.restarts(member) > before;
            delete(ballast);
            return met;
        };
    }

    /** No more than the disk has: it may be on its way out, with another beneath it. */
    private static void fill(Path file, byte[] piece) {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (long written = 0; written < ChaosCluster.DISK_BYTES; written += piece.length) {
                out.write(piece);
            }
        } catch (IOException e) {
            // this is what was wanted: there is no room any more
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Running> running() {
        return stage.pods(name).stream()
                .map(pod -> pod.getAsJsonObject("metadata").get("name").getAsString())
                .flatMap(pod -> Stage.find(pod).map(process -> new Running(pod, name + "/" + pod, process)).stream())
                .toList();
    }
}
