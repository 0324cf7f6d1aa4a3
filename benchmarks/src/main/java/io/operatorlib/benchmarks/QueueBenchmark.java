package io.operatorlib.benchmarks;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.queue.Backoff;
import io.operatorlib.internal.queue.Priority;
import io.operatorlib.internal.queue.QueueMetrics;
import io.operatorlib.internal.queue.WorkQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Add, take and give back of a thousand keys: ours with priorities, and client-java-extended's. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QueueBenchmark {
    private static final int KEYS = 1_000;

    private final String[] keys = new String[KEYS];
    private final WorkQueue<String> ours = new WorkQueue<>(new RealScheduler(), Backoff.RECONCILE, QueueMetrics.NONE);
    private final io.kubernetes.client.extended.workqueue.DefaultWorkQueue<String> theirs =
            new io.kubernetes.client.extended.workqueue.DefaultWorkQueue<>();

    public QueueBenchmark() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "default/key-" + i;
        }
    }

    @Benchmark
    public void operatorLib() throws InterruptedException {
        for (int i = 0; i < KEYS; i++) {
            ours.add(keys[i], i % 2 == 0 ? Priority.NORMAL : Priority.LOW);
        }
        for (int i = 0; i < KEYS; i++) {
            ours.done(ours.take().orElseThrow());
        }
    }

    @Benchmark
    public void clientJavaExtended() throws InterruptedException {
        for (int i = 0; i < KEYS; i++) {
            theirs.add(keys[i]);
        }
        for (int i = 0; i < KEYS; i++) {
            theirs.done(theirs.get());
        }
    }

    public static void main(String[] args) throws Exception {
        org.openjdk.jmh.Main.main(new String[] {QueueBenchmark.class.getSimpleName()});
    }
}
