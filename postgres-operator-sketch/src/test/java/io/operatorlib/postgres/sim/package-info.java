/**
 * The simulation: the real operator and the real instances on a model of PostgreSQL, in virtual time, harmed at each of
 * their effects; and the contract that the model and the real PostgreSQL keep alike.
 */
@NullMarked
package io.operatorlib.postgres.sim;

import org.jspecify.annotations.NullMarked;
