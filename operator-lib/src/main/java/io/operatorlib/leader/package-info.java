/**
 * Leadership: of several processes one works and the others wait, by a Lease of the Kubernetes API. A
 * {@link io.operatorlib.leader.LeaderElection} says which Lease and how long it is held, an
 * {@link io.operatorlib.leader.Elector} competes for it, and a {@link io.operatorlib.leader.Leadership} is one term of
 * holding it. An operator needs the first only; a program that is none can use all three.
 */
@NullMarked
package io.operatorlib.leader;

import org.jspecify.annotations.NullMarked;
