package io.operatorlib.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.operatorlib.spi.Tracing;

/**
 * Tells OpenTelemetry of each reconcile. The span of a step is the current one while it runs, so that those of an
 * instrumented HTTP client come below it.
 *
 * <p><b>Limits.</b> A reconcile that hangs, or that a stop interrupts, leaves a span that does not end.
 */
public final class OpenTelemetryTracing implements Tracing {
    private static final AttributeKey<String> CONTROLLER = AttributeKey.stringKey("operatorlib.controller");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("operatorlib.outcome");
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("operatorlib.resource.name");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("k8s.namespace.name");

    private final Tracer tracer;

    private OpenTelemetryTracing(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Traces to an instance, for example {@code GlobalOpenTelemetry.get()}. */
    public static OpenTelemetryTracing to(OpenTelemetry telemetry) {
        return new OpenTelemetryTracing(telemetry.getTracer("io.operatorlib"));
    }

    @Override
    public Trace reconcile(String controller, String namespace, String name) {
        Span span = tracer.spanBuilder("reconcile " + controller)
                .setNoParent()
                .setAttribute(CONTROLLER, controller)
                .setAttribute(NAME, name)
                .startSpan();
        if (!namespace.isEmpty()) {
            span.setAttribute(NAMESPACE, namespace);
        }
        return new Reconcile(tracer, span);
    }

    @SuppressWarnings("MustBeClosedChecker") // a part's scope is closed when the next begins
    private static final class Reconcile implements Trace {
        private final Tracer tracer;
        private final Span span;
        private final Scope scope;
        private Span part = Span.getInvalid();
        private Scope partScope = Scope.noop();

        Reconcile(Tracer tracer, Span span) {
            this.tracer = tracer;
            this.span = span;
            this.scope = span.makeCurrent();
        }

        @Override
        public void part(String what) {
            endPart();
            part = tracer.spanBuilder(what)
                    .setParent(Context.current().with(span))
                    .startSpan();
            partScope = part.makeCurrent();
        }

        private void endPart() {
            partScope.close();
            part.end();
        }

        @Override
        public void end(String outcome, String problem) {
            endPart();
            if (!problem.isEmpty()) {
                span.setStatus(StatusCode.ERROR, problem);
            }
            span.setAttribute(OUTCOME, outcome);
            scope.close();
            span.end();
        }
    }
}
