/** The work queue: which keys are to be reconciled, and when. */
@NullMarked
package io.operatorlib.internal.queue;

import org.jspecify.annotations.NullMarked;
