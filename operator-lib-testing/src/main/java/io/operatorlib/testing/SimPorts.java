package io.operatorlib.testing;

import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The ports of one {@link Incarnation} of a simulated program: its door to Kubernetes, its door to time and threads,
 * and the means to make a door to anything else. Adapters of other systems put every call through {@link #call} or
 * {@link #effect}.
 */
public final class SimPorts {
    private final Kernel kernel;
    private final Incarnation incarnation;
    private final KubeApi kubeApi;
    private final Effects effects;

    SimPorts(
            Kernel kernel,
            Incarnation incarnation,
            Supplier<KubeApi> kubeApi,
            Effects effects,
            Optional<Sights> sights,
            Network network) {
        this.kernel = kernel;
        this.incarnation = incarnation;
        this.effects = effects;
        this.kubeApi = new SimKubeApi(kernel, incarnation, kubeApi, effects, sights, network);
    }

    public KubeApi kubeApi() {
        return kubeApi;
    }

    public Scheduler scheduler() {
        return incarnation.scheduler();
    }

    /** Which life of the program this is, for example {@code operator-2}. */
    public String incarnation() {
        return incarnation.name();
    }

    /** A call that changes nothing: others have their turn first. */
    public <R> R call(String what, Supplier<R> body) {
        kernel.enter(incarnation);
        kernel.pass();
        kernel.log(what, 0);
        return body.get();
    }

    /**
     * A call that may change something: others have their turn first; then it takes place, unless the run has a crash
     * point here.
     *
     * @param noReply makes the exception by which the caller learns that it will never know
     */
    public <R> R effect(String what, Supplier<R> body, Supplier<? extends RuntimeException> noReply) {
        kernel.enter(incarnation);
        effects.tries(what);
        kernel.pass();
        return effects.act(incarnation, what, body, noReply);
    }
}
