/** Whether what clients saw of a store could have come from one that does one thing at a time. */
@NullMarked
package io.operatorlib.testing.linearizability;

import org.jspecify.annotations.NullMarked;
