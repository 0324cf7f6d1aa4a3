package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import io.operatorlib.spi.Tracing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A trace that harms nobody: what goes wrong in the hook is logged, and the reconcile goes on untraced. */
final class GuardedTrace implements Tracing.Trace {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedTrace.class);

    private Tracing.Trace trace;

    private GuardedTrace(Tracing.Trace trace) {
        this.trace = trace;
    }

    static Tracing.Trace begin(Tracing tracing, String controller, ResourceKey key) {
        if (tracing == Tracing.NONE) {
            return Tracing.Trace.NONE;
        }
        var guarded = new GuardedTrace(Tracing.Trace.NONE);
        guarded.call(() -> guarded.trace = tracing.reconcile(controller, key.namespace(), key.name()));
        return guarded;
    }

    @Override
    public void part(String what) {
        call(() -> trace.part(what));
    }

    @Override
    public void end(String outcome, String problem) {
        call(() -> trace.end(outcome, problem));
    }

    private void call(Runnable hook) {
        try {
            hook.run();
        } catch (RuntimeException e) {
            trace = Tracing.Trace.NONE;
            LOG.warn("the tracing hook failed", e);
        }
    }
}
