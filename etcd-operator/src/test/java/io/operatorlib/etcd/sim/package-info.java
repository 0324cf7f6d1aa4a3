/**
 * The etcd operator in the simulation: a model of etcd that behaves as real etcd does in the things an operator can get
 * wrong, and the scenarios in which the operator is killed at each of its effects.
 */
@NullMarked
package io.operatorlib.etcd.sim;

import org.jspecify.annotations.NullMarked;
