package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.Etcd;
import io.operatorlib.etcd.EtcdException;
import io.operatorlib.etcd.EtcdException.Reason;
import io.operatorlib.etcd.Membership;
import io.operatorlib.testing.SimPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The operator's door to the model of etcd: each change is an effect, around which the operator can be killed. */
final class ModelEtcd implements Etcd {
    /** What the model's members say that they run. */
    static final String VERSION = "3.6.16";

    /** A call that is answered, by a process on the same machine. */
    private static final Duration ROUND_TRIP = Duration.ofMillis(3);

    /** When a caller gives up. */
    private static final Duration TIME_OUT = Duration.ofSeconds(2);

    private final EtcdWorld world;
    private final MemberRules rules;
    private final SimPorts ports;
    private List<Long> lastSeen = List.of();

    ModelEtcd(EtcdWorld world, SimPorts ports) {
        this.world = world;
        this.rules = new MemberRules(world);
        this.ports = ports;
    }

    @Override
    public Membership observe(long clusterId, List<Endpoint> endpoints) {
        pause(ROUND_TRIP);
        var seen = ports.call("etcd observe " + Long.toHexString(clusterId), () -> look(clusterId, endpoints));
        if (seen.isEmpty()) {
            pause(TIME_OUT);
            throw new EtcdException(Reason.NO_QUORUM, "no member could serve a read by quorum");
        }
        lastSeen = seen.get().ids();
        return seen.get();
    }

    private Optional<Membership> look(long clusterId, List<Endpoint> endpoints) {
        for (var endpoint : endpoints) {
            var asked = member(clusterId, endpoint);
            if (asked.isPresent() && asked.get().applied().votes(asked.get().id()) && world.canRead(asked.get())) {
                rules.looked(asked.get());
                var members = new ArrayList<Membership.Member>();
                for (var peer : asked.get().applied().peers()) {
                    members.add(new Membership.Member(
                            peer.id(),
                            peer.name(),
                            peer.peerUrl(),
                            peer.started(),
                            peer.learner(),
                            health(asked.get(), peer, endpoints)));
                }
                return Optional.of(new Membership(clusterId, leader(asked.get()).id(), members));
            }
        }
        return Optional.empty();
    }

    private Membership.Health health(EtcdProcess asked, Applied.Peer peer, List<Endpoint> endpoints) {
        for (var endpoint : endpoints) {
            if (endpoint.peerUrl().equals(peer.peerUrl())) {
                var process = member(asked.dir.clusterId(), endpoint);
                if (process.isEmpty() || process.get().id() != peer.id()) {
                    return new Membership.Silent("nobody answers at " + endpoint.clientUrl());
                }
                if (peer.learner()
                        && !Membership.caughtUp(
                                process.get().dir.committed(), leader(asked).dir.committed())) {
                    return new Membership.Silent("it has not caught up with the leader");
                }
                return peer.learner() || world.canRead(process.get())
                        ? new Membership.Serving(VERSION, List.of())
                        : new Membership.Silent("no read by quorum within " + TIME_OUT);
            }
        }
        return new Membership.Silent("no address is known");
    }

    /** The leader that a member follows which can read by quorum. */
    private static EtcdProcess leader(EtcdProcess asked) {
        return Objects.requireNonNull(asked.leader);
    }

    /** The process that answers there, if it belongs to that cluster. */
    private Optional<EtcdProcess> member(long clusterId, Endpoint endpoint) {
        return world.atClientUrl(endpoint.clientUrl()).filter(process -> process.dir.clusterId() == clusterId);
    }

    @Override
    public void addLearner(Endpoint ask, String peerUrl, Duration atMost) {
        change("etcd add learner " + peerUrl, ask, atMost, asked -> rules.addLearner(asked, peerUrl));
    }

    @Override
    public void promote(Endpoint ask, long memberId, Duration atMost) {
        change("etcd promote " + Long.toHexString(memberId), ask, atMost, asked -> rules.promote(asked, memberId));
    }

    @Override
    public void remove(Endpoint ask, long memberId, Duration atMost) {
        change("etcd remove " + Long.toHexString(memberId), ask, atMost, asked -> rules.remove(asked, memberId));
    }

    @Override
    public void moveLeader(Endpoint leader, long memberId, Duration atMost) {
        change(
                "etcd move leader to " + Long.toHexString(memberId),
                leader,
                atMost,
                asked -> rules.moveLeader(asked, memberId));
    }

    private interface Request {
        void at(EtcdProcess asked);
    }

    private void change(String what, Endpoint ask, Duration atMost, Request request) {
        long deadline = ports.scheduler().nanoTime() + atMost.toNanos();
        try {
            var unused = ports.effect(
                    what,
                    () -> {
                        world.requested();
                        if (world.now() > deadline) {
                            throw new EtcdException(Reason.NO_ANSWER, "DEADLINE_EXCEEDED: too late to be sent");
                        }
                        var asked = world.atClientUrl(ask.clientUrl())
                                .orElseThrow(() -> new EtcdException(
                                        Reason.NO_ANSWER, "UNAVAILABLE: io exception: connection refused"));
                        checkListWasRead(asked, what);
                        request.at(asked);
                        return asked;
                    },
                    () -> new EtcdException(Reason.NO_ANSWER, "the reply was lost"));
            pause(ROUND_TRIP);
        } catch (EtcdException e) {
            if (e.reason() == Reason.NO_ANSWER) {
                pause(TIME_OUT);
            }
            throw e;
        }
    }

    private void checkListWasRead(EtcdProcess asked, String what) {
        var now = asked.applied().peers().stream()
                .map(Applied.Peer::id)
                .sorted(Long::compareUnsigned)
                .toList();
        if (!now.equals(lastSeen)) {
            world.violation("I1: " + what + " was not preceded by a reading of the present member list");
        }
    }

    private void pause(Duration time) {
        try {
            ports.scheduler().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EtcdException(Reason.NO_ANSWER, "interrupted while waiting for etcd", e);
        }
    }
}
