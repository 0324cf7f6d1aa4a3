/** What the engine promises, shown on an API server in memory and under the simulated scheduler. */
@NullMarked
package io.operatorlib.testing.engine;

import org.jspecify.annotations.NullMarked;
