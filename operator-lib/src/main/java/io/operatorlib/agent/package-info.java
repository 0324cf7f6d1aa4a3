/**
 * Agents: programs of an operator's own in the pods that it makes, beside what it operates. An operator writes a
 * {@link io.operatorlib.agent.Notice} for them, and asks how they stand by {@link io.operatorlib.agent.Agents}; an
 * {@link io.operatorlib.agent.Agent} reads the one and answers the other.
 */
@NullMarked
package io.operatorlib.agent;

import org.jspecify.annotations.NullMarked;
