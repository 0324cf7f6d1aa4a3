/**
 * A contract: what a real server answered, word for word, and what every double of it must answer too. The answers were
 * recorded from kube-apiserver; see {@link io.operatorlib.testing.contract.KubeApiContract}.
 */
@NullMarked
package io.operatorlib.testing.contract;

import org.jspecify.annotations.NullMarked;
