package io.operatorlib;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.spi.Tracing;

/**
 * All that the engine needs of its surroundings: the two doors, and where its metrics and traces go.
 *
 * @param meters the registry of this operator alone
 */
public record Ports(KubeApi kube, Scheduler scheduler, MeterRegistry meters, Tracing tracing) {
    public Ports(KubeApi kube, Scheduler scheduler, MeterRegistry meters) {
        this(kube, scheduler, meters, Tracing.NONE);
    }

    public Ports(KubeApi kube, Scheduler scheduler) {
        this(kube, scheduler, new SimpleMeterRegistry());
    }
}
