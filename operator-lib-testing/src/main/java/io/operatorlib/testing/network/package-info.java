/** Faults of the network between real processes: a proxy that stands between two parties, and what it does to what they say. */
@NullMarked
package io.operatorlib.testing.network;

import org.jspecify.annotations.NullMarked;
