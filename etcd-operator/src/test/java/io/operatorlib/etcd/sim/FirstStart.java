package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.MemberIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** How a process of the model's etcd starts on an empty directory: it begins a cluster, or joins one. */
final class FirstStart {
    private final EtcdWorld world;
    private final TreeSet<Long> seeds = new TreeSet<>();
    private final Map<Long, String> tokens = new TreeMap<>();
    private Consumer<EtcdFlags> begins = flags -> {};

    FirstStart(EtcdWorld world) {
        this.world = world;
    }

    /** Who is told of each process that is about to begin a cluster. */
    void begins(Consumer<EtcdFlags> listener) {
        begins = listener;
    }

    /** The tokens by which clusters were begun, by the clusters' IDs. */
    Map<Long, String> tokens() {
        return new TreeMap<>(tokens);
    }

    /** Gives a process its identity; returns why it cannot be. */
    String of(EtcdProcess process) {
        var flags = process.flags;
        var own = flags.initialCluster().get(flags.name());
        if (own == null) {
            return "couldn't find local name \"" + flags.name() + "\" in the initial cluster configuration";
        }
        if (!own.equals(flags.peerUrl())) {
            return "--initial-cluster has " + flags.name() + "=" + own
                    + " but missing from --initial-advertise-peer-urls=" + flags.peerUrl();
        }
        return flags.newCluster() ? begin(process) : join(process);
    }

    private String begin(EtcdProcess process) {
        var flags = process.flags;
        var members = new ArrayList<Entry.AddMember>();
        flags.initialCluster()
                .forEach((name, url) ->
                        members.add(new Entry.AddMember(MemberIds.member(url, flags.token()), name, url, false)));
        members.sort(Comparator.comparing(Entry.AddMember::id, Long::compareUnsigned));
        long id = MemberIds.member(flags.peerUrl(), flags.token());
        long cluster =
                MemberIds.cluster(members.stream().map(Entry.AddMember::id).toList());
        for (var other : remotes(process)) {
            if (other.applied().peer(id).filter(Applied.Peer::started).isPresent()) {
                return "member " + Long.toHexString(id) + " has already been bootstrapped";
            }
        }
        if (!seeds.add(id) && world.clusters().contains(cluster)) {
            world.violation("I14: " + process + " began anew with initial-cluster-state=new though its cluster exists");
        }
        if (tokens.containsValue(flags.token()) && !tokens.containsKey(cluster)) {
            world.violation("I15: " + process + " began another cluster with the token " + flags.token());
        }
        begins.accept(flags);
        tokens.put(cluster, flags.token());
        process.dir.begin(
                id, cluster, members.stream().map(seed -> new Entry(1, seed)).toList());
        return "";
    }

    private String join(EtcdProcess process) {
        var flags = process.flags;
        var remotes = remotes(process);
        if (remotes.isEmpty()) {
            return "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given"
                    + " URLs";
        }
        var list = remotes.get(0).applied();
        if (list.peers().size() != flags.initialCluster().size()) {
            return "error validating peerURLs: member count is unequal";
        }
        for (var url : flags.initialCluster().values()) {
            if (list.peer(url).isEmpty()) {
                return "error validating peerURLs: unmatched member while checking PeerURLs";
            }
        }
        var me = list.peer(flags.peerUrl()).orElseThrow();
        if (me.started()) {
            world.violation("I12: " + process + " took the identity of a member that had data of its own");
        }
        process.dir.begin(me.id(), remotes.get(0).dir.clusterId(), List.of());
        return "";
    }

    /** The other processes of its initial cluster that answer. */
    private List<EtcdProcess> remotes(EtcdProcess process) {
        var found = new ArrayList<EtcdProcess>();
        process.flags.initialCluster().values().forEach(url -> {
            if (!url.equals(process.flags.peerUrl())) {
                var there = process.resolve(url);
                found.addAll(world.running(other ->
                        other.peerAuthority().equals(there) && !world.isCut(process, other) && !other.dir.isEmpty()));
            }
        });
        return found;
    }
}
