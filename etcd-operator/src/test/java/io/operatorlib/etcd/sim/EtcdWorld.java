package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A model of etcd: processes, their data directories, and the network between them, in virtual time.
 *
 * <p><b>Flow.</b> Whatever changes (a process starts or ends, a line is cut, an entry is committed) settles the world:
 * connections are looked at, and then each process finds its place by {@link Raft}.
 *
 * <p><b>Guarantees.</b> Acknowledged writes that a later leader does not have are recorded in {@link #violations()}, and
 * whatever else may never happen.
 *
 * <p><b>Limits.</b> There are no clients' watches, leases, compactions or alarms.
 */
final class EtcdWorld {
    /** etcd's HealthInterval: how long peers must have been connected before the server changes its members. */
    static final Duration HEALTH_INTERVAL = Duration.ofSeconds(5);

    private final Scheduler scheduler;
    private final Runnable changed;
    private final Agenda agenda;
    private final List<EtcdProcess> processes = new ArrayList<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final Ledger ledger = new Ledger();
    private final Raft raft;
    private final FirstStart firstStart;
    private final List<String> violations = new ArrayList<>();
    private final TreeSet<String> failing = new TreeSet<>();
    private Duration slowness = Duration.ZERO;
    private long requests;
    private boolean settling;
    private boolean resolves = true;

    /** @param changed is told after every change */
    EtcdWorld(Scheduler scheduler, Runnable changed) {
        this.scheduler = scheduler;
        this.changed = changed;
        this.agenda = new Agenda(scheduler);
        this.raft = new Raft(this, ledger);
        this.firstStart = new FirstStart(this);
        scheduler.fork("etcd", () -> agenda.run(this::settle));
    }

    long now() {
        return scheduler.nanoTime();
    }

    void after(Duration time, Runnable body) {
        agenda.after(time, body);
    }

    Duration between(int fromMillis, int toMillis) {
        return Duration.ofMillis(scheduler.random().nextInt(fromMillis, toMillis));
    }

    /** What happened that never may. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    void violation(String what) {
        violations.add(what);
        changed();
    }

    /** Tells that something has changed, though nobody's place. */
    void changed() {
        changed.run();
    }

    /** Counts a request to change members or leader, whatever becomes of it. */
    void requested() {
        requests++;
    }

    long requests() {
        return requests;
    }

    /** The clusters in which something was ever agreed upon, in the order of their first agreements. */
    List<Long> clusters() {
        return ledger.clusters();
    }

    /** What was agreed upon last in that cluster. */
    Applied agreed(long clusterId) {
        return ledger.agreed(clusterId);
    }

    /** The tokens by which clusters were begun, by the clusters' IDs. */
    Map<Long, String> tokens() {
        return firstStart.tokens();
    }

    /** Who is told of each process that is about to begin a cluster. */
    void begins(Consumer<EtcdFlags> listener) {
        firstStart.begins(listener);
    }

    List<EtcdProcess> running(long clusterId) {
        return running(process -> process.dir.clusterId() == clusterId);
    }

    List<EtcdProcess> running(Predicate<EtcdProcess> which) {
        return processes.stream()
                .filter(process -> process.running() && which.test(process))
                .toList();
    }

    /** Who listens for clients there. */
    Optional<EtcdProcess> atClientUrl(String url) {
        var authority = EtcdFlags.authority(url);
        return running(process -> process.awake() && process.clientAuthority().equals(authority)).stream()
                .findFirst();
    }

    /** The leader of a cluster that has a majority behind it, if there is one. */
    Optional<EtcdProcess> leader(long clusterId) {
        return running(clusterId).stream()
                .filter(process -> process.leads && hasMajority(process))
                .max(Comparator.comparingLong(process -> process.dir.term()));
    }

    /** Cuts the line between two addresses. */
    void cut(String one, String other) {
        cuts.add(one + " " + other);
        cuts.add(other + " " + one);
        settle();
    }

    void heal() {
        cuts.clear();
        settle();
    }

    /** SIGSTOP: the process neither hears nor says anything, and does not know that time passes. */
    void pause(EtcdProcess process) {
        process.paused = true;
        settle();
    }

    /** SIGCONT. */
    void resume(EtcdProcess process) {
        process.paused = false;
        settle();
    }

    /** A member that cannot start, until it {@link #recovers}. */
    void fails(String member) {
        failing.add(member);
    }

    void recovers(String member) {
        failing.remove(member);
    }

    /** Whether names lead anywhere: while not, connections that are there stay, and none is made. */
    void resolves(boolean whether) {
        resolves = whether;
        settle();
    }

    /** Each start takes so much longer from now on. */
    void slowStarts(Duration longer) {
        slowness = longer;
    }

    // ---- processes ----

    EtcdProcess start(EtcdFlags flags, String address, DataDir dir, UnaryOperator<String> names, IntConsumer exited) {
        var process = new EtcdProcess(flags, address, dir, names, exited);
        if (processes.stream().anyMatch(other -> other.dir == dir)) {
            violation("two processes on one data directory: " + process);
        }
        processes.add(process);
        after(between(30, 80).plus(slowness), () -> boot(process));
        return process;
    }

    /** SIGTERM: a leader hands over before it ends. */
    void terminate(EtcdProcess process) {
        if (process.running() && process.leads) {
            process.synced.stream()
                    .filter(heir -> process.applied().votes(heir.id()))
                    .max(Comparator.comparingLong(EtcdProcess::id))
                    .ifPresent(raft::lead);
        }
        after(Duration.ofMillis(50), () -> exit(process, 0, "received SIGTERM"));
    }

    void kill(EtcdProcess process) {
        exit(process, 137, "killed");
    }

    void exit(EtcdProcess process, int code, String why) {
        if (process.state != EtcdProcess.State.ENDED) {
            processes.remove(process);
            process.end(code, why);
            settle();
        }
    }

    private void boot(EtcdProcess process) {
        if (process.state != EtcdProcess.State.STARTING) {
            return;
        }
        if (failing.contains(process.flags.name())) {
            exit(process, 1, "it cannot start");
            return;
        }
        var refusal = process.dir.isEmpty() ? firstStart.of(process) : again(process);
        if (!refusal.isEmpty()) {
            exit(process, 1, refusal);
            return;
        }
        process.state = EtcdProcess.State.RUNNING;
    }

    /** A start on data. */
    private String again(EtcdProcess process) {
        process.applied()
                .peer(process.id())
                .filter(peer -> !peer.peerUrl().equals(process.flags.peerUrl()))
                .ifPresent(peer -> violation("I18: " + process + " is listed at " + peer.peerUrl()));
        return "";
    }

    // ---- connections ----

    boolean isCut(EtcdProcess one, EtcdProcess other) {
        return !cuts.isEmpty() && cuts.contains(one.address + " " + other.address);
    }

    /** Tells whether two members of a cluster reach one another by the names they go by. */
    boolean connected(EtcdProcess one, EtcdProcess other) {
        return one.awake()
                && other.awake()
                && one.dir.clusterId() == other.dir.clusterId()
                && !isCut(one, other)
                && (resolves ? one.finds(other) && other.finds(one) : one.connectedSince.containsKey(other));
    }

    boolean hasMajority(EtcdProcess process) {
        int count = 0;
        for (var other : running(process.dir.clusterId())) {
            boolean here = other == process || connected(process, other);
            count += here && process.applied().votes(other.id()) ? 1 : 0;
        }
        return count >= process.applied().majority();
    }

    /** Tells whether a read by quorum can be served at that member. */
    boolean canRead(EtcdProcess process) {
        var leader = process.leader;
        return process.awake()
                && leader != null
                && leader.leads
                && hasMajority(leader)
                && leader.dir.termAt(leader.dir.committed()) == leader.dir.term()
                && (leader == process || leader.synced.contains(process));
    }

    /** Brings the world to rest after a change. */
    void settle() {
        if (settling) {
            return;
        }
        settling = true;
        for (var process : List.copyOf(processes)) {
            if (process.running()) {
                refreshConnections(process);
                leaveIfRemoved(process);
            }
        }
        for (var process : List.copyOf(processes)) {
            if (process.running()) {
                raft.settle(process);
            }
        }
        settling = false;
        changed();
    }

    private void refreshConnections(EtcdProcess process) {
        for (var other : processes) {
            if (other != process) {
                if (connected(process, other)) {
                    process.connectedSince.putIfAbsent(other, now());
                } else {
                    process.connectedSince.remove(other);
                }
            }
        }
        process.connectedSince.keySet().removeIf(other -> !other.running());
    }

    private void leaveIfRemoved(EtcdProcess process) {
        boolean removed = process.applied().hasRemoved(process.id())
                || running(process.dir.clusterId()).stream()
                        .anyMatch(other ->
                                connected(process, other) && other.applied().hasRemoved(process.id()));
        if (removed) {
            process.follow(null);
            after(Duration.ofMillis(100), () -> exit(process, 0, "the member has been permanently removed"));
        }
    }

    /** Proposes a change at that member; tells whether it was committed. */
    boolean propose(EtcdProcess asked, Entry.Change change) {
        return raft.propose(asked, change);
    }

    /** Hands leadership on; tells whether the other took it. */
    boolean transfer(EtcdProcess leader, EtcdProcess heir) {
        return raft.transfer(leader, heir);
    }
}
