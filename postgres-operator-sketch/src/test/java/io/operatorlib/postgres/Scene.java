package io.operatorlib.postgres;

import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.InstanceState.Role;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A cluster as the planner sees it, for tests: three instances of which the first is the primary, and all is well. */
final class Scene {
    static final String SYSTEM = "7001";
    static final long POSITION = 100L << 20;

    private final Map<String, Boolean> pods = new TreeMap<>();
    private final SortedMap<String, InstanceState> answers = new TreeMap<>();
    private Designation told =
            Designation.first("db-1", Map.of()).of(SYSTEM).with("db-2").with("db-3");
    private PostgresSpec wish = spec(3, false, Map.of(), null);

    Scene() {
        for (String name : List.of("db-1", "db-2", "db-3")) {
            pods.put(name, false);
            answers.put(name, state(name, name.equals("db-1") ? Role.PRIMARY : Role.REPLICA));
        }
    }

    private static InstanceState state(String name, Role role) {
        boolean replica = role == Role.REPLICA;
        var data = new Data(replica, SYSTEM, 1, POSITION, replica ? POSITION : 0, replica, false, "");
        return new InstanceState(name, role, data, false, 1, Long.MAX_VALUE, 1, true, "");
    }

    Scene wish(UnaryOperator<PostgresSpec> change) {
        wish = change.apply(wish);
        return this;
    }

    Scene told(UnaryOperator<Designation> change) {
        told = change.apply(told);
        return this;
    }

    Scene pod(String name, boolean leaving) {
        pods.put(name, leaving);
        return this;
    }

    Scene withoutPod(String name) {
        pods.remove(name);
        answers.remove(name);
        return this;
    }

    Scene silent(String name) {
        answers.remove(name);
        return this;
    }

    Scene answer(String name, UnaryOperator<InstanceState> change) {
        answers.put(name, change.apply(answers.getOrDefault(name, state(name, Role.REPLICA))));
        return this;
    }

    /** All who answer find the Lease free. */
    Scene leaseFree() {
        answers.replaceAll((name, state) -> free(state));
        return this;
    }

    static InstanceState free(InstanceState s) {
        return new InstanceState(s.name(), s.role(), s.data(), true, s.term(), s.revision(), s.epoch(), s.fit(), "");
    }

    static InstanceState as(InstanceState s, Role role) {
        return new InstanceState(
                s.name(), role, s.data().stopped(), s.leaseFree(), s.term(), s.revision(), s.epoch(), s.fit(), "");
    }

    /** It knows an earlier designation only. */
    static InstanceState cutOff(InstanceState s) {
        return new InstanceState(
                s.name(), s.role(), s.data(), s.leaseFree(), s.term(), 0, s.epoch(), s.fit(), s.problem());
    }

    static InstanceState unfit(InstanceState s, String problem) {
        return new InstanceState(
                s.name(), s.role(), s.data(), s.leaseFree(), s.term(), s.revision(), s.epoch(), false, problem);
    }

    private static InstanceState with(InstanceState s, Data data) {
        return new InstanceState(
                s.name(), s.role(), data, s.leaseFree(), s.term(), s.revision(), s.epoch(), s.fit(), s.problem());
    }

    static InstanceState at(InstanceState s, int timeline, long received, long told) {
        var d = s.data();
        return with(s, data(d, timeline, received, told, d.pendingRestart(), d.synchronous()));
    }

    static InstanceState pending(InstanceState s) {
        var d = s.data();
        return with(s, data(d, d.timeline(), d.received(), d.told(), true, d.synchronous()));
    }

    static InstanceState waitingFor(InstanceState s, String synchronous) {
        var d = s.data();
        return with(s, data(d, d.timeline(), d.received(), d.told(), d.pendingRestart(), synchronous));
    }

    private static Data data(Data d, int timeline, long received, long told, boolean pending, String synchronous) {
        return new Data(d.recovering(), d.system(), timeline, received, told, d.streaming(), pending, synchronous);
    }

    /** The designation with an instance for its primary, as it is at first. */
    static UnaryOperator<Designation> succeededBy(String name, int timeline, long received) {
        return told -> told.succeededBy(at(state(name, Role.REPLICA), timeline, received, received));
    }

    private static PostgresSpec spec(
            int instances, boolean synchronous, Map<String, String> parameters, @Nullable String preferred) {
        var failover = new PostgresSpec.Failover(null, 1L << 20);
        return new PostgresSpec(instances, null, null, parameters, synchronous, preferred, failover, null);
    }

    static UnaryOperator<PostgresSpec> instances(int number) {
        return w -> spec(number, w.isSynchronous(), w.settings(), w.primary());
    }

    static UnaryOperator<PostgresSpec> synchronous() {
        return w -> spec(w.instances(), true, w.settings(), w.primary());
    }

    static UnaryOperator<PostgresSpec> parameters(Map<String, String> parameters) {
        return w -> spec(w.instances(), w.isSynchronous(), parameters, w.primary());
    }

    static UnaryOperator<PostgresSpec> preferred(String name) {
        return w -> spec(w.instances(), w.isSynchronous(), w.settings(), name);
    }

    Decision decide() {
        return new Planner("db", wish, told, pods, new Instances(answers)).decide();
    }

    /** What the planner has told after its decision; null where it told nothing. */
    Designation tells() {
        return ((Decision.Tell) decide().move()).designation();
    }
}
