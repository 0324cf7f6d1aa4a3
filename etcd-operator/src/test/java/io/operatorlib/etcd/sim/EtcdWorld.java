package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A model of etcd: processes, their data directories, and the network between them, in virtual time.
 *
 * <p><b>Flow.</b> Whatever changes (a process starts or ends, a line is cut, an entry is committed) settles the world:
 * connections are looked at, leaders without a majority step down after an election time-out, members without a leader
 * stand for election, members with one get its log.
 *
 * <p><b>Guarantees.</b> Each member has its own log and votes by it alone, as raft has it; so a member that forgot what
 * it acknowledged can elect a leader that never knew it. A write is acknowledged when a majority of the voters have
 * it. Acknowledged writes that a later leader does not have are recorded in {@link #violations()}.
 *
 * <p><b>Limits.</b> A leader's messages arrive at all connected members at the same instant. There are no clients'
 * watches, leases, compactions or alarms. Pre-vote is on, as in etcd 3.5 and newer.
 */
final class EtcdWorld {
    /** etcd's HealthInterval: how long peers must have been connected before the server changes its members. */
    static final Duration HEALTH_INTERVAL = Duration.ofSeconds(5);

    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private record Event(long at, long order, Runnable body) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private record Acknowledged(int index, long term, String key) {}

    private final Scheduler scheduler;
    private final Runnable changed;
    private final Scheduler.Gate wake;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<EtcdProcess> processes = new ArrayList<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final Map<Long, List<Acknowledged>> acknowledged = new TreeMap<>();
    private final Map<Long, DataDir> newest = new LinkedHashMap<>();
    private final FirstStart firstStart;
    private final List<String> violations = new ArrayList<>();
    private final TreeSet<String> failing = new TreeSet<>();
    private Duration slowness = Duration.ZERO;
    private long eventsMade;
    private long requests;
    private boolean settling;

    /** @param changed is told after every change */
    EtcdWorld(Scheduler scheduler, Runnable changed) {
        this.scheduler = scheduler;
        this.changed = changed;
        this.wake = scheduler.gate();
        this.firstStart = new FirstStart(this);
        scheduler.fork("etcd", this::run);
    }

    private void run() {
        try {
            while (true) {
                long ticket = wake.ticket();
                for (var due = events.peek(); due != null && due.at() <= now(); due = events.peek()) {
                    events.poll();
                    due.body().run();
                    settle();
                }
                var next = events.peek();
                wake.await(ticket, next == null ? Duration.ofDays(1) : Duration.ofNanos(next.at() - now()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long now() {
        return scheduler.nanoTime();
    }

    void after(Duration time, Runnable body) {
        events.add(new Event(now() + time.toNanos(), eventsMade++, body));
        wake.open();
    }

    private Duration between(int fromMillis, int toMillis) {
        return Duration.ofMillis(scheduler.random().nextInt(fromMillis, toMillis));
    }

    /** What happened that never may. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    void violation(String what) {
        violations.add(what);
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
        return List.copyOf(newest.keySet());
    }

    /** What was agreed upon last in that cluster. */
    Applied agreed(long clusterId) {
        return Objects.requireNonNull(newest.get(clusterId)).applied();
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
                    .ifPresent(this::lead);
        }
        after(Duration.ofMillis(50), () -> exit(process, 0, "received SIGTERM"));
    }

    void kill(EtcdProcess process) {
        exit(process, 137, "killed");
    }

    private void exit(EtcdProcess process, int code, String why) {
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
                && one.finds(other)
                && other.finds(one);
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
                settle(process);
            }
        }
        settling = false;
        changed.run();
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

    private void settle(EtcdProcess process) {
        if (process.paused) {
            return;
        }
        if (process.leads) {
            settleLeader(process);
            return;
        }
        var leader = running(process.dir.clusterId()).stream()
                .filter(other -> other.leads
                        && other.dir.term() >= process.dir.term()
                        && connected(other, process)
                        && other.applied().peer(process.id()).isPresent())
                .max(Comparator.comparingLong(other -> other.dir.term()));
        if (leader.isPresent()) {
            if (process.leader != leader.get()) {
                process.follow(leader.get());
            }
            if (!leader.get().synced.contains(process) && leader.get().syncDue.add(process)) {
                after(
                        process.dir.length() == 0 ? between(150, 300) : between(5, 30),
                        () -> sync(leader.get(), process));
            }
        } else {
            process.follow(null);
            if (process.applied().votes(process.id()) && !process.electionDue) {
                process.electionDue = true;
                boolean fresh =
                        process.dir.committed() <= process.applied().peers().size();
                after(fresh ? between(200, 1200) : between(1000, 2000), () -> campaign(process));
            }
        }
    }

    private void settleLeader(EtcdProcess leader) {
        leader.synced.removeIf(member -> !connected(leader, member) || member.leader != leader);
        leader.syncDue.removeIf(member -> !connected(leader, member));
        for (var other : running(leader.dir.clusterId())) {
            boolean rival = other != leader && other.leads && connected(leader, other);
            if (rival && other.applied().peer(leader.id()).isPresent() && other.dir.term() >= leader.dir.term()) {
                stepDown(leader);
                return;
            }
            boolean newer = other.dir.term() > leader.dir.term() && connected(leader, other);
            if (newer && leader.applied().peer(other.id()).isPresent()) {
                leader.dir.term(other.dir.term());
                stepDown(leader);
                return;
            }
        }
        if (!hasMajority(leader) && !leader.stepDownDue) {
            leader.stepDownDue = true;
            after(ELECTION_TIMEOUT, () -> {
                leader.stepDownDue = false;
                if (leader.leads && !hasMajority(leader)) {
                    leader.follow(null);
                }
            });
        }
    }

    // whom it follows from now on is found when the world settles next
    private void stepDown(EtcdProcess leader) {
        leader.follow(null);
        after(Duration.ZERO, () -> {});
    }

    // ---- raft ----

    private void campaign(EtcdProcess candidate) {
        candidate.electionDue = false;
        if (!candidate.awake()
                || candidate.leader != null
                || !candidate.applied().votes(candidate.id())) {
            return;
        }
        int votes = 0;
        for (var voter : running(candidate.dir.clusterId())) {
            boolean asked = voter == candidate
                    || (connected(candidate, voter) && candidate.applied().votes(voter.id()));
            boolean free = voter.leader == null;
            votes += asked && free && candidate.dir.atLeastAsNewAs(voter.dir) ? 1 : 0;
        }
        if (votes >= candidate.applied().majority()) {
            lead(candidate);
        }
    }

    private void lead(EtcdProcess leader) {
        long term = leader.dir.term();
        for (var other : running(leader.dir.clusterId())) {
            if (other == leader || connected(leader, other)) {
                term = Math.max(term, other.dir.term());
            }
        }
        var former = leader.leader;
        leader.follow(leader);
        if (former != null && former != leader) {
            former.follow(null);
        }
        leader.dir.term(term + 1);
        leader.dir.append(new Entry(term + 1, new Entry.Nothing()));
        for (var other : running(leader.dir.clusterId())) {
            if (other != leader
                    && connected(leader, other)
                    && leader.applied().peer(other.id()).isPresent()) {
                other.follow(leader);
                sync(leader, other);
            }
        }
        replicate(leader);
        settle();
    }

    /** A member gets the leader's log. */
    private void sync(EtcdProcess leader, EtcdProcess member) {
        leader.syncDue.remove(member);
        if (!leader.leads || member.leader != leader || !connected(leader, member)) {
            return;
        }
        if (member.dir.contradicts(leader.dir)) {
            exit(member, 2, "panic: the leader's log conflicts with committed entries");
            return;
        }
        leader.synced.add(member);
        replicate(leader);
    }

    private void replicate(EtcdProcess leader) {
        leader.match.put(leader.id(), leader.dir.length());
        for (var member : leader.synced) {
            member.dir.follow(leader.dir);
            leader.match.put(member.id(), leader.dir.length());
        }
        commit(leader);
        leader.synced.forEach(member -> member.dir.commitTo(leader.dir.committed()));
        leader.synced.forEach(member -> publishSoon(leader, member));
        publishSoon(leader, leader);
        if (leader.applied().hasRemoved(leader.id())) {
            leader.follow(null);
        }
    }

    private void commit(EtcdProcess leader) {
        for (int index = leader.dir.length(); index > leader.dir.committed(); index--) {
            if (leader.dir.termAt(index) != leader.dir.term()) {
                return;
            }
            int have = 0;
            for (var voter : leader.applied().voters()) {
                have += leader.match.getOrDefault(voter.id(), 0) >= index ? 1 : 0;
            }
            if (have >= leader.applied().majority()) {
                if (leader.dir.termAt(leader.dir.committed()) != leader.dir.term()) {
                    checkAcknowledged(leader);
                }
                leader.dir.commitTo(index);
                newest.put(leader.dir.clusterId(), leader.dir);
                return;
            }
        }
    }

    private void checkAcknowledged(EtcdProcess leader) {
        var writes = acknowledged.getOrDefault(leader.dir.clusterId(), new ArrayList<>());
        for (var write : List.copyOf(writes)) {
            if (leader.dir.termAt(write.index()) != write.term()) {
                violation("acknowledged write lost: " + write.key() + ", when " + leader + " came to lead");
                writes.remove(write);
            }
        }
    }

    private void publishSoon(EtcdProcess leader, EtcdProcess member) {
        boolean told = member.applied()
                .peer(member.id())
                .filter(peer -> peer.name().equals(member.flags.name()) && peer.started())
                .isPresent();
        if (told || member.publishDue || member.applied().peer(member.id()).isEmpty()) {
            return;
        }
        member.publishDue = true;
        after(Duration.ofMillis(10), () -> {
            member.publishDue = false;
            if (member.running() && member.leader == leader) {
                var unused = propose(
                        member,
                        new Entry.Publish(
                                member.id(), member.flags.name(), EtcdProcess.urls(member.flags.clientUrl())));
            }
        });
    }

    /** Proposes a change at that member; tells whether it was committed. */
    boolean propose(EtcdProcess asked, Entry.Change change) {
        var leader = asked.leader;
        if (!asked.awake() || leader == null || !leader.leads || (leader != asked && !connected(leader, asked))) {
            return false;
        }
        leader.dir.append(new Entry(leader.dir.term(), change));
        int index = leader.dir.length();
        replicate(leader);
        boolean committed = leader.dir.committed() >= index;
        if (committed && change instanceof Entry.Put put) {
            acknowledged
                    .computeIfAbsent(leader.dir.clusterId(), id -> new ArrayList<>())
                    .add(new Acknowledged(index, leader.dir.termAt(index), put.key()));
        }
        if (change instanceof Entry.Put && committed) {
            changed.run(); // nobody's place has changed by it
        } else {
            settle();
        }
        return committed;
    }

    /** Hands leadership on; tells whether the other took it. */
    boolean transfer(EtcdProcess leader, EtcdProcess heir) {
        if (!leader.synced.contains(heir) || !leader.applied().votes(heir.id())) {
            return false;
        }
        lead(heir);
        return true;
    }
}
