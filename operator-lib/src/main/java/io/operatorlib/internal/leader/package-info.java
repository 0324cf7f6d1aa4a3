/**
 * How a Lease is competed for: {@link io.operatorlib.internal.leader.LeaseMachine} decides, purely;
 * {@link io.operatorlib.internal.leader.LeaseLoop} does what it decides.
 */
@NullMarked
package io.operatorlib.internal.leader;

import org.jspecify.annotations.NullMarked;
