package io.operatorlib.etcd;

import io.operatorlib.ActRefused;
import io.operatorlib.Observed;
import io.operatorlib.Performer;
import io.operatorlib.Permission;
import io.operatorlib.etcd.EtcdException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Performs changes of membership: reads the member list afresh, sees whether the change has been made already, whether
 * the list is still the one that it was decided on, and whether the arithmetic still allows it; and only then makes it,
 * where it still may.
 */
final class EtcdPerformer implements Performer<EtcdAct, EtcdClusterSpec, EtcdClusterStatus> {
    private final Etcd etcd;

    EtcdPerformer(Etcd etcd) {
        this.etcd = etcd;
    }

    @Override
    public void perform(EtcdAct act, Observed<EtcdClusterSpec, EtcdClusterStatus> seen, Permission permission) {
        var endpoints = Roster.of(seen).endpoints();
        try {
            var fresh = etcd.observe(act.clusterId(), endpoints);
            if (done(act, fresh)) {
                return;
            }
            check(act, fresh);
            perform(act, fresh, endpoints, permission.within(Etcd.CHANGE_DEADLINE));
        } catch (EtcdException e) {
            throw new ActRefused(e.reason().code(), Objects.toString(e.getMessage(), ""), e);
        }
    }

    private static boolean done(EtcdAct act, Membership fresh) {
        if (act instanceof EtcdAct.AddLearner add) {
            return fresh.member(add.peerUrl()).isPresent();
        }
        if (act instanceof EtcdAct.Promote promote) {
            return fresh.member(promote.id())
                    .filter(member -> !member.learner())
                    .isPresent();
        }
        if (act instanceof EtcdAct.Remove remove) {
            return fresh.member(remove.id()).isEmpty();
        }
        var hand = (EtcdAct.MoveLeader) act;
        return fresh.leader() != 0 && fresh.leader() != hand.from();
    }

    private static void check(EtcdAct act, Membership fresh) {
        if (!fresh.ids().equals(act.expected())) {
            throw new ActRefused("MembershipChanged", "the member list is not the one that " + act + " was decided on");
        }
        int voters = fresh.voters().size();
        int healthy = healthy(fresh.voters());
        if (act instanceof EtcdAct.AddLearner) {
            boolean alone = fresh.members().stream().allMatch(Membership.Member::started)
                    && fresh.members().size() == voters;
            must(alone, act, "another member has not started or has no vote yet");
            must(Quorum.mayAdd(voters, healthy), act, healthy + " of " + voters + " voters are healthy");
        } else if (act instanceof EtcdAct.Promote promote) {
            var learner = member(fresh, promote.id());
            must(learner.serving(), act, "the learner does not answer, or has not caught up");
            must(Quorum.mayPromote(voters, healthy), act, healthy + " of " + voters + " voters are healthy");
        } else if (act instanceof EtcdAct.Remove remove) {
            checkRemoval(remove, fresh, voters, healthy);
        } else if (act instanceof EtcdAct.MoveLeader hand) {
            var heir = member(fresh, hand.to());
            must(!heir.learner() && heir.serving(), act, "the heir is not healthy");
        }
    }

    private static void checkRemoval(EtcdAct.Remove remove, Membership fresh, int voters, int healthy) {
        var victim = member(fresh, remove.id());
        if (victim.learner()) {
            must(healthy >= Quorum.of(voters), remove, healthy + " of " + voters + " voters are healthy");
            return;
        }
        must(fresh.leader() != remove.id(), remove, "it leads");
        if (remove.lost() && !victim.serving()) {
            must(Quorum.mayRemoveUnhealthy(voters, healthy), remove, healthy + " of the others are healthy");
        } else { // one that answers again is missed by the others like any that does
            must(victim.serving(), remove, "it does not answer any more");
            must(fresh.leader() != 0, remove, "it is not known who leads");
            must(Quorum.mayRemoveHealthy(voters, healthy), remove, healthy + " of " + voters + " voters are healthy");
        }
    }

    private void perform(EtcdAct act, Membership fresh, List<Etcd.Endpoint> endpoints, Duration atMost) {
        if (act instanceof EtcdAct.AddLearner add) {
            etcd.addLearner(spokesman(fresh, endpoints, 0), add.peerUrl(), atMost);
        } else if (act instanceof EtcdAct.Promote promote) {
            etcd.promote(spokesman(fresh, endpoints, 0), promote.id(), atMost);
        } else if (act instanceof EtcdAct.Remove remove) {
            etcd.remove(spokesman(fresh, endpoints, remove.id()), remove.id(), atMost);
        } else if (act instanceof EtcdAct.MoveLeader hand) {
            etcd.moveLeader(endpoint(member(fresh, hand.from()), endpoints), hand.to(), atMost);
        }
    }

    /** The leader where it can be asked, else any voter that answers; never the one that is to go. */
    private static Etcd.Endpoint spokesman(Membership fresh, List<Etcd.Endpoint> endpoints, long not) {
        var able = fresh.voters().stream()
                .filter(voter -> voter.serving() && voter.id() != not)
                .toList();
        var leader = able.stream().filter(voter -> voter.id() == fresh.leader()).findFirst();
        return endpoint(
                leader.or(() -> able.stream().findFirst())
                        .orElseThrow(() -> new ActRefused(Reason.NO_QUORUM.code(), "no voter answers")),
                endpoints);
    }

    private static Etcd.Endpoint endpoint(Membership.Member member, List<Etcd.Endpoint> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.peerUrl().equals(member.peerUrl()))
                .findFirst()
                .orElseThrow(() -> new ActRefused(Reason.NO_ANSWER.code(), member.name() + " has no address"));
    }

    private static Membership.Member member(Membership fresh, long id) {
        return fresh.member(id)
                .orElseThrow(() -> new ActRefused(Reason.NOT_FOUND.code(), Long.toHexString(id) + " is not listed"));
    }

    private static int healthy(List<Membership.Member> voters) {
        return (int) voters.stream().filter(Membership.Member::serving).count();
    }

    private static void must(boolean holds, EtcdAct act, String otherwise) {
        if (!holds) {
            throw new ActRefused("PreconditionFailed", act + " is not allowed now: " + otherwise);
        }
    }
}
