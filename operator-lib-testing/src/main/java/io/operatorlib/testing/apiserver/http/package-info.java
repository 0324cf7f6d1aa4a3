/**
 * The HTTPS face of the in-JVM API server: the same server, reached over TLS on loopback by {@code kubectl}, by
 * client-java and by any other Kubernetes client, with certificates, tokens, discovery and a kubeconfig.
 */
@NullMarked
package io.operatorlib.testing.apiserver.http;

import org.jspecify.annotations.NullMarked;
