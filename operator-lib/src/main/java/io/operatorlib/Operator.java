package io.operatorlib;

import io.operatorlib.crd.Crd;
import io.operatorlib.internal.engine.Engine;
import io.operatorlib.internal.engine.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that keeps resources as they are wished to be: controllers under one name, an immutable value until it is
 * started. The name is the field manager of all that it applies.
 */
public final class Operator {
    private final String name;
    private final List<Crd> crds;
    private final List<Controller<?, ?>> controllers;
    private final List<String> namespaces;

    private Operator(String name, List<Crd> crds, List<Controller<?, ?>> controllers, List<String> namespaces) {
        this.name = name;
        this.crds = List.copyOf(crds);
        this.controllers = List.copyOf(controllers);
        this.namespaces = List.copyOf(namespaces);
    }

    /** Begins an operator. */
    public static Operator named(String name) {
        return new Operator(name, List.of(), List.of(), List.of());
    }

    /** Puts a definition in place before anything is followed. */
    public Operator crd(Crd crd) {
        var all = new ArrayList<>(crds);
        all.add(crd);
        return new Operator(name, all, controllers, namespaces);
    }

    /**
     * Adds a controller.
     *
     * @throws IllegalArgumentException if it has no reconciler
     */
    public Operator controller(Controller<?, ?> controller) {
        if (controller.reconciler() == null) {
            throw new IllegalArgumentException(
                    "the controller of " + controller.kind() + " has no reconciler: add .reconcile(...)");
        }
        var all = new ArrayList<>(controllers);
        all.add(controller);
        return new Operator(name, crds, all, namespaces);
    }

    /** Looks at these namespaces only; none named means all. */
    public Operator namespaces(List<String> names) {
        return new Operator(name, crds, controllers, names);
    }

    public String name() {
        return name;
    }

    /** Begins to work, on the doors given, and returns at once. */
    public Running start(Ports ports) {
        return new Engine(name, controllers, namespaces, new Registration(crds, name), ports).start();
    }

    /** An operator at work. */
    public interface Running {
        /**
         * Stops: no new reconcile begins, those at work get the given time to end.
         *
         * @return whether all of it ended in that time
         */
        boolean stop(Duration atMost) throws InterruptedException;

        /** Tells whether the engine can do its work; false is a reason to restart the process. */
        boolean healthy();

        /** Tells whether everything watched is known, so that reconciles have begun. */
        boolean ready();
    }
}
