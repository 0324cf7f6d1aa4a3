package io.operatorlib.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells the driver how long after the JVM's start the first reconcile began. */
final class FirstReconcile {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private FirstReconcile() {}

    static void tell() {
        if (!TOLD.get() && TOLD.compareAndSet(false, true)) {
            System.out.println(
                    "first reconcile " + ManagementFactory.getRuntimeMXBean().getUptime());
        }
    }
}
