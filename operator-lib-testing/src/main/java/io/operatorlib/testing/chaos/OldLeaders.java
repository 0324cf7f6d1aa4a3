package io.operatorlib.testing.chaos;

import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Sees what a replica of an operator writes and does while the Lease is another one's. Used by one run. */
final class OldLeaders {
    /** What any replica writes: who leads, what it tells people, and what it is allowed to do, it asks. */
    private static final Set<String> OF_ALL = Set.of("leases", "events", "selfsubjectaccessreviews");

    private final Sim sim;
    private final SimCluster cluster;
    private final String lease;
    private final List<String> violations = new ArrayList<>();
    private String holder = "";
    private Duration lasts = Duration.ZERO;
    private Duration unawareUntil = Duration.ZERO;

    private OldLeaders(Sim sim, SimCluster cluster, String lease) {
        this.sim = sim;
        this.cluster = cluster;
        this.lease = lease;
    }

    /** Watches a cluster from now on. */
    static void in(Sim sim, SimCluster cluster, String lease) {
        var leaders = new OldLeaders(sim, cluster, lease);
        leaders.read();
        cluster.server().observe(leaders::look);
        sim.observeActs(leaders::look);
        sim.always("nothing is written by an old leader", () -> {
            if (!leaders.violations.isEmpty()) {
                throw new AssertionError(leaders.violations.get(0));
            }
        });
    }

    private void look(LoggedRequest request) {
        if (!request.changed()) {
            return;
        }
        if (request.resource().equals("leases") && lease.endsWith("/" + request.name())) {
            take(request);
        } else if (cluster.isByOperator(request)
                && !request.namespace().isEmpty()
                && !OF_ALL.contains(request.resource())) {
            judge("wrote " + request.qualifiedResource() + " " + request.namespace() + "/" + request.name());
        }
    }

    /** What an operator runs in its pods, and starts by itself, no Lease of the operator's keeps from acting. */
    private void look(String act) {
        if (sim.operators().stream().anyMatch(life -> life.name().equals(sim.acting()))) {
            judge("did \"" + act + "\"");
        }
    }

    private void judge(String what) {
        if (!holder.startsWith(sim.acting() + "_") && sim.elapsed().compareTo(unawareUntil) > 0) {
            violations.add(sim.acting() + " " + what + " while the Lease was of \"" + holder + "\"");
        }
    }

    /** Whom somebody else takes the Lease away from can lead until it would have ended: he has not been asked. */
    private void take(LoggedRequest request) {
        if (!cluster.isByOperator(request)) {
            unawareUntil = sim.elapsed().plus(lasts);
        }
        read();
    }

    private void read() {
        var spec = cluster.get(lease).map(there -> there.getAsJsonObject("spec"));
        holder = spec.map(there -> there.get("holderIdentity"))
                .map(name -> name.isJsonNull() ? "" : name.getAsString())
                .orElse("");
        lasts = spec.map(there -> there.get("leaseDurationSeconds"))
                .map(seconds -> Duration.ofSeconds(seconds.getAsLong()))
                .orElse(lasts);
    }
}
