/** The engine's insides: may change with every version. */
@NullMarked
package io.operatorlib.internal;

import org.jspecify.annotations.NullMarked;
