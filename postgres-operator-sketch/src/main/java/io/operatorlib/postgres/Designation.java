package io.operatorlib.postgres;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

// region designation
/**
 * What the operator has decided of a cluster, and its instances obey: who is to be the primary, and under which settings.
 * It is kept in a ConfigMap, so that instances know it while the operator is away.
 *
 * @param revision counts the changes
 * @param epoch counts the primaries; data that was written under another epoch's right is brought in line before it is
 *     used
 * @param primary who is to compete for the Lease; empty for nobody
 * @param term the term of the Lease when the primary was chosen: if somebody led since, there may be writes that the
 *     choice did not know of, and it is void. Negative where nothing was chosen.
 * @param system the identifier that all data of this cluster bears; empty while the first instance makes it. Once there
 *     is one, none is ever made again.
 * @param members the instances that belong to the cluster
 * @param synchronous the instances of which one has to have a commit before it is acknowledged; none for no waiting
 * @param parameters of PostgreSQL
 * @param restart who is to restart where its parameters need it; empty for nobody
 */
public record Designation(
        long revision,
        long epoch,
        String primary,
        long term,
        String system,
        List<String> members,
        List<String> synchronous,
        SortedMap<String, String> parameters,
        String restart) {
    // endregion
    private static final String KEY = "designation";
    private static final Gson GSON = new Gson();

    public Designation {
        members = List.copyOf(members);
        synchronous = List.copyOf(synchronous);
        parameters = new TreeMap<>(parameters);
    }

    /** How a cluster begins: with one instance, which makes the data. */
    static Designation first(String instance, Map<String, String> parameters) {
        return new Designation(1, 1, instance, -1, "", List.of(instance), List.of(), new TreeMap<>(parameters), "");
    }

    public static Designation read(V1ConfigMap map) {
        return GSON.fromJson(Objects.requireNonNull(map.getData()).get(KEY), Designation.class);
    }

    V1ConfigMap written(V1ConfigMap map) {
        return map.data(Map.of(KEY, GSON.toJson(this)));
    }

    private Designation under(long nextEpoch, String next, long termOfChoice) {
        return new Designation(
                revision + 1, nextEpoch, next, termOfChoice, system, members, synchronous, parameters, "");
    }

    private Designation among(List<String> all, List<String> standbys) {
        return new Designation(revision + 1, epoch, primary, term, system, all, standbys, parameters, restart);
    }

    private Designation with(String identifier, SortedMap<String, String> tuned, String instance) {
        return new Designation(revision + 1, epoch, primary, term, identifier, members, synchronous, tuned, instance);
    }

    Designation of(String systemIdentifier) {
        return with(systemIdentifier, parameters, restart);
    }

    /** Nobody is to be the primary, for now. */
    Designation vacant() {
        return under(epoch, "", -1);
    }

    /** Another primary. */
    Designation succeededBy(String instance, long termOfChoice) {
        return (members.contains(instance) ? this : with(instance)).under(epoch + 1, instance, termOfChoice);
    }

    /** The last primary again: nobody else was one since. */
    Designation resumedBy(String instance) {
        return under(epoch, instance, -1);
    }

    Designation with(String member) {
        return among(Stream.concat(members.stream(), Stream.of(member)).toList(), synchronous);
    }

    /** Without a member. */
    public Designation without(String member) {
        return among(members.stream().filter(other -> !other.equals(member)).toList(), synchronous);
    }

    Designation waitingFor(List<String> standbys) {
        return among(members, standbys);
    }

    Designation tuned(Map<String, String> others) {
        return with(system, new TreeMap<>(others), restart);
    }

    Designation restarting(String instance) {
        return with(system, parameters, instance);
    }

    /** As PostgreSQL's parameter {@code synchronous_standby_names} has it. */
    public String synchronousNames() {
        return synchronous.isEmpty() ? "" : "ANY 1 (\"" + String.join("\",\"", synchronous) + "\")";
    }
}
