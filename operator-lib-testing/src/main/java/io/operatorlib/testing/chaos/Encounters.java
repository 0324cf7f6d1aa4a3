package io.operatorlib.testing.chaos;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How often an effect of an operator came while something was done to its world. Used by one thread. */
final class Encounters {
    private static final Map<String, String> VERBS =
            Map.of("POST", "create", "PUT", "replace", "PATCH", "patch", "DELETE", "delete");

    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();

    /** Counts what was tried while something lasted, or for as long after it as it would have lasted. */
    void count(String done, List<String> effects) {
        var kinds = counts.computeIfAbsent(done, any -> new TreeMap<>());
        effects.forEach(effect -> kinds.merge(kind(effect), 1, Integer::sum));
    }

    /** The kind of an effect: what is asked of Kubernetes, or the first two words of an act. */
    static String kind(String effect) {
        var words = effect.split("[ ?]");
        var verb = VERBS.get(words[0]);
        if (verb == null) {
            return words[0] + (words.length > 1 ? " " + words[1] : "");
        }
        return words[1].endsWith("/status") ? "status" : verb;
    }

    /** Adds what another one has counted. */
    void add(Encounters other) {
        other.counts.forEach((done, kinds) -> {
            var own = counts.computeIfAbsent(done, any -> new TreeMap<>());
            kinds.forEach((kind, count) -> own.merge(kind, count, Integer::sum));
        });
    }

    /** A row for each thing that was done, a column for each kind of effect, and a sign where the two never met. */
    String table() {
        var kinds = counts.values().stream()
                .flatMap(row -> row.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        var text = new StringBuilder(String.format("%-32s", "while"));
        kinds.forEach(kind -> text.append(String.format(" %13s", kind)));
        counts.forEach((done, row) -> {
            text.append(String.format("%n%-32s", done));
            kinds.forEach(kind -> text.append(String.format(" %13s", cell(done, kind, row))));
        });
        return text + "\nx: it cannot be, for no such request passes\n-: it has not come to that in these seeds";
    }

    private static String cell(String done, String kind, Map<String, Integer> row) {
        var count = row.get(kind);
        boolean request = kind.equals("status") || VERBS.containsValue(kind);
        String never = request && Fault.NOTHING_PASSES.contains(done) ? "x" : "-";
        return count == null ? never : count.toString();
    }
}
