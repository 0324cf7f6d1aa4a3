package io.operatorlib;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;

/**
 * All that the engine needs of its surroundings: the two doors, and where its metrics go.
 *
 * @param meters the registry of this operator alone
 */
public record Ports(KubeApi kube, Scheduler scheduler, MeterRegistry meters) {
    public Ports(KubeApi kube, Scheduler scheduler) {
        this(kube, scheduler, new SimpleMeterRegistry());
    }
}
