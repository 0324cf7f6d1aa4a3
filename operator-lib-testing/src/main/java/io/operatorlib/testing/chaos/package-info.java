/** Chaos: an operator is hurt in every way that a seed can think of, and must come out whole. */
@NullMarked
package io.operatorlib.testing.chaos;

import org.jspecify.annotations.NullMarked;
