package io.operatorlib;

import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdPolicy;
import io.operatorlib.internal.Main;
import io.operatorlib.internal.access.Permissions;
import io.operatorlib.internal.access.Roles;
import io.operatorlib.internal.engine.DryRun;
import io.operatorlib.internal.engine.ElectedEngine;
import io.operatorlib.internal.engine.Engine;
import io.operatorlib.internal.engine.Registration;
import io.operatorlib.internal.leader.Pod;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.spi.Tracing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program that keeps resources as they are wished to be: controllers under one name, an immutable value until it is
 * started. The name is the field manager of all that it applies.
 */
public final class Operator {
    /** Where {@code /healthz}, {@code /readyz} and {@code /metrics} are served, unless told otherwise. */
    public static final int HTTP_PORT = 8080;

    /** How long the argument {@code dry-run} waits for caches and facts: a person waits for what it prints. */
    private static final Duration REHEARSAL = Duration.ofMinutes(1);

    private final String name;
    private final List<Crd> crds;
    private final CrdPolicy policy;
    private final List<Controller<?, ?>> controllers;
    private final List<String> namespaces;
    private final int port;
    private final @Nullable LeaderElection election;
    private final Tracing tracing;
    private final Optional<ConversionServer> conversion;

    private Operator(
            String name,
            List<Crd> crds,
            CrdPolicy policy,
            List<Controller<?, ?>> controllers,
            List<String> namespaces,
            int port,
            @Nullable LeaderElection election,
            Tracing tracing,
            Optional<ConversionServer> conversion) {
        this.name = name;
        this.crds = List.copyOf(crds);
        this.policy = policy;
        this.controllers = List.copyOf(controllers);
        this.namespaces = List.copyOf(namespaces);
        this.port = port;
        this.election = election;
        this.tracing = tracing;
        this.conversion = conversion;
    }

    /** Begins an operator. */
    public static Operator named(String name) {
        return new Operator(
                name,
                List.of(),
                CrdPolicy.APPLY,
                List.of(),
                List.of(),
                HTTP_PORT,
                null,
                Tracing.NONE,
                Optional.empty());
    }

    /** Puts a definition in place before anything is followed. */
    public Operator crd(Crd crd) {
        var all = new ArrayList<>(crds);
        all.add(crd);
        return new Operator(name, all, policy, controllers, namespaces, port, election, tracing, conversion);
    }

    /** What to do about the definitions at the start; unless told otherwise they are put in place. */
    public Operator crds(CrdPolicy other) {
        return new Operator(name, crds, other, controllers, namespaces, port, election, tracing, conversion);
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
        return new Operator(name, crds, policy, all, namespaces, port, election, tracing, conversion);
    }

    /** Looks at these namespaces only; none named means all. */
    public Operator namespaces(List<String> names) {
        return new Operator(name, crds, policy, controllers, names, port, election, tracing, conversion);
    }

    /** Listens on another port than {@link #HTTP_PORT} when it is {@link #run}; zero for any that is free. */
    public Operator http(int otherPort) {
        return new Operator(name, crds, policy, controllers, namespaces, otherPort, election, tracing, conversion);
    }

    /**
     * Works only while this process holds a Lease: of several processes one works, and the others wait with their caches
     * synced.
     */
    public Operator leaderElection(LeaderElection by) {
        return new Operator(name, crds, policy, controllers, namespaces, port, by, tracing, conversion);
    }

    /** Tells of each reconcile when it is {@link #run}; who starts it by {@link Ports} says so there. */
    public Operator tracing(Tracing to) {
        return new Operator(name, crds, policy, controllers, namespaces, port, election, to, conversion);
    }

    /**
     * Converts between the versions of its kinds for the API server, when it is {@link #run}: its definitions get this
     * webhook, and it is ready only when the API server has had an object converted.
     */
    public Operator conversions(ConversionServer by) {
        return new Operator(name, crds, policy, controllers, namespaces, port, election, tracing, Optional.of(by));
    }

    public String name() {
        return name;
    }

    /**
     * The roles that this operator needs, as its wiring tells: YAML with one role of its name that it cannot do without,
     * and one, {@code <name>-plans}, of all that its plans could do, from which to take what they never do.
     */
    public String roles() {
        LeaderElection by = election;
        Permissions needed = by == null ? permissions() : permissions().electing(by.name());
        conversion.ifPresent(needed::converting);
        return new Roles(needed, name, namespaces).yaml();
    }

    /**
     * The definitions as manifests in YAML, for who applies them by hand: the same text for the same operator. A webhook
     * without a namespace is taken to be in {@code POD_NAMESPACE}.
     */
    public String definitions() {
        var here = conversion.map(by -> by.namespace().isEmpty() ? by.in(Pod.namespace()) : by);
        return crds.stream().map(crd -> declared(here, crd).yaml()).collect(Collectors.joining("---\n"));
    }

    /** The definition with the webhook that it has, where its certificates are not known. */
    private static Crd declared(Optional<ConversionServer> webhook, Crd crd) {
        return webhook.map(server -> ConversionWork.declared(server, crd)).orElse(crd);
    }

    private Permissions permissions() {
        return Permissions.of(crds, policy, controllers);
    }

    /** Begins to work, on the doors given, and returns at once. */
    public RunningOperator start(Ports ports) {
        // who only starts it here has no server; versions are never served unconverted for all that
        return start(ports, crd -> declared(conversion, crd));
    }

    private RunningOperator start(Ports ports, Registration.Preparation preparation) {
        LeaderElection by = election;
        return by == null
                ? engine(ports, preparation).start().lead(Leadership.uncontested())
                : new ElectedEngine(by, () -> engine(ports, preparation), ports);
    }

    private Engine engine(Ports ports, Registration.Preparation preparation) {
        return new Engine(name, controllers, namespaces, new Registration(crds, name, policy, preparation), ports);
    }

    /**
     * Tells what this operator would do now if it were started, and does none of it: a diff of each object that it would
     * write, as the API server would have it, and the acts that it would have performed. Definitions must be in place.
     *
     * @param atMost how long to wait until all resources and facts are known
     */
    public String dryRun(Ports ports, Duration atMost) throws InterruptedException {
        return new DryRun(name, controllers, namespaces, ports).run(atMost);
    }

    /**
     * Is the program of this process: works on the cluster that {@link KubeApis#fromEnvironment} finds, serves
     * {@code /healthz}, {@code /readyz} and {@code /metrics} — on the address {@code POD_IP} where that is set, else on
     * all; outside a pod any free port serves where that one is taken — and returns when the process is asked to end
     * or this thread is interrupted, after reconciles at work have had some time to end.
     *
     * <p>With an argument it prints something and returns: with {@code definitions} its {@link #definitions}, with
     * {@code roles} its {@link #roles}, with {@code dry-run} what it would do on that cluster now.
     *
     * @param arguments the program's
     * @throws IllegalArgumentException if there are others
     * @throws IllegalStateException if there is no cluster to be found, or its webhook is to be behind a Service and this
     *     process is in no pod
     */
    public void run(String... arguments) {
        switch (String.join(" ", arguments)) {
            case "" -> serve();
            case "definitions" -> Main.print(definitions());
            case "roles" -> Main.print(roles());
            case "dry-run" -> Main.print(rehearsed());
            default ->
                throw new IllegalArgumentException(name + " does not know " + List.of(arguments)
                        + ": it works without an argument, and prints with one of definitions, roles, dry-run");
        }
    }

    private String rehearsed() {
        try {
            return dryRun(Ports.fromEnvironment(), REHEARSAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void serve() {
        LeaderElection by = election;
        Operator here = by == null ? this : leaderElection(Pod.fill(by));
        String address = System.getenv().getOrDefault("POD_IP", "");
        Main.run(
                here::start,
                new Main.Settings(
                        name,
                        address.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(address, port),
                        permissions(),
                        namespaces,
                        tracing,
                        conversion.map(Pod::fill),
                        crds));
    }
}
