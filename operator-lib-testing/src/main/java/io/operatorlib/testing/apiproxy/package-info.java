/**
 * Faults between a program and a Kubernetes API server that both are real: a proxy that stands between them, knows what
 * each request asks for, and does to it what a rule says.
 */
@NullMarked
package io.operatorlib.testing.apiproxy;

import org.jspecify.annotations.NullMarked;
