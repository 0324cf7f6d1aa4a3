/** The operator's HTTP server: its health, for the kubelet, and its metrics. */
@NullMarked
package io.operatorlib.internal.http;

import org.jspecify.annotations.NullMarked;
