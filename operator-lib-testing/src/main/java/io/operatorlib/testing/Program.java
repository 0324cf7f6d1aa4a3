package io.operatorlib.testing;

/**
 * A program that can run in a simulation: it gets everything from its ports, and keeps nothing from one start to the
 * next. When this returns, what it forked goes on.
 */
@FunctionalInterface
public interface Program {
    void start(SimPorts ports) throws Exception;
}
