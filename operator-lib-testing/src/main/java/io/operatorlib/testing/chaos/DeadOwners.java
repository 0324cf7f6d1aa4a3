package io.operatorlib.testing.chaos;

import com.google.gson.JsonObject;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.apiserver.ServedKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sees what an operator makes for an owner that is gone, though it has had the time to hear of that. Used by one run. */
final class DeadOwners {
    /** Longer than anything keeps an operator from hearing of a deletion, one fault after another. */
    private static final Duration HEARD = Duration.ofMinutes(5);

    private final Sim sim;
    private final SimCluster cluster;
    private final Map<String, Duration> deaths = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private DeadOwners(Sim sim, SimCluster cluster) {
        this.sim = sim;
        this.cluster = cluster;
    }

    /** Watches a cluster from now on. */
    static void in(Sim sim, SimCluster cluster) {
        var owners = new DeadOwners(sim, cluster);
        cluster.server().observe(owners::look);
        sim.always("nothing is made for an owner that is gone", () -> {
            if (!owners.violations.isEmpty()) {
                throw new AssertionError(owners.violations.get(0));
            }
        });
    }

    private void look(LoggedRequest request) {
        if (request.verb().equals("delete") && request.changed()) {
            deaths.put(request.qualifiedResource() + " " + request.namespace() + "/" + request.name(), sim.elapsed());
        }
        if (request.made() && cluster.isByOperator(request)) {
            object(request.qualifiedResource(), request.namespace(), request.name())
                    .map(made -> made.getAsJsonObject("metadata").getAsJsonArray("ownerReferences"))
                    .ifPresent(owners -> owners.forEach(owner -> judge(request, owner.getAsJsonObject())));
        }
    }

    private void judge(LoggedRequest request, JsonObject owner) {
        var name = owner.get("name").getAsString();
        var resource = cluster.server().served().stream()
                .filter(kind -> kind.apiVersion().equals(owner.get("apiVersion").getAsString())
                        && kind.kind().equals(owner.get("kind").getAsString()))
                .map(ServedKind::resource)
                .findFirst()
                .orElse("");
        boolean lives = object(resource, request.namespace(), name)
                .filter(there -> there.getAsJsonObject("metadata").get("uid").equals(owner.get("uid")))
                .isPresent();
        var died = deaths.getOrDefault(resource + " " + request.namespace() + "/" + name, Duration.ZERO);
        if (!lives && sim.elapsed().minus(died).compareTo(HEARD) > 0) {
            violations.add(request.qualifiedResource() + " " + request.namespace() + "/" + request.name()
                    + " was made for " + owner.get("kind").getAsString() + " " + name + ", which is gone");
        }
    }

    private Optional<JsonObject> object(String resource, String namespace, String name) {
        return cluster.server().served().stream()
                .filter(kind ->
                        kind.resource().equals(resource) && kind.version().equals(kind.storageVersion()))
                .findFirst()
                .flatMap(kind -> cluster.get((kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion()
                        + (kind.namespaced() ? "/namespaces/" + namespace : "") + "/" + kind.plural() + "/" + name));
    }
}
