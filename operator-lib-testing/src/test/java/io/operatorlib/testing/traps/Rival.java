package io.operatorlib.testing.traps;

import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.Lock;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.openapi.ApiClient;
import io.operatorlib.Ports;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A candidate for the Lease {@code default/work}, of theirs or of ours, whose work takes as long as it is told to. */
abstract class Rival {
    final Wire wire = new Wire();
    private final Duration workGoesOn;
    final AtomicInteger began = new AtomicInteger();
    volatile long workBegan;
    volatile long workEnded;
    volatile long toldToEnd;
    volatile boolean working;

    /** @param workGoesOn for how long the work goes on after it was told to end */
    Rival(Duration workGoesOn) {
        this.workGoesOn = workGoesOn;
    }

    /** Asks it to stop, and tells whether it has within that time. */
    abstract boolean stop(Duration atMost);

    ApiClient client(TrapServer server) {
        ApiClient client = server.client();
        client.setHttpClient(
                client.getHttpClient().newBuilder().addInterceptor(wire).build());
        return client;
    }

    void begin() {
        workBegan = System.nanoTime();
        working = true;
        began.incrementAndGet();
    }

    void told() {
        toldToEnd = System.nanoTime();
    }

    void finish() {
        TrapServer.pass(workGoesOn);
        workEnded = System.nanoTime();
        working = false;
    }

    boolean leads() {
        return TrapServer.comes(() -> working);
    }

    /** How long both worked, one after the other was to have ended. */
    static Duration overlap(Rival before, Rival after) {
        return Duration.ofNanos(before.workEnded - after.workBegan);
    }

    static String words(Duration overlap) {
        return overlap.isNegative() ? "no overlap" : overlap.toMillis() + " ms of two at work";
    }

    /** The other library's elector. Its work runs in the start hook, until the stop hook. */
    static final class Theirs extends Rival {
        private final LeaderElector elector;
        private final Thread thread;
        final AtomicInteger stopHooks = new AtomicInteger();
        volatile long returned;
        private volatile boolean stopped;

        Theirs(TrapServer server, String name, Duration lease, Duration workGoesOn) {
            this(server, name, lease, workGoesOn, lock -> lock);
        }

        Theirs(TrapServer server, String name, Duration lease, Duration workGoesOn, UnaryOperator<Lock> around) {
            super(workGoesOn);
            var lock = around.apply(new LeaseLock("default", "work", name, client(server)));
            elector = new LeaderElector(
                    new LeaderElectionConfig(lock, lease, lease.multipliedBy(2).dividedBy(3), lease.dividedBy(6)));
            thread = new Thread(this::run, "theirs-" + name);
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            elector.run(this::work, () -> {
                stopHooks.incrementAndGet();
                told();
                stopped = true;
            });
            returned = System.nanoTime();
        }

        private void work() {
            begin();
            while (!stopped) {
                try {
                    new RealScheduler().sleep(Duration.ofMillis(2));
                } catch (InterruptedException e) {
                    break; // it interrupts its hooks when it ends
                }
            }
            var unused = Thread.interrupted();
            finish();
        }

        @Override
        boolean stop(Duration atMost) {
            var closer = new Thread(elector::close, "closer");
            closer.setDaemon(true);
            closer.start();
            return TrapServer.comes(() -> !thread.isAlive(), atMost);
        }

        boolean over() {
            return !thread.isAlive();
        }

        void interrupt() {
            thread.interrupt();
        }
    }

    /** Our elector. */
    static final class Ours extends Rival {
        final Elector elector;
        volatile @Nullable RuntimeException next;

        Ours(TrapServer server, String name, Duration lease, Duration workGoesOn) {
            super(workGoesOn);
            var door = new ClientJavaKubeApi(client(server));
            elector = Elector.start(
                    LeaderElection.lease("work").in("default").as(name).lasting(lease),
                    new Ports(new Stumbling(door, this), new RealScheduler()),
                    leadership -> {
                        begin();
                        try {
                            new RealScheduler().sleep(Duration.ofDays(1));
                        } finally {
                            told();
                            finish();
                        }
                    });
        }

        @Override
        boolean stop(Duration atMost) {
            try {
                return elector.stop(atMost);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
