package io.operatorlib.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;

class OpenTelemetryTracingTest {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private final OpenTelemetryTracing tracing = OpenTelemetryTracing.to(telemetry);

    private SpanData span(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aReconcileIsASpanAndEachOfItsPartsOneBelowIt() {
        var trace = tracing.reconcile("greeting", "default", "hello");
        trace.part("Observe");
        trace.part("Apply ConfigMap page");
        Span current = Span.current();
        trace.end("done", "");

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("Observe", "Apply ConfigMap page", "reconcile greeting");
        SpanData whole = span("reconcile greeting");
        assertThat(span("Observe").getParentSpanId()).isEqualTo(whole.getSpanId());
        assertThat(current.getSpanContext().getSpanId())
                .isEqualTo(span("Apply ConfigMap page").getSpanId());
        assertThat(whole.getAttributes().asMap().toString()).contains("default", "hello", "done");
        assertThat(Span.current()).as("nothing is left behind in the thread").isEqualTo(Span.getInvalid());
    }

    @Test
    void oneThatFailedSaysWhy() {
        var trace = tracing.reconcile("greeting", "", "hello");
        trace.part("Plan");
        trace.end("failed", "Plan: IllegalStateException: thrown");

        assertThat(span("reconcile greeting").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("reconcile greeting").getStatus().getDescription()).contains("IllegalStateException: thrown");
        assertThat(span("Plan").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }
}
