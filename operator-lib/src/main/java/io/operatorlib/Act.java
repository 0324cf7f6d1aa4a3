package io.operatorlib;

/**
 * An effect outside Kubernetes, as a value: a record that says all that its performer needs, its preconditions
 * included. An act is safe to perform twice. Authors seal their own family of acts.
 */
public interface Act {}
