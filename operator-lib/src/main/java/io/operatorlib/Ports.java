package io.operatorlib;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.operatorlib.internal.RealScheduler;
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

    /**
     * The ports of a program of its own: the cluster that {@link KubeApis#fromEnvironment} finds, and the machine's own
     * time, threads and randomness.
     */
    public static Ports fromEnvironment() {
        return new Ports(KubeApis.fromEnvironment(), new RealScheduler());
    }

    public Ports(KubeApi kube, Scheduler scheduler) {
        this(kube, scheduler, new SimpleMeterRegistry());
    }
}
