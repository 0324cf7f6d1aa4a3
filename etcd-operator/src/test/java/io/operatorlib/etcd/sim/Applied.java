package io.operatorlib.etcd.sim;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a member knows after applying the committed part of its log: the member list and the keys. */
final class Applied {
    /** A line of the member list. */
    record Peer(long id, String name, String peerUrl, boolean learner, List<String> clientUrls) {
        Peer {
            clientUrls = List.copyOf(clientUrls);
        }

        boolean started() {
            return !clientUrls.isEmpty();
        }
    }

    private final Map<Long, Peer> peers = new TreeMap<>();
    private final TreeSet<Long> removed = new TreeSet<>();
    private final Map<String, String> keys = new TreeMap<>();
    private long revision = 1;

    void apply(Entry.Change change) {
        if (change instanceof Entry.AddMember add) {
            peers.put(add.id(), new Peer(add.id(), add.name(), add.peerUrl(), add.learner(), List.of()));
        } else if (change instanceof Entry.PromoteMember promote) {
            peers.computeIfPresent(
                    promote.id(), (id, old) -> new Peer(id, old.name(), old.peerUrl(), false, old.clientUrls()));
        } else if (change instanceof Entry.RemoveMember remove) {
            peers.remove(remove.id());
            removed.add(remove.id());
        } else if (change instanceof Entry.Publish publish) {
            peers.computeIfPresent(
                    publish.id(),
                    (id, old) -> new Peer(id, publish.name(), old.peerUrl(), old.learner(), publish.clientUrls()));
        } else if (change instanceof Entry.Put put) {
            keys.put(put.key(), put.value());
            revision++;
        }
    }

    List<Peer> peers() {
        return List.copyOf(peers.values());
    }

    List<Peer> voters() {
        return peers.values().stream().filter(peer -> !peer.learner()).toList();
    }

    Optional<Peer> peer(long id) {
        return Optional.ofNullable(peers.get(id));
    }

    Optional<Peer> peer(String url) {
        return peers.values().stream()
                .filter(peer -> peer.peerUrl().equals(url))
                .findFirst();
    }

    boolean votes(long id) {
        var peer = peers.get(id);
        return peer != null && !peer.learner();
    }

    boolean hasRemoved(long id) {
        return removed.contains(id);
    }

    int majority() {
        return voters().size() / 2 + 1;
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    long revision() {
        return revision;
    }
}
