package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Turns the {@link Planner}'s decision on a cluster that answers into steps. */
final class Running {
    private final Observed<EtcdClusterSpec, EtcdClusterStatus> seen;
    private final Roster roster;
    private final V1ConfigMap map;
    private final Latch latch;
    private final Membership membership;
    private final List<Member> members;
    private final MemberPod render;

    Running(
            Observed<EtcdClusterSpec, EtcdClusterStatus> seen,
            Roster roster,
            V1ConfigMap map,
            Latch latch,
            Membership membership) {
        this.seen = seen;
        this.roster = roster;
        this.map = map;
        this.latch = latch;
        this.membership = membership;
        this.members = roster.members(membership, latch.template());
        this.render = new MemberPod(seen, latch);
    }

    Course course() {
        if (latch.hibernating() && seen.spec().wished() == 0) {
            return new Hibernation(seen, roster, latch).course().with(members);
        }
        var decision = Planner.plan(members, seen.spec().wished());
        return course(decision).of(latch).with(members);
    }

    private Course course(Decision decision) {
        var plan = labelled(noted(Surroundings.planKeeping(seen, kept())));
        if (decision instanceof Decision.Do act) {
            return move(plan, act.move());
        }
        if (decision instanceof Decision.Blocked blocked) {
            return Course.blocked(plan, blocked.reason(), blocked.message());
        }
        if (decision instanceof Decision.Wait wait) {
            String trouble = Blind.trouble(roster.pods().values());
            return Course.waiting(
                    plan, wait.reason(), trouble.isEmpty() ? wait.message() : wait.message() + " (" + trouble + ")");
        }
        String complaints = complaints();
        return complaints.isEmpty()
                ? Course.waiting(plan, Reason.ALL_SERVING, "all " + members.size() + " members serve")
                : Course.blocked(plan, Reason.MEMBER_COMPLAINS, complaints);
    }

    /**
     * How many voters' pods drains are to leave: a quorum; and all while the cluster shrinks, for one that is removed
     * counts as healthy until its pod goes, and one more may be as many as a quorum can do without.
     */
    private int kept() {
        int voters = membership.voters().size();
        int removed = (int) members.stream()
                .filter(member -> member.state() == MemberState.UNLISTED_RUNNING)
                .count();
        int wished = seen.spec().wished();
        return removed > 0 || (wished > 0 && wished < voters) ? voters + removed : Quorum.of(voters);
    }

    private String complaints() {
        return membership.members().stream()
                .flatMap(member -> member.complaint().stream().map(words -> member.name() + " says: " + words))
                .collect(Collectors.joining("; "));
    }

    /** Who votes is noted on the latch: that etcd answered at all, and how many a quorum takes when it does not. */
    private Plan<EtcdClusterStatus> noted(Plan<EtcdClusterStatus> before) {
        var plan = before;
        var voters = membership.voters().stream()
                .map(voter -> EtcdCluster.memberName(seen.meta(), voter.peerUrl()))
                .sorted()
                .toList();
        if (!latch.hasFormed() && !voters.isEmpty()) {
            plan = plan.note("Formed", "the cluster has formed: " + String.join(", ", voters));
        }
        if (!voters.equals(latch.formed())) {
            plan = plan.patch(map, Latch.note(Latch.FORMED, String.join(" ", voters)));
        }
        return latch.hibernating() ? plan.patch(map, Latch.unnote(Latch.HIBERNATING)) : plan;
    }

    /** Clients find voters only, by their label. */
    private Plan<EtcdClusterStatus> labelled(Plan<EtcdClusterStatus> before) {
        var plan = roster.labelled(before);
        for (var member : members) {
            var pod = roster.pods().get(member.name());
            if (pod != null && !pod.terminating()) {
                String role = member.state().voter() ? EtcdCluster.VOTER : null;
                plan = plan.label(pod.named(), EtcdCluster.ROLE_LABEL, role);
            }
        }
        return plan;
    }

    private Course move(Plan<EtcdClusterStatus> plan, Move move) {
        if (move instanceof Move.CreateCandidate) {
            return createCandidate(plan);
        }
        if (move instanceof Move.AddLearner add) {
            var act = new EtcdAct.AddLearner(
                    membership.clusterId(),
                    membership.ids(),
                    add.member().name(),
                    EtcdCluster.peerUrl(seen.meta(), add.member().name()));
            return changing(
                    Bootstrap.openGate(withVolume(plan, add.member().name()).act(act), pod(add.member()))
                            .note(
                                    "MemberAdded",
                                    "added the learner " + add.member().name()),
                    "adds the learner " + add.member().name());
        }
        if (move instanceof Move.OpenGate open) {
            return changing(
                    Bootstrap.openGate(plan, pod(open.member())),
                    "lets " + open.member().name() + " run");
        }
        if (move instanceof Move.Promote promote) {
            var act = new EtcdAct.Promote(
                    membership.clusterId(),
                    membership.ids(),
                    promote.member().id(),
                    promote.member().name());
            return changing(
                    plan.act(act).note("MemberPromoted", promote.member().name() + " has its vote"),
                    "gives " + promote.member().name() + " its vote");
        }
        if (move instanceof Move.MoveLeader hand) {
            var act = new EtcdAct.MoveLeader(
                    membership.clusterId(),
                    membership.ids(),
                    hand.from().id(),
                    hand.to().id(),
                    hand.to().name());
            return changing(plan.act(act), "hands leadership on to " + hand.to().name());
        }
        if (move instanceof Move.Remove remove) {
            return remove(plan, remove.member());
        }
        if (move instanceof Move.DeletePod delete) {
            boolean former = delete.member().state() == MemberState.UNLISTED_RUNNING;
            return changing(
                    (former ? released(plan, delete.member()) : plan)
                            .delete(pod(delete.member()).named()),
                    "deletes the pod " + delete.member().name() + ", which is no member");
        }
        if (move instanceof Move.RestorePod restore) {
            return changing(
                    Blind.restore(plan, restore.member().name(), roster, render),
                    "gives " + restore.member().name() + " a pod on its volume");
        }
        if (move instanceof Move.ReleaseVolume release) {
            return changing(
                    released(plan, release.member()),
                    "releases the volume of the former member "
                            + release.member().name());
        }
        return Course.waiting(
                plan.patch(map, Latch.note(Latch.HIBERNATING, "true")).note("Hibernating", "the wished size is 0"),
                Reason.HIBERNATED,
                "goes to sleep");
    }

    // the pod comes first: a claim without one is what former members leave behind
    private Course createCandidate(Plan<EtcdClusterStatus> plan) {
        var taken = new HashSet<>(roster.names());
        members.forEach(member -> taken.add(member.name()));
        String name =
                MemberNames.draw(seen.meta().name(), seen.nonce(), 1, taken).get(0);
        var listed =
                membership.members().stream().map(Membership.Member::peerUrl).toList();
        return changing(
                withVolume(plan.create(render.candidate(name, listed)), name), "makes a pod for a new member, " + name);
    }

    /** Gives a member to be its claim, where it is to have one and has none. */
    private Plan<EtcdClusterStatus> withVolume(Plan<EtcdClusterStatus> plan, String name) {
        boolean lacks =
                latch.template().persistent() != null && !roster.claims().containsKey(name);
        return lacks ? plan.create(MemberVolume.claim(seen, latch, name)) : plan;
    }

    private Course remove(Plan<EtcdClusterStatus> plan, Member member) {
        boolean lost = member.state() != MemberState.VOTER_SERVING;
        if (!lost && !Surroundings.keep(seen, roster, kept())) {
            return changing(plan, "keeps drains off before it removes " + member.name());
        }
        var act = new EtcdAct.Remove(membership.clusterId(), membership.ids(), member.id(), member.name(), lost);
        String why = member.state() == MemberState.VOTER_LOST || member.state() == MemberState.LEARNER_LOST
                ? "its data is lost"
                : "it is not needed";
        return changing(
                plan.act(act).note("MemberRemoved", "removed " + member.name() + ": " + why),
                "removes " + member.name() + ": " + why);
    }

    // before its pod is gone: a volume without one gets it back while etcd cannot be asked whose it is
    private Plan<EtcdClusterStatus> released(Plan<EtcdClusterStatus> plan, Member former) {
        var claim = roster.claims().get(former.name());
        var wished = latch.template().persistent();
        if (claim == null) {
            return plan;
        }
        return wished != null && wished.retained()
                ? plan.label(claim, EtcdCluster.RETIRED_LABEL, "true")
                : plan.delete(claim);
    }

    private PodView pod(Member member) {
        return Objects.requireNonNull(roster.pods().get(member.name()));
    }

    private static Course changing(Plan<EtcdClusterStatus> plan, String message) {
        return Course.waiting(plan, Reason.CHANGING, message);
    }
}
