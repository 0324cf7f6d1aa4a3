/**
 * The kubelet: what makes pods that are bound to a node run there, and reports how they are. It is a client of any API
 * server and knows of processes only what its {@link io.operatorlib.testing.cluster.kubelet.ContainerRuntime} tells it.
 */
@NullMarked
package io.operatorlib.testing.cluster.kubelet;

import org.jspecify.annotations.NullMarked;
