/**
 * What an operator's author meets: a {@link io.operatorlib.Kind} of resource, what is
 * {@link io.operatorlib.Observed}, a {@link io.operatorlib.Plan} made from it, and the
 * {@link io.operatorlib.Operator} that carries plans out.
 */
@NullMarked
package io.operatorlib;

import org.jspecify.annotations.NullMarked;
