package io.operatorlib.etcd;

import io.operatorlib.Observed;

/** Puts a cluster's pods to sleep, and wakes them: from the note on its latch, since etcd cannot be asked meanwhile. */
final class Hibernation {
    private final Observed<EtcdClusterSpec, EtcdClusterStatus> seen;
    private final Roster roster;
    private final Latch latch;

    Hibernation(Observed<EtcdClusterSpec, EtcdClusterStatus> seen, Roster roster, Latch latch) {
        this.seen = seen;
        this.roster = roster;
        this.latch = latch;
    }

    Course course() {
        return (seen.spec().wished() == 0 ? sleep() : wake()).of(latch);
    }

    private Course sleep() {
        var plan = Surroundings.plan(seen, latch.formed().size());
        for (var pod : roster.pods().values()) {
            plan = pod.terminating() ? plan : plan.delete(pod.named());
        }
        int pods = roster.pods().size();
        return Course.waiting(
                plan,
                Reason.HIBERNATED,
                pods == 0 ? "sleeps on " + roster.claims().size() + " volumes" : pods + " pods are being stopped");
    }

    private Course wake() {
        var plan = Surroundings.plan(seen, latch.formed().size());
        var render = new MemberPod(seen, latch);
        for (String name : roster.claims().keySet()) {
            plan = Blind.restore(plan, name, roster, render);
        }
        String trouble = Blind.trouble(roster.pods().values());
        return trouble.isEmpty()
                ? Course.waiting(plan, Reason.WAKING, "pods come back on their volumes")
                : Course.waiting(plan, Reason.POD_NOT_RUNNING, trouble);
    }
}
