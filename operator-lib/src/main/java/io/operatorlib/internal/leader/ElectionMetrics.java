package io.operatorlib.internal.leader;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.operatorlib.leader.ElectionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The metrics of one election; the first bears the name that client-go gave it. */
final class ElectionMetrics {
    private final MeterRegistry meters;
    private final String lease;
    private final Counter transitions;
    private final List<Gauge> gauges = new ArrayList<>();

    ElectionMetrics(MeterRegistry meters, String lease, Supplier<ElectionStatus> status) {
        this.meters = meters;
        this.lease = lease;
        this.transitions = Counter.builder("leader.election.transitions")
                .tag("name", lease)
                .register(meters);
        gauge("leader.election.master.status", () -> status.get().leads() ? 1 : 0);
        gauge("leader.election.term", () -> status.get().term());
        gauge("leader.election.seconds.left", () -> status.get().remaining().toMillis() / 1000.0);
    }

    private void gauge(String name, Supplier<Number> value) {
        gauges.add(Gauge.builder(name, value).tag("name", lease).register(meters));
    }

    void began() {
        transitions.increment();
    }

    long transitions() {
        return (long) transitions.count();
    }

    void close() {
        gauges.forEach(meters::remove);
    }
}
