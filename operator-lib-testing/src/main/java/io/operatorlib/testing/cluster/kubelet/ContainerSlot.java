package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One container of a pod's specification, through all its restarts.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *   Waiting ── started ──▶ Running ── exited ──▶ Ended ── started again, after its delay ──▶ Running
 *    ▲   │ cannot be started                       │
 *    └───┘                                         └── finished: not to be started again
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>The first restart comes at once; the following ones after a delay that doubles up to its limit, and begins
 *       anew when a run has lasted long enough.
 *   <li>A container that is being stopped is killed when its grace is over, and a shorter grace that is given later
 *       holds.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>Used by the kubelet's loop only.
 */
final class ContainerSlot {
    private final String name;
    private final JsonObject spec;
    private final boolean init;
    private final KubeletSettings settings;
    private final Map<Probe.Type, Probe> probes = new EnumMap<>(Probe.Type.class);

    private State state;
    private Optional<State.Ended> last = Optional.empty();
    private int restarts;
    private Duration delay = Duration.ZERO;
    private long notBeforeNanos;
    private OptionalLong killAtNanos = OptionalLong.empty();

    /** Where the container is. */
    sealed interface State {
        /** Not started yet, or could not be started again. */
        record Waiting(String reason, String message) implements State {}

        record Running(String id, Instant startedAt, long startedNanos) implements State {}

        record Ended(String id, Instant startedAt, Exit exit, String reason) implements State {}
    }

    ContainerSlot(JsonObject spec, boolean init, KubeletSettings settings, long nowNanos) {
        this.name = Json.text(spec, "name");
        this.spec = spec;
        this.init = init;
        this.settings = settings;
        this.state = new State.Waiting(init ? "PodInitializing" : "ContainerCreating", "");
        this.notBeforeNanos = nowNanos;
    }

    String name() {
        return name;
    }

    JsonObject spec() {
        return spec;
    }

    boolean init() {
        return init;
    }

    State state() {
        return state;
    }

    /** The run before the present state's, or the one that ended and is to be followed by another. */
    Optional<State.Ended> last() {
        return last;
    }

    int restarts() {
        return restarts;
    }

    long notBeforeNanos() {
        return notBeforeNanos;
    }

    Duration delay() {
        return delay;
    }

    boolean running() {
        return state instanceof State.Running;
    }

    /** Whether nothing but a probe comes due for it by itself. */
    boolean steady() {
        return init ? succeeded() : running() && killAtNanos().isEmpty();
    }

    /** Which number the next run has. */
    int nextAttempt() {
        return last.isPresent() || state instanceof State.Ended ? restarts + 1 : restarts;
    }

    /** Takes over what a kubelet before this one has left. */
    void recover(State found, Optional<State.Ended> lastRun, int restartCount) {
        state = found;
        last = lastRun;
        restarts = restartCount;
        if (found instanceof State.Running running) {
            beginProbes(running.startedNanos());
        }
    }

    void waiting(String reason, String message, long untilNanos) {
        if (state instanceof State.Ended ended) {
            last = Optional.of(ended);
        }
        state = new State.Waiting(reason, message);
        notBeforeNanos = untilNanos;
    }

    void started(String id, Instant at, long nowNanos) {
        int attempt = nextAttempt();
        if (state instanceof State.Ended ended) {
            last = Optional.of(ended);
        }
        if (last.isPresent()) {
            Duration doubled = delay.multipliedBy(2);
            Duration next = delay.isZero() ? settings.backoff() : doubled;
            delay = next.compareTo(settings.maxBackoff()) > 0 ? settings.maxBackoff() : next;
        }
        restarts = attempt;
        state = new State.Running(id, at, nowNanos);
        killAtNanos = OptionalLong.empty();
        beginProbes(nowNanos);
    }

    private void beginProbes(long nowNanos) {
        probes.clear();
        for (Probe.Type type : Probe.Type.values()) {
            if (!init && spec.has(type.field())) {
                boolean holds = type == Probe.Type.LIVENESS;
                probes.put(type, new Probe(Json.object(spec, type.field()), holds, nowNanos));
            }
        }
    }

    void ended(Exit exit, String reason, long nowNanos) {
        if (state instanceof State.Running running) {
            long ran = nowNanos - running.startedNanos();
            if (ran >= settings.backoffReset().toNanos()) {
                delay = Duration.ZERO;
            }
            state = new State.Ended(running.id(), running.startedAt(), exit, reason);
            notBeforeNanos = nowNanos + delay.toNanos();
            killAtNanos = OptionalLong.empty();
            probes.clear();
        }
    }

    /** Tells whether the container is never to be started again. */
    boolean finished(String restartPolicy) {
        if (!(state instanceof State.Ended ended)) {
            return false;
        }
        return switch (restartPolicy) {
            case "Never" -> true;
            case "OnFailure" -> ended.exit().success();
            default -> init && ended.exit().success();
        };
    }

    boolean succeeded() {
        return state instanceof State.Ended ended && ended.exit().success();
    }

    /** Sets when it is to be killed; tells whether it was not being stopped before. */
    boolean stopBy(long nanos) {
        boolean first = killAtNanos.isEmpty();
        killAtNanos = OptionalLong.of(first ? nanos : Math.min(nanos, killAtNanos.getAsLong()));
        return first;
    }

    OptionalLong killAtNanos() {
        return killAtNanos;
    }

    Map<Probe.Type, Probe> probes() {
        return probes;
    }

    /** Tells whether the container has got so far that the probes of readiness and liveness count. */
    boolean hasStarted() {
        Probe startup = probes.get(Probe.Type.STARTUP);
        return running() && (startup == null || startup.holds());
    }

    boolean ready() {
        if (init) {
            return succeeded();
        }
        Probe readiness = probes.get(Probe.Type.READINESS);
        return hasStarted() && (readiness == null || readiness.holds());
    }
}
