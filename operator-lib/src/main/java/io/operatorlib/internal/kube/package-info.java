/**
 * Kubernetes' API as methods: {@link io.operatorlib.internal.kube.KubeClient} speaks it through the door, and
 * {@link io.operatorlib.internal.kube.ClientJavaKubeApi} is the door that leads to a real server.
 */
@NullMarked
package io.operatorlib.internal.kube;

import org.jspecify.annotations.NullMarked;
