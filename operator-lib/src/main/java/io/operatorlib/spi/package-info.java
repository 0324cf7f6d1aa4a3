/**
 * The two doors: {@link io.operatorlib.spi.KubeApi}, through which every exchange with Kubernetes goes, and
 * {@link io.operatorlib.spi.Scheduler}, through which all time, waiting, threads and randomness go. What stands behind
 * the doors decides whether an operator runs for real or in a deterministic simulation.
 */
@NullMarked
package io.operatorlib.spi;

import org.jspecify.annotations.NullMarked;
