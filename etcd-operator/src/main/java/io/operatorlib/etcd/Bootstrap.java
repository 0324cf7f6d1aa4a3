package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Fact;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Begins a cluster, once; see {@link Latch} for the way it takes.
 *
 * <p><b>Guarantees.</b> A pod that could begin a cluster is made from an existing latch, and runs only after that latch
 * was armed with its UID. Where anything of a cluster exists without its latch, the latch is made anew as that of a
 * cluster that has formed. A wipe happens only while fewer pods can have run than a quorum takes.
 */
final class Bootstrap {
    private final Observed<EtcdClusterSpec, EtcdClusterStatus> seen;
    private final Roster roster;

    Bootstrap(Observed<EtcdClusterSpec, EtcdClusterStatus> seen, Roster roster) {
        this.seen = seen;
        this.roster = roster;
    }

    /** There is no latch. */
    Course withoutLatch() {
        if (!roster.names().isEmpty()) {
            return restoreLatch();
        }
        int size = seen.spec().wished();
        if (size == 0) {
            return Course.waiting(Plan.withoutStatus(), Reason.HIBERNATED, "nothing has begun: the size is 0");
        }
        var names = MemberNames.draw(seen.meta().name(), seen.nonce(), size, List.of());
        String token = seen.meta().uid() + "-" + MemberNames.suffix(seen.nonce());
        var latch = Latch.of(seen, names, token, Template.of(seen.spec()));
        var plan = Surroundings.plan(seen, size).create(latch.map(seen));
        return Course.waiting(
                        seeds(plan, latch),
                        Reason.BOOTSTRAPPING,
                        "begins with the seed members " + String.join(", ", latch.seeds()))
                .of(latch);
    }

    /** The latch is written, and not armed: its pods wait behind their gates. */
    Course unarmed(V1ConfigMap map, Latch latch) {
        boolean opened =
                roster.pods().values().stream().anyMatch(pod -> latch.seeds().contains(pod.name()) && !pod.gated());
        if (!opened && !latch.template().differences(Template.of(seen.spec())).isEmpty()) {
            return beginAnew(map);
        }
        boolean complete = latch.seeds().stream().allMatch(this::waits);
        var plan = Surroundings.plan(seen, latch.seeds().size());
        if (!complete && !opened) {
            return Course.waiting(seeds(plan, latch), Reason.BOOTSTRAPPING, "the seed members' pods are being made")
                    .of(latch);
        }
        var uids = new TreeMap<String, String>();
        roster.pods().values().stream()
                .filter(pod -> latch.seeds().contains(pod.name()))
                .forEach(pod -> uids.put(pod.name(), pod.uid()));
        plan = plan.patch(map, Latch.arm(uids));
        for (String seed : uids.keySet()) {
            plan = openGate(plan, seed);
        }
        return Course.waiting(plan, Reason.BOOTSTRAPPING, "all seed members may run now")
                .of(latch);
    }

    /** The latch is armed, and etcd has never answered by quorum. */
    Course armed(V1ConfigMap map, Latch latch, Fact.Unknown<Membership> fact) {
        if (!latch.template().differences(Template.of(seen.spec())).isEmpty() && neverFormed(latch)) {
            return beginAnew(map);
        }
        var plan = Surroundings.plan(seen, latch.seeds().size());
        for (var seed : latch.armed().entrySet()) {
            var pod = roster.pods().get(seed.getKey());
            if (pod != null && pod.gated() && pod.uid().equals(seed.getValue())) {
                plan = openGate(plan, seed.getKey());
            }
        }
        return new Blind(roster, latch, new MemberPod(seen, latch)).course(plan, fact);
    }

    /** The bootstrap came to nothing and is undone: pods, volumes, the latch last. */
    Course wiping(V1ConfigMap map, Latch latch) {
        var plan = Plan.<EtcdClusterStatus>withoutStatus();
        if (mayHaveRun(latch) >= Quorum.of(latch.seeds().size())) {
            return Course.waiting(
                            plan.patch(map, Latch.unnote(Latch.WIPING)),
                            Reason.BOOTSTRAPPING,
                            "seed members have started after all")
                    .of(latch);
        }
        for (var pod : roster.pods().values()) {
            plan = pod.terminating() ? plan : plan.deleteUnchanged(pod.named());
        }
        if (roster.pods().isEmpty()) {
            for (var claim : roster.claims().values()) {
                boolean going = Objects.requireNonNull(claim.getMetadata()).getDeletionTimestamp() != null;
                plan = going ? plan : plan.delete(claim);
            }
        }
        if (roster.names().isEmpty()) {
            plan = plan.delete(map);
        }
        return Course.waiting(plan, Reason.BOOTSTRAPPING, "a bootstrap that came to nothing is undone, to begin anew");
    }

    // the course of no latch: what differs from this one is what is about to be carried out
    private static Course beginAnew(V1ConfigMap map) {
        return Course.waiting(
                Plan.<EtcdClusterStatus>withoutStatus()
                        .patch(map, Latch.note(Latch.WIPING, "the spec was corrected"))
                        .note("BootstrapRepeated", "the spec was corrected before any member had run"),
                Reason.BOOTSTRAPPING,
                "the spec was corrected before any member had run: begins anew");
    }

    /** Each armed pod is still there, and fewer than a quorum of them can have run. */
    private boolean neverFormed(Latch latch) {
        boolean allThere = latch.armed().size() == latch.seeds().size()
                && latch.armed().entrySet().stream().allMatch(seed -> {
                    var pod = roster.pods().get(seed.getKey());
                    return pod != null && pod.uid().equals(seed.getValue());
                });
        return allThere && mayHaveRun(latch) < Quorum.of(latch.seeds().size());
    }

    private long mayHaveRun(Latch latch) {
        return roster.pods().values().stream()
                .filter(pod -> latch.seeds().contains(pod.name()) && !pod.neverRan())
                .count();
    }

    /** What can be lost with the latch is kept on every pod and every volume too. */
    private Course restoreLatch() {
        var uids = new TreeMap<String, String>();
        roster.pods().values().forEach(pod -> uids.put(pod.name(), pod.uid()));
        var words = roster.pods().values().stream()
                .map(PodView::annotations)
                .findFirst()
                .or(() -> roster.claims().values().stream()
                        .map(claim -> Objects.requireNonNullElse(
                                Objects.requireNonNull(claim.getMetadata()).getAnnotations(), Map.<String, String>of()))
                        .findFirst())
                .orElse(Map.of());
        String token = words.get(EtcdCluster.TOKEN_ANNOTATION);
        String id = words.get(EtcdCluster.CLUSTER_ID_ANNOTATION);
        String template = words.get(EtcdCluster.TEMPLATE_ANNOTATION);
        if (token == null || id == null || template == null) {
            return Course.blocked(
                    Plan.withoutStatus(),
                    Reason.BOOTSTRAP_BROKEN,
                    "the latch was deleted, and so were the annotations from which it could be made again");
        }
        var names = List.copyOf(roster.names());
        var latch = new Latch(
                        token,
                        Long.parseUnsignedLong(id, 16),
                        names,
                        Template.parse(template),
                        Map.of(),
                        List.of(),
                        false,
                        false)
                .asFormed(uids, names);
        return Course.waiting(
                        Plan.<EtcdClusterStatus>withoutStatus()
                                .create(latch.map(seen))
                                .warn("LatchRestored", "the latch was deleted: made again from what the members bear"),
                        Reason.CHANGING,
                        "the latch was deleted: it is made again from what the members bear")
                .of(latch);
    }

    /** Tells whether a seed's pod is there, behind its gate. */
    private boolean waits(String seed) {
        var pod = roster.pods().get(seed);
        return pod != null && !pod.terminating() && !pod.ended();
    }

    private Plan<EtcdClusterStatus> seeds(Plan<EtcdClusterStatus> before, Latch latch) {
        var plan = before;
        var render = new MemberPod(seen, latch);
        for (String seed : latch.seeds()) {
            if (latch.template().persistent() != null && !roster.claims().containsKey(seed)) {
                plan = plan.create(MemberVolume.claim(seen, latch, seed));
            }
            if (!roster.pods().containsKey(seed)) {
                plan = plan.create(render.seed(seed));
            }
        }
        return plan;
    }

    private Plan<EtcdClusterStatus> openGate(Plan<EtcdClusterStatus> plan, String name) {
        return openGate(plan, Objects.requireNonNull(roster.pods().get(name)));
    }

    /** Lets a pod be scheduled. */
    static Plan<EtcdClusterStatus> openGate(Plan<EtcdClusterStatus> plan, PodView pod) {
        var none = new LinkedHashMap<String, Object>();
        none.put("schedulingGates", null);
        return plan.patch(pod.named(), Map.of("spec", none));
    }
}
