package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.Etcd;
import io.operatorlib.etcd.EtcdClusterSpec;
import io.operatorlib.etcd.EtcdException;
import io.operatorlib.etcd.EtcdException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** What an etcd server checks before it changes the member list, by the view of the member that is asked. */
final class MemberRules {
    private final EtcdWorld world;

    /** The voters that served when whoever asks for changes looked last, and when that was. */
    private final Set<Long> servedThen = new HashSet<>();

    private long lookedAt;

    MemberRules(EtcdWorld world) {
        this.world = world;
    }

    void addLearner(EtcdProcess asked, String peerUrl) {
        refuseAtLearner(asked);
        int voters = asked.applied().voters().size();
        int connected = asked.connectedFor(EtcdWorld.HEALTH_INTERVAL, world.now());
        if (voters > 1 && connected < (voters + 1) / 2 + 1) {
            throw new EtcdException(Reason.UNHEALTHY, "etcdserver: unhealthy cluster");
        }
        if (asked.applied().peer(peerUrl).isPresent()) {
            throw new EtcdException(Reason.ALREADY, "etcdserver: Peer URLs already exists");
        }
        if (asked.applied().voters().size() < asked.applied().peers().size()) {
            world.violation("I3: a learner was added beside another");
            throw new EtcdException(Reason.TOO_MANY_LEARNERS, "etcdserver: too many learner members in cluster");
        }
        long id = UUID.nameUUIDFromBytes((peerUrl + world.now()).getBytes(StandardCharsets.UTF_8))
                .getMostSignificantBits();
        if (asked.applied().voters().stream().anyMatch(voter -> !voter.started())) {
            world.violation("I2: a member was added while another had never started");
        }
        if (voters >= EtcdClusterSpec.LARGEST_SIZE) {
            world.violation("I11: a member was added to " + voters + " voters");
        }
        propose(asked, new Entry.AddMember(id, "", peerUrl, true));
    }

    void promote(EtcdProcess asked, long id) {
        refuseAtLearner(asked);
        var leader = asked.leader;
        if (leader == null || !world.canRead(asked)) {
            throw noAnswer();
        }
        var member = asked.applied().peer(id).orElseThrow(MemberRules::notFound);
        if (!member.learner()) {
            throw new EtcdException(Reason.ALREADY, "etcdserver: can only promote a learner member");
        }
        if (leader.match.getOrDefault(id, 0) < 0.9 * leader.dir.length()) {
            throw new EtcdException(
                    Reason.NOT_IN_SYNC, "etcdserver: can only promote a learner member which is in sync with leader");
        }
        propose(asked, new Entry.PromoteMember(id));
    }

    void remove(EtcdProcess asked, long id) {
        refuseAtLearner(asked);
        var list = asked.applied();
        if (list.votes(id)) {
            int others = list.voters().size() - 1;
            long started = list.voters().stream()
                    .filter(voter -> voter.id() != id && voter.started())
                    .count();
            if (started < others / 2 + 1) {
                throw new EtcdException(
                        Reason.UNHEALTHY, "etcdserver: re-configuration failed due to not enough started members");
            }
            boolean down = id != asked.id() && asked.connectedSince(id) == Long.MAX_VALUE;
            int active = asked.connectedFor(EtcdWorld.HEALTH_INTERVAL, world.now());
            if (!down && active - 1 < 1 + others / 2) {
                throw new EtcdException(Reason.UNHEALTHY, "etcdserver: unhealthy cluster");
            }
        } else if (list.peer(id).isEmpty()) {
            throw notFound();
        }
        checkRemoval(asked, id);
        propose(asked, new Entry.RemoveMember(id));
    }

    private void checkRemoval(EtcdProcess asked, long id) {
        var list = asked.applied();
        if (!list.votes(id)) {
            return;
        }
        int voters = list.voters().size();
        int serving = serving(asked);
        if (voters == 2 && serving < 2) {
            world.violation("I7: one of two members was removed while the other alone served");
        }
        if (asked.leader != null && asked.leader.id() == id) {
            world.violation("I22: the leader " + Long.toHexString(id) + " was removed");
        }
        boolean healthy = id == asked.id() || serves(asked, id);
        if (healthy && serving < voters && serving - 1 < (voters - 1) / 2 + 1 + 1) {
            world.violation("I6: a healthy member was removed while " + (voters - serving) + " of " + voters
                    + " voters were not");
        }
    }

    private int serving(EtcdProcess asked) {
        return (int) asked.applied().voters().stream()
                .filter(voter -> voter.id() == asked.id() || serves(asked, voter.id()))
                .count();
    }

    private boolean serves(EtcdProcess asked, long id) {
        boolean seenJustNow = world.now() - lookedAt <= Etcd.CHANGE_DEADLINE.toNanos() && servedThen.contains(id);
        return seenJustNow || servesNow(asked, id);
    }

    private boolean servesNow(EtcdProcess asked, long id) {
        return !world.running(process -> process.id() == id && world.connected(asked, process))
                .isEmpty();
    }

    /** Who asks for changes has seen how it stands, and cannot know what happens while his request is on its way. */
    void looked(EtcdProcess asked) {
        lookedAt = world.now();
        servedThen.clear();
        asked.applied().voters().stream()
                .map(Applied.Peer::id)
                .filter(id -> id == asked.id() || servesNow(asked, id))
                .forEach(servedThen::add);
    }

    void moveLeader(EtcdProcess asked, long id) {
        if (!asked.leads) {
            throw new EtcdException(Reason.NOT_LEADER, "etcdserver: not leader");
        }
        if (!asked.applied().votes(id)) {
            throw new EtcdException(Reason.REFUSED, "etcdserver: bad leader transferee");
        }
        if (id == asked.id()) {
            return;
        }
        var heir = world.running(asked.dir.clusterId()).stream()
                .filter(process -> process.id() == id)
                .findFirst();
        if (heir.isEmpty() || !world.transfer(asked, heir.get())) {
            throw new EtcdException(Reason.REFUSED, "etcdserver: request timed out, leader transfer took too long");
        }
    }

    private void propose(EtcdProcess asked, Entry.Change change) {
        if (!world.propose(asked, change)) {
            throw noAnswer();
        }
    }

    private static void refuseAtLearner(EtcdProcess asked) {
        if (!asked.applied().votes(asked.id())) {
            throw new EtcdException(Reason.REFUSED, "etcdserver: rpc not supported for learner");
        }
    }

    private static EtcdException notFound() {
        return new EtcdException(Reason.NOT_FOUND, "etcdserver: member not found");
    }

    static EtcdException noAnswer() {
        return new EtcdException(Reason.NO_ANSWER, "etcdserver: request timed out");
    }
}
