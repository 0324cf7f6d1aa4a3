/** Leader election, in the simulation and in real processes. */
@org.jspecify.annotations.NullMarked
package io.operatorlib.testing.leader;
