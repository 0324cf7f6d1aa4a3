package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.spi.Tracing;

/** What all the loops of an operator share. */
record LoopParts(
        String operator,
        Scheduler scheduler,
        KubeClient client,
        Codec codec,
        Caches caches,
        Settled settled,
        EventRecorder events,
        Fence fence,
        MeterRegistry meters,
        Tracing tracing) {}
