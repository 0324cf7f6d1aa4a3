/** The same small operator with three libraries, and what each needs for the same work. */
@NullMarked
package io.operatorlib.benchmarks;

import org.jspecify.annotations.NullMarked;
