package io.operatorlib.testing.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /**
     * A row for each thing that was done, a column for each kind of effect, and a sign where the two never met.
     *
     * @param faults all that can be done, besides edits
     */
    <W> String table(List<Fault<W>> faults) {
        var kinds = kinds();
        var text = new StringBuilder(String.format("%-32s", "while"));
        kinds.forEach(kind -> text.append(String.format(" %13s", kind)));
        var never = new TreeMap<String, String>();
        rows(faults).forEach((done, fault) -> {
            text.append(String.format("%n%-32s", done));
            for (String kind : kinds) {
                var why = fault.flatMap(one -> one.whyNot(kind, isRequest(kind)));
                int count = count(done, kind);
                boolean cannot = count == 0 && why.isPresent();
                text.append(String.format(" %13s", cannot ? "x" : count == 0 ? "-" : count));
                why.filter(reason -> cannot).ifPresent(reason -> never.put(done, reason));
            }
        });
        never.forEach(
                (done, why) -> text.append("\nx: ").append(done).append(": ").append(why));
        return text + "\n-: it has not come to that in these seeds";
    }

    /** Each fault with each kind of effect that never came while it was done, though it could. */
    <W> List<String> missing(List<Fault<W>> faults) {
        var missing = new ArrayList<String>();
        for (var fault : faults) {
            kinds().stream()
                    .filter(kind -> count(fault.name(), kind) == 0
                            && fault.whyNot(kind, isRequest(kind)).isEmpty())
                    .forEach(kind -> missing.add(fault.name() + " × " + kind));
        }
        return missing;
    }

    private <W> Map<String, Optional<Fault<W>>> rows(List<Fault<W>> faults) {
        var rows = new TreeMap<String, Optional<Fault<W>>>();
        counts.keySet().forEach(done -> rows.put(done, Optional.empty()));
        faults.forEach(fault -> rows.put(fault.name(), Optional.of(fault)));
        return rows;
    }

    private Set<String> kinds() {
        return counts.values().stream()
                .flatMap(row -> row.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private int count(String done, String kind) {
        return counts.getOrDefault(done, Map.of()).getOrDefault(kind, 0);
    }

    private static boolean isRequest(String kind) {
        return kind.equals("status") || VERBS.containsValue(kind);
    }
}
