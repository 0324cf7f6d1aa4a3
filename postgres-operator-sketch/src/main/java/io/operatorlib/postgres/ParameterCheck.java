package io.operatorlib.postgres;

import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.Condition;
import io.operatorlib.Observed;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells what of a specification is carried out; the rest changes nothing, and a condition names it. */
final class ParameterCheck {
    /** On these the cluster itself rests; a replica cannot follow a primary that has more of the last ones. */
    private static final Set<String> OWN = Set.of("""
            listen_addresses port unix_socket_directories unix_socket_permissions data_directory config_file hba_file
            ident_file include include_dir include_if_exists cluster_name logging_collector fsync full_page_writes
            wal_level wal_log_hints hot_standby primary_conninfo primary_slot_name restore_command
            recovery_target_timeline synchronous_standby_names synchronous_commit max_replication_slots
            max_slot_wal_keep_size max_connections max_worker_processes max_wal_senders max_prepared_transactions
            max_locks_per_transaction""".split("\\s+"));

    private ParameterCheck() {}

    static SortedMap<String, String> allowed(Map<String, String> wished) {
        return wished.entrySet().stream()
                .filter(entry -> mayBeSet(entry.getKey(), entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
    }

    // what is written to a file of settings must not begin another one there
    private static boolean mayBeSet(String name, String value) {
        return name.matches("[a-z][a-z0-9_.]*") && !OWN.contains(name) && !value.matches("(?s).*[\\x00-\\x1f].*");
    }

    /** Says whether all that is wished is carried out. */
    static Condition condition(Observed<PostgresSpec, PostgresStatus> seen) {
        var refused = new ArrayList<String>();
        new TreeMap<>(seen.spec().settings()).forEach((name, value) -> {
            if (!mayBeSet(name, value)) {
                refused.add("parameters." + name + " is the operator's own");
            }
        });
        seen.owned(V1Pod.class).stream()
                .map(pod -> Objects.requireNonNull(pod.getSpec())
                        .getContainers()
                        .get(0)
                        .getImage())
                .filter(image -> !seen.spec().imageName().equals(image))
                .findFirst()
                .ifPresent(image -> refused.add("image stays " + image + ": upgrades are not built"));
        boolean volumes = !seen.owned(V1PersistentVolumeClaim.class).isEmpty();
        if (volumes != (seen.spec().storage() != null)
                && !seen.owned(V1Pod.class).isEmpty()) {
            refused.add("storage cannot be changed");
        }
        boolean all = refused.isEmpty();
        String message = all ? "all that is wished can be done" : String.join("; ", refused);
        return Condition.of("SpecAccepted", all, all ? "Accepted" : "Refused", message);
    }
}
