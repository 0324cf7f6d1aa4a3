package io.operatorlib.testing.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How often an operator tried an effect while something was done to its world. Used by one thread. */
final class Encounters {
    private static final Map<String, String> VERBS =
            Map.of("POST", "create", "PUT", "replace", "PATCH", "patch", "DELETE", "delete");

    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();
    private final Map<String, Integer> inAll = new TreeMap<>();

    /** Counts what was tried while something lasted, or for as long after it as it would have lasted. */
    void count(String done, List<String> effects) {
        var kinds = counts.computeIfAbsent(done, any -> new TreeMap<>());
        effects.forEach(effect -> kinds.merge(kind(effect), 1, Integer::sum));
    }

    /** Counts what was tried in a whole run. */
    void countAll(List<String> effects) {
        effects.forEach(effect -> inAll.merge(kind(effect), 1, Integer::sum));
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
        other.inAll.forEach((kind, count) -> inAll.merge(kind, count, Integer::sum));
    }

    /**
     * A row for each fault and then for each edit, a column for each kind of effect. Where the two never met there is
     * a letter that stands for the reason why they cannot, or a sign where they could have.
     *
     * @param faults all that can be done, besides edits
     */
    <W> String table(List<Fault<W>> faults) {
        var text = new StringBuilder();
        row(text, "while", List.copyOf(kinds()));
        row(text, "in all", kinds().stream().map(this::inAll).toList());
        var letters = new LinkedHashMap<String, String>();
        var byName = new TreeMap<String, Fault<W>>();
        faults.forEach(fault -> byName.put(fault.name(), fault));
        byName.forEach((name, fault) -> row(
                text,
                name,
                kinds().stream().map(kind -> cell(fault, kind, letters)).toList()));
        counts.keySet().stream()
                .filter(done -> !byName.containsKey(done))
                .forEach(edit -> row(
                        text,
                        edit,
                        kinds().stream().map(kind -> number(count(edit, kind))).toList()));
        letters.forEach(
                (why, letter) -> text.append(letter).append(": ").append(why).append('\n'));
        return text + "-: it has not come to that in these seeds";
    }

    private static void row(StringBuilder text, String name, List<String> cells) {
        text.append(String.format("%-42s", name));
        cells.forEach(cell -> text.append(String.format(" %12s", cell)));
        text.append('\n');
    }

    private <W> String cell(Fault<W> fault, String kind, Map<String, String> letters) {
        int count = count(fault.name(), kind);
        var why = whyNot(fault, kind);
        return count > 0 || why.isEmpty()
                ? number(count)
                : letters.computeIfAbsent(why.get(), reason -> String.valueOf((char) ('a' + letters.size())));
    }

    private static String number(int count) {
        return count == 0 ? "-" : String.valueOf(count);
    }

    /** Each fault with each kind of effect that was never tried while it was done, though it could have been. */
    <W> List<String> missing(List<Fault<W>> faults) {
        var missing = new ArrayList<String>();
        for (var fault : faults) {
            kinds().stream()
                    .filter(kind -> count(fault.name(), kind) == 0
                            && whyNot(fault, kind).isEmpty())
                    .forEach(kind -> missing.add(fault.name() + " × " + kind));
        }
        return missing;
    }

    private Set<String> kinds() {
        var kinds = counts.values().stream()
                .flatMap(row -> row.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        kinds.addAll(inAll.keySet());
        return kinds;
    }

    private String inAll(String kind) {
        return number(inAll.getOrDefault(kind, 0));
    }

    private int count(String done, String kind) {
        return counts.getOrDefault(done, Map.of()).getOrDefault(kind, 0);
    }

    private static <W> Optional<String> whyNot(Fault<W> fault, String kind) {
        return fault.whyNot(kind, kind.equals("status") || VERBS.containsValue(kind));
    }
}
