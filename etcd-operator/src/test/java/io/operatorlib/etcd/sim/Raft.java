package io.operatorlib.etcd.sim;

import java.time.Duration;
import java.util.Comparator;

/**
 * The rules by which the processes of the model's etcd elect leaders and agree on entries.
 *
 * <p><b>Flow.</b> Leaders without a majority step down after an election time-out, members without a leader stand for
 * election, members with one get its log.
 *
 * <p><b>Guarantees.</b> Each member has its own log and votes by it alone, as raft has it; so a member that forgot what
 * it acknowledged can elect a leader that never knew it. A write is acknowledged when a majority of the voters have
 * it.
 *
 * <p><b>Limits.</b> A leader's messages arrive at all connected members at the same instant. Pre-vote is on, as in etcd 3.5
 * and newer.
 */
final class Raft {
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private final EtcdWorld world;
    private final Ledger ledger;

    Raft(EtcdWorld world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** Lets a process find its place: whom it follows, or whether it stands for election. */
    void settle(EtcdProcess process) {
        if (process.paused) {
            return;
        }
        if (process.leads) {
            settleLeader(process);
            return;
        }
        var leader = world.running(process.dir.clusterId()).stream()
                .filter(other -> other.leads
                        && other.dir.term() >= process.dir.term()
                        && world.connected(other, process)
                        && other.applied().peer(process.id()).isPresent())
                .max(Comparator.comparingLong(other -> other.dir.term()));
        if (leader.isPresent()) {
            if (process.leader != leader.get()) {
                process.follow(leader.get());
            }
            if (!leader.get().synced.contains(process) && leader.get().syncDue.add(process)) {
                world.after(
                        process.dir.length() == 0 ? world.between(150, 300) : world.between(5, 30),
                        () -> sync(leader.get(), process));
            }
        } else {
            process.follow(null);
            if (process.applied().votes(process.id()) && !process.electionDue) {
                process.electionDue = true;
                boolean fresh =
                        process.dir.committed() <= process.applied().peers().size();
                world.after(fresh ? world.between(200, 1200) : world.between(1000, 2000), () -> campaign(process));
            }
        }
    }

    private void settleLeader(EtcdProcess leader) {
        leader.synced.removeIf(member -> !world.connected(leader, member) || member.leader != leader);
        leader.syncDue.removeIf(member -> !world.connected(leader, member));
        for (var other : world.running(leader.dir.clusterId())) {
            boolean rival = other != leader && other.leads && world.connected(leader, other);
            if (rival && other.applied().peer(leader.id()).isPresent() && other.dir.term() >= leader.dir.term()) {
                stepDown(leader);
                return;
            }
            boolean newer = other.dir.term() > leader.dir.term() && world.connected(leader, other);
            if (newer && leader.applied().peer(other.id()).isPresent()) {
                leader.dir.term(other.dir.term());
                stepDown(leader);
                return;
            }
        }
        if (!world.hasMajority(leader) && !leader.stepDownDue) {
            leader.stepDownDue = true;
            world.after(ELECTION_TIMEOUT, () -> {
                leader.stepDownDue = false;
                if (leader.leads && !world.hasMajority(leader)) {
                    leader.follow(null);
                }
            });
        }
    }

    // whom it follows from now on is found when the world settles next
    private void stepDown(EtcdProcess leader) {
        leader.follow(null);
        world.after(Duration.ZERO, () -> {});
    }

    private void campaign(EtcdProcess candidate) {
        candidate.electionDue = false;
        if (!candidate.awake()
                || candidate.leader != null
                || !candidate.applied().votes(candidate.id())) {
            return;
        }
        int votes = 0;
        for (var voter : world.running(candidate.dir.clusterId())) {
            boolean asked = voter == candidate
                    || (world.connected(candidate, voter) && candidate.applied().votes(voter.id()));
            boolean free = voter.leader == null;
            votes += asked && free && candidate.dir.atLeastAsNewAs(voter.dir) ? 1 : 0;
        }
        if (votes >= candidate.applied().majority()) {
            lead(candidate);
        }
    }

    /** Begins a leadership. */
    void lead(EtcdProcess leader) {
        long term = leader.dir.term();
        for (var other : world.running(leader.dir.clusterId())) {
            if (other == leader || world.connected(leader, other)) {
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
        for (var other : world.running(leader.dir.clusterId())) {
            if (other != leader
                    && world.connected(leader, other)
                    && leader.applied().peer(other.id()).isPresent()) {
                other.follow(leader);
                sync(leader, other);
            }
        }
        replicate(leader);
        world.settle();
    }

    /** A member gets the leader's log. */
    private void sync(EtcdProcess leader, EtcdProcess member) {
        leader.syncDue.remove(member);
        if (!leader.leads || member.leader != leader || !world.connected(leader, member)) {
            return;
        }
        if (member.dir.length() < Math.min(leader.match.getOrDefault(member.id(), 0), leader.dir.committed())) {
            world.exit(member, 2, "panic: tocommit is out of range: was the raft log corrupted, truncated, or lost?");
            return;
        }
        if (member.dir.contradicts(leader.dir)) {
            world.exit(member, 2, "panic: the leader's log conflicts with committed entries");
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
                    ledger.lost(leader.dir)
                            .forEach(key -> world.violation(
                                    "acknowledged write lost: " + key + ", when " + leader + " came to lead"));
                }
                leader.dir.commitTo(index);
                ledger.agreed(leader.dir);
                return;
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
        world.after(Duration.ofMillis(10), () -> {
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
        if (!asked.awake() || leader == null || !leader.leads || (leader != asked && !world.connected(leader, asked))) {
            return false;
        }
        leader.dir.append(new Entry(leader.dir.term(), change));
        int index = leader.dir.length();
        replicate(leader);
        boolean committed = leader.dir.committed() >= index;
        if (committed && change instanceof Entry.Put put) {
            ledger.acknowledged(leader.dir, index, put.key());
        }
        if (change instanceof Entry.Put && committed) {
            world.changed(); // nobody's place has changed by it
        } else {
            world.settle();
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
