/** Simulation: an operator and its world, run in one process, in virtual time, from a seed. */
@NullMarked
package io.operatorlib.testing;

import org.jspecify.annotations.NullMarked;
