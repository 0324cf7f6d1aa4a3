/**
 * The local cluster: a Kubernetes cluster of one node in one program, without containers. An API server, the
 * controllers that a cluster has by itself, and a kubelet that runs pods as processes.
 */
@NullMarked
package io.operatorlib.testing.cluster;

import org.jspecify.annotations.NullMarked;
