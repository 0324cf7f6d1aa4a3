package io.operatorlib.postgres;

import io.operatorlib.postgres.InstanceState.Data;
import java.util.List;
import java.util.Map;
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
 *     choice did not know of, and it is void
 * @param had the data of the primary when it was chosen: all that was acknowledged under those before it
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
        Data had,
        String system,
        List<String> members,
        List<String> synchronous,
        Map<String, String> parameters,
        String restart) {
    // endregion
    public Designation {
        members = List.copyOf(members);
        synchronous = List.copyOf(synchronous);
        parameters = new TreeMap<>(parameters);
    }

    /** How a cluster begins: with one instance, which makes the data. */
    static Designation first(String instance, Map<String, String> parameters) {
        return new Designation(1, 1, instance, -1, Data.NONE, "", List.of(instance), List.of(), parameters, "");
    }

    private Designation under(long nextEpoch, String next, long since, Data having) {
        return new Designation(
                revision + 1, nextEpoch, next, since, having, system, members, synchronous, parameters, "");
    }

    private Designation among(List<String> all, List<String> standbys) {
        return new Designation(revision + 1, epoch, primary, term, had, system, all, standbys, parameters, restart);
    }

    private Designation with(String identifier, Map<String, String> tuned, String instance) {
        return new Designation(
                revision + 1, epoch, primary, term, had, identifier, members, synchronous, tuned, instance);
    }

    Designation of(String systemIdentifier) {
        return with(systemIdentifier, parameters, restart);
    }

    /** Another primary. */
    Designation succeededBy(InstanceState next) {
        var all = members.contains(next.name()) ? this : with(next.name());
        return all.under(epoch + 1, next.name(), next.term(), next.data().stopped());
    }

    /** Nobody is to be the primary for now, where it is empty; or the last one again, for nobody else was one since. */
    Designation handedTo(String lastOrNobody) {
        return under(epoch, lastOrNobody, term, had);
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
        return with(system, others, restart);
    }

    Designation restarting(String instance) {
        return with(system, parameters, instance);
    }

    /** As PostgreSQL's parameter {@code synchronous_standby_names} has it. */
    public String synchronousNames() {
        return synchronous.isEmpty() ? "" : "ANY 1 (\"" + String.join("\",\"", synchronous) + "\")";
    }
}
