/**
 * Containers as processes: each in mount and PID namespaces of its own, on the machine's own programs, without images,
 * without a daemon.
 */
@NullMarked
package io.operatorlib.testing.cluster.process;

import org.jspecify.annotations.NullMarked;
