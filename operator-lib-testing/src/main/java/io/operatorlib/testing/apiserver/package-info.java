/**
 * An API server inside the JVM: one revisioned store with the verbs, patches, watches and rules of a Kubernetes API
 * server. What it does not support it refuses with an error that names it.
 */
@NullMarked
package io.operatorlib.testing.apiserver;

import org.jspecify.annotations.NullMarked;
