/**
 * Traces of OpenTelemetry: each reconcile a span, each of its steps a span below it. Optional: who does not use it needs
 * no OpenTelemetry on the class path.
 */
@NullMarked
package io.operatorlib.tracing;

import org.jspecify.annotations.NullMarked;
