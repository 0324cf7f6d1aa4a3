package io.operatorlib.testing.crd;

import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;

/** Waits until objects of a kind can be had: a server that has established a definition may need a moment more. */
final class Served {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(50);

    private Served() {}

    static void await(KubeApi api, KindRef kind, Scheduler scheduler) throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                new KubeClient(api).version(ListQuery.all(kind));
                return;
            } catch (ApiException e) {
                if (scheduler.nanoTime() - end > 0) {
                    throw e;
                }
                scheduler.sleep(POLL);
            }
        }
    }
}
