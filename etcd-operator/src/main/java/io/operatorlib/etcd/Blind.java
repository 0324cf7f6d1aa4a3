package io.operatorlib.etcd;

import io.operatorlib.Fact;
import io.operatorlib.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What may be done for a cluster that cannot be asked: members that kept their data get their pods back, and pods their
 * labels, and nothing else; and what is to be said about it.
 */
final class Blind {
    private final Roster roster;
    private final Latch latch;
    private final MemberPod render;

    Blind(Roster roster, Latch latch, MemberPod render) {
        this.roster = roster;
        this.latch = latch;
        this.render = render;
    }

    Course course(Plan<EtcdClusterStatus> before, Fact.Unknown<Membership> fact) {
        var plan = roster.labelled(before);
        for (String name : roster.claims().keySet()) {
            plan = restore(plan, name, roster, render);
        }
        var members = latch.hasFormed() ? latch.formed() : latch.seeds();
        var course = diagnose(plan, members, fact.why());
        return course.of(latch);
    }

    private Course diagnose(Plan<EtcdClusterStatus> plan, List<String> members, String why) {
        long kept = members.stream().filter(this::kept).count();
        String counted = kept + " of " + members.size() + " members have their data; lost: "
                + members.stream().filter(name -> !kept(name)).collect(Collectors.joining(", "));
        if (kept == 0) {
            return Course.blocked(
                    plan,
                    Reason.DATA_LOST,
                    "the data of all members is lost (" + String.join(", ", members)
                            + "). Nothing is begun anew by itself: to begin with no data, delete the EtcdCluster and"
                            + " create it again");
        }
        if (kept < Quorum.of(members.size())) {
            return latch.hasFormed()
                    ? Course.blocked(
                            plan,
                            Reason.QUORUM_LOST,
                            counted + ". The rest cannot decide without them: restore from a backup, or save what the"
                                    + " others hold (etcdctl snapshot save), delete the EtcdCluster and create it again")
                    : Course.blocked(
                            plan,
                            Reason.BOOTSTRAP_BROKEN,
                            counted + ". Whether they had agreed on anything is not known: delete the EtcdCluster and"
                                    + " create it again");
        }
        var trouble = trouble(roster.pods().values());
        if (!trouble.isEmpty()) {
            boolean untouched =
                    !latch.hasFormed() && roster.pods().values().stream().allMatch(PodView::neverRan);
            return Course.waiting(
                    plan,
                    Reason.POD_NOT_RUNNING,
                    untouched ? trouble + ". No member has run yet: a corrected spec is begun anew" : trouble);
        }
        return latch.hasFormed()
                ? Course.waiting(plan, Reason.ETCD_UNREACHABLE, "etcd cannot be asked: " + why)
                : Course.waiting(plan, Reason.BOOTSTRAPPING, "the seed members start: " + why);
    }

    /** Why pods do not run; empty where nothing is wrong with them. */
    static String trouble(Collection<PodView> pods) {
        var names = new TreeMap<String, List<String>>();
        pods.forEach(pod -> pod.trouble()
                .ifPresent(why ->
                        names.computeIfAbsent(why, any -> new ArrayList<>()).add(pod.name())));
        return names.entrySet().stream()
                .map(group -> String.join(", ", group.getValue()) + ": " + group.getKey())
                .collect(Collectors.joining("; "));
    }

    private boolean kept(String name) {
        if (latch.template().persistent() != null) {
            return roster.keptOnVolume(name);
        }
        var pod = roster.pods().get(name);
        return pod != null
                && !pod.ended()
                && latch.armed().getOrDefault(name, pod.uid()).equals(pod.uid());
    }

    /** Gives a member whose data is on its volume a pod that can run, if it has none. */
    static Plan<EtcdClusterStatus> restore(Plan<EtcdClusterStatus> plan, String name, Roster roster, MemberPod render) {
        if (!roster.keptOnVolume(name)) {
            return plan;
        }
        var pod = roster.pods().get(name);
        if (pod == null) {
            return plan.create(render.restored(name));
        }
        return pod.ended() && !pod.terminating()
                ? plan.delete(Objects.requireNonNull(pod).named())
                : plan;
    }
}
