package io.operatorlib.etcd.legacy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of etcd, which CoreOS's operator took as environment variables, and {@code v1} by their names. */
final class EnvOptions {
    private static final Map<String, String> NUMBERS = Map.of(
            "ETCD_QUOTA_BACKEND_BYTES", "quotaBackendBytes",
            "ETCD_MAX_REQUEST_BYTES", "maxRequestBytes",
            "ETCD_MAX_TXN_OPS", "maxTxnOps",
            "ETCD_SNAPSHOT_COUNT", "snapshotCount",
            "ETCD_HEARTBEAT_INTERVAL", "heartbeatIntervalMillis",
            "ETCD_ELECTION_TIMEOUT", "electionTimeoutMillis");

    private static final String MODE = "autoCompactionMode";
    private static final String RETENTION = "autoCompactionRetention";

    private static final Map<String, String> WORDS =
            Map.of("ETCD_AUTO_COMPACTION_MODE", MODE, "ETCD_AUTO_COMPACTION_RETENTION", RETENTION);

    private EnvOptions() {}

    /** Puts those that have a name into the spec; gives back those that have none. */
    static List<Object> toHub(List<?> variables, Map<String, Object> spec) {
        var rest = new ArrayList<Object>();
        var options = new LinkedHashMap<String, Object>();
        for (Object variable : variables) {
            if (!(variable instanceof Map<?, ?> map) || !understood(map, options)) {
                rest.add(variable);
            }
        }
        if (options.containsKey(RETENTION)) {
            options.putIfAbsent(MODE, "periodic"); // etcd's own default
        }
        Fields.put(spec, options.isEmpty() ? null : options, "options");
        return rest;
    }

    private static boolean understood(Map<?, ?> variable, Map<String, Object> options) {
        String name = String.valueOf(variable.get("name"));
        if (variable.size() != 2 || !(variable.get("value") instanceof String value)) {
            return false;
        }
        String word = WORDS.get(name);
        if (word != null) {
            return options.putIfAbsent(word, value) == null;
        }
        String number = NUMBERS.get(name);
        if (number == null || !value.matches("[1-9][0-9]{0,14}")) {
            return false;
        }
        return options.putIfAbsent(number, Long.valueOf(value)) == null;
    }

    /** Adds the spec's options to the variables that are there already. */
    static void fromHub(Map<String, Object> spec, Map<String, Object> old) {
        var options = Fields.object(spec, "options");
        var variables = new ArrayList<Object>();
        if (Fields.at(old, "pod", "etcdEnv") instanceof List<?> rest) {
            variables.addAll(rest);
        }
        for (Map<String, String> names : List.of(NUMBERS, WORDS)) {
            names.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
                Object value = options.get(entry.getValue());
                if (value != null) {
                    variables.add(new LinkedHashMap<>(Map.of("name", entry.getKey(), "value", value.toString())));
                }
            });
        }
        Fields.put(old, variables.isEmpty() ? null : variables, "pod", "etcdEnv");
    }
}
