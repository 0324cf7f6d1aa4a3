package io.operatorlib.postgres;

import static io.operatorlib.postgres.Decision.hold;
import static io.operatorlib.postgres.Decision.tell;

import io.operatorlib.postgres.Decision.Create;
import io.operatorlib.postgres.Decision.Delete;
import io.operatorlib.postgres.Decision.Reason;
import io.operatorlib.postgres.InstanceState.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
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
 *   <li>Where commits wait for a replica, all for which they may have waited are heard before one is chosen.
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

    private static final Comparator<InstanceState> BY_PROGRESS = Comparator.<InstanceState>comparingInt(
                    state -> state.data().timeline())
            .thenComparingLong(state -> state.data().received());

    private final Wish wish;
    private final Designation told;
    private final Map<String, Boolean> pods;
    private final SortedMap<String, InstanceState> answers;

    /**
     * What is wished.
     *
     * @param preferred the instance that is to be primary; empty for any
     */
    record Wish(
            String cluster,
            int instances,
            boolean synchronous,
            Map<String, String> parameters,
            String preferred,
            long maximumLag) {}

    /**
     * A planner of one decision.
     *
     * @param pods by instance; whether each is being deleted
     */
    Planner(Wish wish, Designation told, Map<String, Boolean> pods, Instances instances) {
        this.wish = wish;
        this.told = told;
        this.pods = pods;
        this.answers = instances.answers();
    }

    Decision decide() {
        String primary = told.primary();
        if (told.system().isEmpty()) {
            return begin(primary);
        }
        if (primary.isEmpty()) {
            return elect("the primary has handed over");
        }
        var lost = lost(primary);
        if (lost.isPresent()) {
            return pods.containsKey(primary) || !eligible().isEmpty()
                    ? elect(lost.get())
                    : new Decision(new Create(primary), Reason.PRIMARY_LOST, lost.get());
        }
        return answer(primary).filter(InstanceState::primary).isPresent()
                ? Stream.of(standbys(), members(), settings(), restarts(primary), preference(primary))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElseGet(() -> hold(Reason.ALL_SERVING, "all instances serve"))
                : hold(Reason.PRIMARY_STARTING, primary + " is to be the primary, and is not yet");
    }

    private Decision begin(String first) {
        if (!pods.containsKey(first)) {
            return new Decision(new Create(first), Reason.BOOTSTRAPPING, "the first instance is made");
        }
        return answer(first)
                .filter(state -> state.primary() && !state.data().system().isEmpty())
                .map(state -> tell(told.of(state.data().system()), Reason.BOOTSTRAPPING, "the data was made"))
                .orElseGet(() -> hold(Reason.BOOTSTRAPPING, first + " makes the data"));
    }

    // ---- who is the primary ----

    /** Why the primary is no more, or will never be again; empty while there is hope. */
    private Optional<String> lost(String primary) {
        Boolean leaving = pods.get(primary);
        if (leaving == null || leaving) {
            return Optional.of("the pod of " + primary + " is " + (leaving == null ? "gone" : "being deleted"));
        }
        var answer = answer(primary);
        if (answer.isEmpty()) {
            return answers.values().stream().anyMatch(state -> state.replica() && state.leaseFree())
                    ? Optional.of(primary + " does not answer, and its Lease ran out")
                    : Optional.empty();
        }
        return answer.filter(state -> !state.fit()).map(state -> primary + ": " + state.problem());
    }

    private List<InstanceState> eligible() {
        return answers.values().stream()
                .filter(state -> state.replica() && state.leaseFree() && ours(state))
                .sorted(BY_PROGRESS.reversed())
                .toList();
    }

    private Decision elect(String why) {
        var candidates = eligible();
        if (candidates.isEmpty()) {
            return nobody(why);
        }
        var best = candidates.get(0);
        // one that is to go may still be the only one to have a commit that waited for it
        var silent = Stream.concat(
                        told.synchronous().stream(), pods.keySet().stream().filter(this::odd))
                .filter(name -> mayHaveMore(name, best))
                .toList();
        if (wish.synchronous() && !silent.isEmpty()) {
            return hold(
                    Reason.STANDBY_SILENT,
                    why + "; " + String.join(", ", silent)
                            + " may have what no other replica has: it has to come back, or synchronous be given up");
        }
        if (answers.values().stream().anyMatch(state -> worthWaitingFor(state, best))) {
            return hold(Reason.PRIMARY_LOST, why + "; a replica has not found the Lease free yet");
        }
        long lag = known(best.data().timeline()) - best.data().received();
        if (lag > wish.maximumLag()) {
            return hold(
                    Reason.REPLICAS_LAG,
                    why + "; the best replica, " + best.name() + ", lacks " + lag
                            + " bytes, more than maximumLagBytes");
        }
        var chosen = candidates.stream()
                .filter(state -> BY_PROGRESS.compare(state, best) == 0)
                .filter(state ->
                        state.name().equals(wish.preferred()) || !state.data().pendingRestart())
                .min(Comparator.comparing(state -> !state.name().equals(wish.preferred())))
                .orElse(best);
        return tell(
                told.succeededBy(chosen.name(), chosen.term()).waitingFor(standbys(chosen.name())),
                Reason.PRIMARY_LOST,
                why + "; " + chosen.name() + " is to be the primary");
    }

    /** It does not answer, or does not run; one that has no data, or that of an earlier timeline, has nothing to wait for. */
    private boolean mayHaveMore(String instance, InstanceState best) {
        return answer(instance)
                .map(state -> state.role() == Role.STOPPED
                        && (state.data().timeline() == 0
                                || state.data().timeline() >= best.data().timeline()))
                .orElse(true);
    }

    /** It is to take over, or has more; and it will soon have looked at the Lease. */
    private boolean worthWaitingFor(InstanceState state, InstanceState best) {
        boolean wished = told.primary().isEmpty() && state.name().equals(wish.preferred());
        boolean ahead = state.revision() >= told.revision() && BY_PROGRESS.compare(state, best) > 0;
        return state.replica() && ours(state) && !state.leaseFree() && (wished || ahead);
    }

    /** How far the log of a timeline is known to go. */
    private long known(int timeline) {
        return answers.values().stream()
                .filter(state -> ours(state) && state.data().timeline() == timeline)
                .mapToLong(
                        state -> Math.max(state.data().received(), state.data().told()))
                .max()
                .orElse(0);
    }

    private Decision nobody(String why) {
        var former = answers.values().stream()
                .filter(state -> state.role() == Role.STOPPED && ours(state) && state.epoch() == told.epoch())
                .filter(InstanceState::leaseFree)
                .findFirst();
        if (told.primary().isEmpty() && former.isPresent()) {
            return tell(told.resumedBy(former.get().name()), Reason.PRIMARY_LOST, "no replica can take over");
        }
        var missing =
                told.members().stream().filter(name -> !pods.containsKey(name)).findFirst();
        if (missing.isPresent()) {
            return new Decision(new Create(missing.get()), Reason.PRIMARY_LOST, why);
        }
        boolean empty = told.members().stream()
                .allMatch(name ->
                        answer(name).filter(state -> state.role() == Role.EMPTY).isPresent());
        return empty
                ? hold(Reason.DATA_LOST, "no instance has the cluster's data any more: restore a backup elsewhere")
                : hold(Reason.PRIMARY_LOST, why + "; waiting for a replica that finds the Lease free");
    }

    private Optional<Decision> preference(String primary) {
        return answer(wish.preferred())
                .filter(state -> !state.name().equals(primary) && ready(state))
                .map(state -> tell(told.vacant(), Reason.SWITCHING_OVER, primary + " hands over to " + state.name()));
    }

    // ---- who belongs to the cluster ----

    private Optional<Decision> members() {
        var odd = pods.keySet().stream().filter(this::odd).findFirst();
        if (odd.isPresent()) {
            return Boolean.TRUE.equals(pods.get(odd.get())) || !mayGo(odd.get())
                    ? Optional.of(hold(Reason.REMOVING_INSTANCE, odd.get() + " goes"))
                    : Optional.of(
                            new Decision(new Delete(odd.get()), Reason.REMOVING_INSTANCE, odd.get() + " is to go"));
        }
        for (String name : told.members()) {
            if (!pods.containsKey(name)) {
                return Optional.of(new Decision(new Create(name), Reason.ADDING_INSTANCE, name + " is made"));
            }
        }
        if (told.members().size() > wish.instances()) {
            String last = told.members().stream()
                    .filter(name -> !name.equals(told.primary()))
                    .max(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            return Optional.of(tell(told.without(last), Reason.REMOVING_INSTANCE, last + " is to go"));
        }
        var behind = told.members().stream()
                .filter(name -> !name.equals(told.primary()))
                .filter(name ->
                        answer(name).filter(state -> state.data().streaming()).isEmpty())
                .findFirst();
        if (behind.isPresent()) {
            String problem = answer(behind.get()).map(InstanceState::problem).orElse("it does not answer");
            return Optional.of(hold(Reason.REPLICA_NOT_STREAMING, behind.get() + " does not stream: " + problem));
        }
        return told.members().size() < wish.instances()
                ? Optional.of(tell(told.with(freeName()), Reason.ADDING_INSTANCE, "an instance is added"))
                : Optional.empty();
    }

    /** A commit may have waited for this instance alone: others must have as much, and nobody wait for it any more. */
    private boolean mayGo(String name) {
        if (!wish.synchronous() || told.synchronous().isEmpty()) {
            return true;
        }
        boolean waitedFor = told.synchronous().contains(name)
                || answer(told.primary())
                        .filter(state -> !state.data().synchronous().contains('"' + name + '"'))
                        .isEmpty();
        long has = answer(name).map(state -> state.data().received()).orElse(0L);
        return !waitedFor
                && told.synchronous().stream()
                        .anyMatch(other -> answer(other)
                                .filter(state -> state.data().received() >= has)
                                .isPresent());
    }

    private boolean odd(String instance) {
        return !told.members().contains(instance);
    }

    private String freeName() {
        return IntStream.rangeClosed(1, told.members().size() + 1)
                .mapToObj(number -> wish.cluster() + "-" + number)
                .filter(name -> !told.members().contains(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- under which settings ----

    private Optional<Decision> standbys() {
        var standbys = standbys(told.primary());
        return standbys.equals(told.synchronous())
                ? Optional.empty()
                : Optional.of(
                        tell(told.waitingFor(standbys), Reason.SETTING_PARAMETERS, "commits wait for " + standbys));
    }

    private Optional<Decision> settings() {
        return wish.parameters().equals(told.parameters())
                ? Optional.empty()
                : Optional.of(tell(told.tuned(wish.parameters()), Reason.SETTING_PARAMETERS, "parameters are set"));
    }

    private List<String> standbys(String primary) {
        return wish.synchronous()
                ? told.members().stream().filter(name -> !name.equals(primary)).toList()
                : List.of();
    }

    private Optional<Decision> restarts(String primary) {
        boolean heard = told.members().stream()
                .allMatch(name -> answer(name)
                        .filter(state -> state.revision() >= told.revision())
                        .isPresent());
        if (!heard) {
            return Optional.of(hold(Reason.SETTING_PARAMETERS, "an instance has not been told yet"));
        }
        var waiting = answers.values().stream()
                .filter(state -> state.data().pendingRestart())
                .toList();
        var next =
                waiting.stream().filter(state -> !state.name().equals(primary)).findFirst();
        if (next.isEmpty() && !waiting.isEmpty() && answers.values().stream().anyMatch(this::ready)) {
            return Optional.of(tell(told.vacant(), Reason.SWITCHING_OVER, primary + " hands over, to be restarted"));
        }
        String name = next.or(() -> waiting.stream().findFirst())
                .map(InstanceState::name)
                .orElse("");
        if (name.equals(told.restart())) {
            return name.isEmpty()
                    ? Optional.empty()
                    : Optional.of(hold(Reason.RESTARTING_INSTANCE, name + " restarts"));
        }
        return Optional.of(tell(told.restarting(name), Reason.RESTARTING_INSTANCE, name + " restarts"));
    }

    private boolean ready(InstanceState state) {
        return state.replica()
                && state.data().streaming()
                && state.data().told() - state.data().received() <= SMALL_LAG;
    }

    private boolean ours(InstanceState state) {
        return state.data().system().equals(told.system());
    }

    private Optional<InstanceState> answer(String name) {
        return Optional.ofNullable(answers.get(name));
    }
}
