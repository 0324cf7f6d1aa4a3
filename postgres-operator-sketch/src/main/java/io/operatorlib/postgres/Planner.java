package io.operatorlib.postgres;

import static io.operatorlib.postgres.Decision.hold;
import static io.operatorlib.postgres.Decision.tell;

import io.operatorlib.postgres.Decision.Create;
import io.operatorlib.postgres.Decision.Delete;
import io.operatorlib.postgres.Decision.Reason;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.InstanceState.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Decides what is to be done about a cluster next: a pure function of what was wished, told and answered.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  BOOTSTRAP ─ the first instance has made the data ─▶ SERVING ─ switch-over ─▶ VACANT ─┐
 *                                                     ▲  │                             │ the Lease is free:
 *                                                     │  └─ the primary is lost ───────┤ who received most
 *                                                     └────────────────────────────────┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A primary is chosen only among replicas that were asked for what they received after they found the Lease free:
 *       nobody can have acknowledged anything since, unless the Lease's term has moved on, and then the choice is void.
 *   <li>Who is chosen received most of all who answered, on the latest timeline, and lacks no more than is allowed.
 *   <li>Where commits wait for a replica, all for which they may have waited are heard before one is chosen, and who is
 *       chosen has at least what the last primary had when it was: a primary that nobody followed may be the only one.
 *   <li>Data is made once: with the system identifier known, a lost last copy is reported, and nothing put in its place.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>Without synchronous replication what the primary wrote after all replicas had lost it is not known to anybody: the
 * lag is measured against what the replicas that answer were told.
 */
final class Planner {
    /** A switch-over waits for the rest of the log; more than this would make the pause a long one. */
    private static final long SMALL_LAG = 1L << 20;

    private static final String GIVE_UP = "it has to come back, or synchronous be given up";

    private static final Comparator<Data> BY_PROGRESS =
            Comparator.comparingInt(Data::timeline).thenComparingLong(Data::received);

    private final String cluster;
    private final PostgresSpec wish;
    private final Designation told;
    private final Map<String, Boolean> pods;
    private final SortedMap<String, InstanceState> answers;

    /**
     * A planner of one decision.
     *
     * @param pods by instance; whether each is being deleted
     */
    Planner(String cluster, PostgresSpec wish, Designation told, Map<String, Boolean> pods, Instances instances) {
        this.cluster = cluster;
        this.wish = wish;
        this.told = told;
        this.pods = pods;
        this.answers = instances.answers();
    }

    // region decide
    Decision decide() {
        String primary = told.primary();
        if (told.system().isEmpty()) {
            return begin(primary);
        }
        String lost = primary.isEmpty() ? "the primary has handed over" : lost(primary);
        if (!lost.isEmpty()) {
            return elect(lost);
        }
        return at(primary).primary()
                ? serve(primary)
                : hold(Reason.PRIMARY_STARTING, primary + " is to be the primary, and is not yet");
    }
    // endregion

    private Decision begin(String first) {
        if (!pods.containsKey(first)) {
            return new Decision(new Create(first), Reason.BOOTSTRAPPING, "the first instance is made");
        }
        String system = at(first).data().system();
        return at(first).primary() && !system.isEmpty()
                ? tell(told.of(system), Reason.BOOTSTRAPPING, "the data was made")
                : hold(Reason.BOOTSTRAPPING, first + " makes the data");
    }

    // ---- who is the primary ----

    // region lost
    /** Why the primary is no more, or will never be again; empty while there is hope. */
    private String lost(String primary) {
        Boolean leaving = pods.get(primary);
        if (leaving == null || leaving) {
            return "the pod of " + primary + " is " + (leaving == null ? "gone" : "being deleted");
        }
        var state = at(primary);
        if (state.role() == Role.SILENT) {
            boolean free = answers.values().stream().anyMatch(other -> other.replica() && other.leaseFree());
            return free ? primary + " does not answer, and its Lease ran out" : "";
        }
        return state.fit() ? "" : primary + ": " + state.problem();
    }
    // endregion

    // region eligible
    private List<InstanceState> eligible() {
        return answers.values().stream()
                .filter(state -> state.replica() && state.leaseFree() && ours(state))
                .sorted(Comparator.comparing(InstanceState::data, BY_PROGRESS.reversed()))
                .toList();
    }
    // endregion

    private Decision elect(String why) {
        var candidates = eligible();
        if (candidates.isEmpty()) {
            return nobody(why);
        }
        var best = candidates.get(0);
        // one that is to go may still be the only one to have a commit that waited for it
        var silent = Stream.concat(
                        told.synchronous().stream(), pods.keySet().stream().filter(this::odd))
                .filter(name -> mayHaveMore(at(name), best))
                .toList();
        if (wish.isSynchronous() && !silent.isEmpty()) {
            return blocked(
                    Reason.STANDBY_SILENT,
                    why + "; " + String.join(", ", silent) + " may have what no other replica has: " + GIVE_UP);
        }
        // region had
        if (wish.isSynchronous() && BY_PROGRESS.compare(best.data(), told.had()) < 0) {
            return blocked(Reason.STANDBY_SILENT, why + "; nobody else has what it had when it was chosen: " + GIVE_UP);
        }
        // endregion
        if (answers.values().stream().anyMatch(state -> worthWaitingFor(state, best))) {
            return hold(Reason.PRIMARY_LOST, why + "; a replica has not found the Lease free yet");
        }
        long lag = known(best.data().timeline()) - best.data().received();
        if (lag > wish.maximumLag()) {
            String most = best.name() + ", lacks " + lag + " bytes, more than maximumLagBytes";
            return blocked(Reason.REPLICAS_LAG, why + "; the best replica, " + most);
        }
        var chosen = candidates.stream()
                .filter(state -> BY_PROGRESS.compare(state.data(), best.data()) == 0)
                .filter(state -> preferred(state) || !state.data().pendingRestart())
                .min(Comparator.comparing(state -> !preferred(state)))
                .orElse(best);
        if (chosen.name().equals(told.primary()) && chosen.revision() < told.revision()) {
            return hold(Reason.PRIMARY_STARTING, chosen.name() + " has not been told yet");
        }
        var next = told.succeededBy(chosen).waitingFor(standbys(chosen.name()));
        return tell(next, Reason.PRIMARY_LOST, why + "; " + chosen.name() + " is to be the primary");
    }

    /** Nobody can be chosen as things are: who has no pod gets one, for its data may be on a volume. */
    private Decision blocked(Reason reason, String why) {
        return missing()
                .map(name -> new Decision(new Create(name), reason, why))
                .orElseGet(() -> hold(reason, why));
    }

    private Optional<String> missing() {
        return told.members().stream().filter(name -> !pods.containsKey(name)).findFirst();
    }

    /**
     * It does not answer, does not run, or could not be chosen and has more. One that has no data, or that of an earlier
     * timeline, has nothing to wait for; nor has a former primary's: nobody waited for it since.
     */
    private boolean mayHaveMore(InstanceState state, InstanceState best) {
        int timeline = state.data().timeline();
        boolean maybe = timeline == 0 || timeline >= best.data().timeline();
        return switch (state.role()) {
            case SILENT -> true;
            case STOPPED -> maybe;
            case FORMER -> maybe && state.epoch() >= told.epoch();
            case REPLICA -> ours(state) && BY_PROGRESS.compare(state.data(), best.data()) > 0;
            default -> false;
        };
    }

    /** It is to take over, or has more; and it will soon have looked at the Lease. */
    private boolean worthWaitingFor(InstanceState state, InstanceState best) {
        boolean wished = told.primary().isEmpty() && preferred(state);
        boolean ahead = state.revision() >= told.revision() && BY_PROGRESS.compare(state.data(), best.data()) > 0;
        return state.replica() && ours(state) && !state.leaseFree() && (wished || ahead);
    }

    private boolean preferred(InstanceState state) {
        return state.name().equals(wish.primary());
    }

    /** How far the log of a timeline is known to go. */
    private long known(int timeline) {
        return answers.values().stream()
                .filter(this::ours)
                .map(InstanceState::data)
                .filter(data -> data.timeline() == timeline)
                .mapToLong(data -> Math.max(data.received(), data.told()))
                .max()
                .orElse(0);
    }

    private Decision nobody(String why) {
        for (var state : answers.values()) {
            boolean former = state.role() == Role.FORMER && ours(state) && state.epoch() == told.epoch();
            if (told.primary().isEmpty() && former && state.leaseFree()) {
                return tell(told.handedTo(state.name()), Reason.PRIMARY_LOST, "no replica can take over");
            }
        }
        return told.members().stream().allMatch(name -> at(name).role() == Role.EMPTY)
                ? hold(Reason.DATA_LOST, "no instance has the cluster's data any more: restore a backup elsewhere")
                : blocked(Reason.PRIMARY_LOST, why + "; waiting for a replica that finds the Lease free");
    }

    // ---- while a primary writes ----

    private Decision serve(String primary) {
        var standbys = standbys(primary);
        if (!standbys.equals(told.synchronous())) {
            return tell(told.waitingFor(standbys), Reason.SETTING_PARAMETERS, "commits wait for " + standbys);
        }
        return members(primary).or(() -> settings(primary)).orElseGet(() -> {
            boolean other = answers.values().stream().anyMatch(state -> preferred(state) && ready(state));
            return other
                    ? tell(told.handedTo(""), Reason.SWITCHING_OVER, primary + " hands over to " + wish.primary())
                    : hold(Reason.ALL_SERVING, "all instances serve");
        });
    }

    private Optional<Decision> members(String primary) {
        for (String name : pods.keySet()) {
            if (odd(name)) {
                boolean wait = Boolean.TRUE.equals(pods.get(name)) || !mayGo(name);
                Decision.Move move = wait ? new Decision.Nothing() : new Delete(name);
                return Optional.of(new Decision(move, Reason.REMOVING_INSTANCE, name + " goes"));
            }
        }
        var missing = missing().map(name -> new Decision(new Create(name), Reason.ADDING_INSTANCE, name + " is made"));
        if (missing.isPresent()) {
            return missing;
        }
        var replicas = told.members().stream().filter(name -> !name.equals(primary));
        if (told.members().size() > wish.instances()) {
            var byNumber = Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder());
            String last = replicas.max(byNumber).orElseThrow();
            return Optional.of(tell(told.without(last), Reason.REMOVING_INSTANCE, last + " is to go"));
        }
        var behind = replicas.filter(name -> !at(name).data().streaming()).findFirst();
        if (behind.isPresent()) {
            String problem =
                    behind.get() + " does not stream: " + at(behind.get()).problem();
            return Optional.of(hold(Reason.REPLICA_NOT_STREAMING, problem));
        }
        return told.members().size() < wish.instances()
                ? Optional.of(tell(told.with(freeName()), Reason.ADDING_INSTANCE, "an instance is added"))
                : Optional.empty();
    }

    /** A commit may have waited for this instance alone: others must have as much, and nobody wait for it any more. */
    private boolean mayGo(String name) {
        if (!wish.isSynchronous() || told.synchronous().isEmpty()) {
            return true;
        }
        var primary = at(told.primary());
        boolean waitedFor = told.synchronous().contains(name)
                || primary.role() == Role.SILENT
                || primary.data().synchronous().contains('"' + name + '"');
        long has = at(name).data().received();
        return !waitedFor && told.synchronous().stream().anyMatch(other -> has(other, has));
    }

    private boolean has(String instance, long position) {
        return at(instance).role() != Role.SILENT && at(instance).data().received() >= position;
    }

    private boolean odd(String instance) {
        return !told.members().contains(instance);
    }

    private String freeName() {
        int number = 1;
        while (told.members().contains(cluster + "-" + number)) {
            number++;
        }
        return cluster + "-" + number;
    }

    private List<String> standbys(String primary) {
        var replicas = told.members().stream().filter(name -> !name.equals(primary));
        return wish.isSynchronous() ? replicas.toList() : List.of();
    }

    private Optional<Decision> settings(String primary) {
        var wished = ParameterCheck.allowed(wish.settings());
        if (!wished.equals(told.parameters())) {
            return Optional.of(tell(told.tuned(wished), Reason.SETTING_PARAMETERS, "parameters are set"));
        }
        if (!told.members().stream().allMatch(name -> at(name).revision() >= told.revision())) {
            return Optional.of(hold(Reason.SETTING_PARAMETERS, "an instance has not been told yet"));
        }
        // the primary last
        String name = answers.values().stream()
                .filter(state -> state.data().pendingRestart())
                .map(InstanceState::name)
                .min(Comparator.comparing(primary::equals))
                .orElse("");
        if (name.equals(primary) && answers.values().stream().anyMatch(this::ready)) {
            return Optional.of(
                    tell(told.handedTo(""), Reason.SWITCHING_OVER, primary + " hands over, to be restarted"));
        }
        if (!name.equals(told.restart())) {
            return Optional.of(tell(told.restarting(name), Reason.RESTARTING_INSTANCE, name + " restarts"));
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(hold(Reason.RESTARTING_INSTANCE, name + " restarts"));
    }

    private boolean ready(InstanceState state) {
        var data = state.data();
        return state.replica() && data.streaming() && data.told() - data.received() <= SMALL_LAG;
    }

    private boolean ours(InstanceState state) {
        return state.data().system().equals(told.system());
    }

    private InstanceState at(String name) {
        return answers.getOrDefault(name, InstanceState.SILENT);
    }
}
