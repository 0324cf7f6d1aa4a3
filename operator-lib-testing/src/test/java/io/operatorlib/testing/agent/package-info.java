/** Tests of what agents and their operator say to each other, in simulation. */
@NullMarked
package io.operatorlib.testing.agent;

import org.jspecify.annotations.NullMarked;
