/**
 * The CustomResourceDefinition of a kind: {@link io.operatorlib.crd.Crd} makes it from the kind's types and from the
 * annotations of this package, and the operator applies it when it starts.
 */
@NullMarked
package io.operatorlib.crd;

import org.jspecify.annotations.NullMarked;
