/**
 * The engine: it takes keys from the work queue, shows the reconciler what is observed, and carries its plans out.
 */
@NullMarked
package io.operatorlib.internal.engine;

import org.jspecify.annotations.NullMarked;
