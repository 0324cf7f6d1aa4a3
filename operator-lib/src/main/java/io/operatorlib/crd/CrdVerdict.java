package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What it would mean to put one definition in the place of another: every change, named and classed.
 *
 * @param changes the worst first
 */
public record CrdVerdict(List<CrdChange> changes) {
    public CrdVerdict {
        changes = changes.stream()
                .sorted(Comparator.comparing(CrdChange::impact, Comparator.reverseOrder()))
                .toList();
    }

    /**
     * Compares a definition with that of an earlier release, or with a live one.
     *
     * @param before a manifest in JSON, for example what {@link Crd#json} gave in that release
     */
    public static CrdVerdict between(String before, Crd after) {
        return between(Json.parse(before), after.tree());
    }

    /**
     * Compares two manifests in JSON.
     *
     * @param before if it has a status, the versions in which objects are stored are read from it
     */
    public static CrdVerdict between(String before, String after) {
        return between(Json.parse(before), Json.parse(after));
    }

    static CrdVerdict between(JsonObject before, JsonObject after) {
        return new CrdVerdict(new DefinitionDiff(before, after).changes());
    }

    /** Tells whether the two are the same, but for what the API server adds and what stands in the metadata. */
    public boolean same() {
        return changes.isEmpty();
    }

    /** Tells whether no change is breaking. */
    public boolean bearable() {
        return of(Impact.BREAKING).isEmpty();
    }

    /** The changes of one class. */
    public List<CrdChange> of(Impact impact) {
        return changes.stream().filter(change -> change.impact() == impact).toList();
    }

    /** One line a change, with its class. */
    @Override
    public String toString() {
        return changes.stream()
                .map(change -> change.impact().name().toLowerCase(java.util.Locale.ROOT) + " " + change)
                .collect(Collectors.joining("\n"));
    }

    /** The changes of these classes, in one line. */
    String summary(Impact... impacts) {
        return changes.stream()
                .filter(change -> Arrays.asList(impacts).contains(change.impact()))
                .map(CrdChange::toString)
                .collect(Collectors.joining("; "));
    }
}
