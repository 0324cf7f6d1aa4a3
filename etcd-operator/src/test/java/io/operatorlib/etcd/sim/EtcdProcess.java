package io.operatorlib.etcd.sim;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One process of the model's etcd, from its start to its exit. */
final class EtcdProcess {
    /** Where a process is in its life. */
    enum State {
        STARTING,
        RUNNING,
        ENDED
    }

    final EtcdFlags flags;
    final String address;
    final DataDir dir;

    /** What this process resolves a host name to; the name itself where it resolves to nothing. */
    final UnaryOperator<String> names;

    private final String peerHost;
    private final String peerPort;
    private final String peerAuthority;
    private final String clientAuthority;
    private final IntConsumer exited;

    State state = State.STARTING;

    /** Whether it stands still, as a process does that was sent SIGSTOP. */
    boolean paused;

    String lastWords = "";
    boolean leads;

    @Nullable
    EtcdProcess leader;

    boolean electionDue;
    boolean stepDownDue;
    boolean publishDue;

    /** While it leads: how far each member's log is known to agree with its own. */
    final Map<Long, Integer> match = new LinkedHashMap<>();

    /** While it leads: the processes that receive each entry at once. */
    final Set<EtcdProcess> synced = new LinkedHashSet<>();

    final Set<EtcdProcess> syncDue = new LinkedHashSet<>();

    /** Since when each other process has been connected with this one without a break. */
    final Map<EtcdProcess, Long> connectedSince = new LinkedHashMap<>();

    EtcdProcess(EtcdFlags flags, String address, DataDir dir, UnaryOperator<String> names, IntConsumer exited) {
        this.flags = flags;
        this.address = address;
        this.dir = dir;
        this.names = names;
        this.exited = exited;
        this.peerHost = EtcdFlags.host(flags.peerUrl());
        this.peerPort = port(flags.peerUrl());
        // where others reach it: its address and the port at which it listens
        this.peerAuthority = address + port(flags.listenPeer());
        this.clientAuthority = address + port(flags.listenClient());
    }

    long id() {
        return dir.memberId();
    }

    Applied applied() {
        return dir.applied();
    }

    boolean running() {
        return state == State.RUNNING;
    }

    /** Whether it runs and does not stand still. */
    boolean awake() {
        return running() && !paused;
    }

    /** Where others reach it: its address and the port of its peer URL. */
    String peerAuthority() {
        return peerAuthority;
    }

    String clientAuthority() {
        return clientAuthority;
    }

    /** What a URL means to this process. */
    String resolve(String url) {
        var host = EtcdFlags.host(url);
        return names.apply(host) + EtcdFlags.authority(url).substring(host.length());
    }

    /** Whether the name that another process goes by leads this one to it. */
    boolean finds(EtcdProcess other) {
        var there = names.apply(other.peerHost);
        var whole = other.peerAuthority;
        return whole.length() == there.length() + other.peerPort.length()
                && whole.startsWith(there)
                && whole.endsWith(other.peerPort);
    }

    private static String port(String url) {
        return url.substring(url.lastIndexOf(':'));
    }

    /** Counts the voters that have been connected for that long, this one included. */
    int connectedFor(Duration time, long now) {
        int count = 0;
        for (var voter : applied().voters()) {
            boolean self = voter.id() == id();
            count += self || connectedSince(voter.id()) <= now - time.toNanos() ? 1 : 0;
        }
        return count;
    }

    /** Since when that member has been connected; the end of time if it is not. */
    long connectedSince(long memberId) {
        long since = Long.MAX_VALUE;
        for (var entry : connectedSince.entrySet()) {
            if (entry.getKey().id() == memberId) {
                since = Math.min(since, entry.getValue());
            }
        }
        return since;
    }

    void follow(@Nullable EtcdProcess newLeader) {
        leads = newLeader == this;
        leader = newLeader;
        match.clear();
        synced.clear();
        syncDue.clear();
    }

    void end(int code, String why) {
        state = State.ENDED;
        lastWords = why;
        follow(null);
        connectedSince.clear();
        exited.accept(code);
    }

    static List<String> urls(String url) {
        return url.isEmpty() ? List.of() : List.of(url);
    }

    @Override
    public String toString() {
        return flags.name() + "@" + address;
    }
}
