package io.operatorlib.spi;

/**
 * Told where the time of reconciles goes, while it passes: the hook for distributed tracing. Called by the thread that
 * reconciles, so that what that thread calls can be attributed; it returns soon.
 */
@FunctionalInterface
public interface Tracing {
    /** Tells nobody. */
    Tracing NONE = (controller, namespace, name) -> Trace.NONE;

    /** A reconcile of a resource begins. */
    Trace reconcile(String controller, String namespace, String name);

    /** One reconcile, from its beginning to its end. */
    interface Trace {
        /** Of which nobody is told. */
        Trace NONE = new Trace() {
            @Override
            public void part(String what) {}

            @Override
            public void end(String outcome, String problem) {}
        };

        /** One part of it begins, an observation or a step of the plan, and the one before has ended. */
        void part(String what);

        /**
         * It has ended.
         *
         * @param outcome in one word
         * @param problem why it failed; empty where it did not
         */
        void end(String outcome, String problem);
    }
}
