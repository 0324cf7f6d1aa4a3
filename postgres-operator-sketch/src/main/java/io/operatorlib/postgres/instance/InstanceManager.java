package io.operatorlib.postgres.instance;

import io.operatorlib.Ports;
import io.operatorlib.leader.ConnectionGate;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.InstanceState.Role;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program in an instance's pod: makes of its PostgreSQL what the {@link Designation} says, and lets it write only while
 * this instance holds the cluster's Lease.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  no data ── designated first ──▶ made ──┐
 *     │ copied                            ▼
 *     ▼        designated, Lease held
 *  REPLICA ── promoted ───────────────▶ PRIMARY ── designated no more, or Lease over ──▶ STOPPED
 *     ▲                                                                                    │
 *     └──────────────────────── rewound, or copied anew ───────────────────────────────────┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>PostgreSQL accepts writes only between the acquisition of the Lease and its end; what clients send and get passes
 *       the {@link ConnectionGate}, which asks the Lease's monotonic clock. The Lease is given up after PostgreSQL has stopped.
 *   <li>It is promoted only by the designation that chose it, and only if nobody held the Lease since that choice.
 *   <li>Data that was written to as a primary's under an earlier epoch is not started as a primary's again.
 *   <li>Data is made only where the designation knows of none.
 * </ul>
 */
public final class InstanceManager {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceManager.class);

    private static final Duration TICK = Duration.ofMillis(150);

    /** A primary that does not come up so often in a row gives way to a replica. */
    private static final int TRIES = 5;

    /** What its processes left behind is gone by then. */
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(500);

    /** Who gave way may try again where nobody took its place. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** A replica finds a new primary by itself in less; after that, its data may have gone another way. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** What failed is not tried again at once. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final String me;
    private final String cluster;
    private final String namespace;
    private final Scheduler scheduler;
    private final Postgres.Settings settings;
    private final Postgres postgres;
    private final ConnectionGate gate;
    private final Notices notices;
    private final Elector elector;
    private final Scheduler.Gate wake;
    private final Scheduler.Gate stepped;

    private volatile @Nullable Leadership leadership;
    private volatile @Nullable Leadership held;
    private volatile boolean writable;
    private volatile boolean ending;
    private volatile boolean fit;
    private volatile @Nullable InstanceState state;

    private String problem = "";
    private int failures;
    private long lastStart;
    private long notBefore;
    private long lostSight;
    private boolean rewound;
    private Data data = Data.NONE;
    private @Nullable Leadership admitted;

    private InstanceManager(Map<String, String> environment) throws IOException {
        me = text(environment, "POD_NAME");
        cluster = text(environment, "CLUSTER");
        namespace = text(environment, "POD_NAMESPACE");
        String address = text(environment, "POD_IP");
        settings = new Postgres.Settings(
                Path.of("/var/lib/postgresql"),
                me,
                address,
                text(environment, "SUPERUSER_PASSWORD"),
                text(environment, "REPLICATION_PASSWORD"));
        Ports ports = Ports.fromEnvironment();
        scheduler = ports.scheduler();
        postgres = new Postgres(settings, scheduler);
        wake = scheduler.gate();
        stepped = scheduler.gate();
        lastStart = scheduler.nanoTime() - RECOVERY.toNanos();
        gate = ConnectionGate.at(
                new InetSocketAddress(address, PostgresCluster.CLIENT_PORT),
                UnixDomainSocketAddress.of(postgres.socket()),
                scheduler);
        notices = new Notices(ports, namespace, PostgresCluster.designation(cluster), wake::open);
        // two pods of one name are two candidates: the one before may still run where nobody sees it
        elector = Elector.start(
                LeaderElection.lease(PostgresCluster.lease(cluster))
                        .in(namespace)
                        .lasting(Duration.ofSeconds(Long.parseLong(text(environment, "LEASE_SECONDS"))))
                        .asPod(me + "." + text(environment, "POD_UID")),
                ports,
                this::lead,
                () -> fit && !ending && mine());
        new StateServer(
                new InetSocketAddress(address, PostgresCluster.STATE_PORT),
                () -> state,
                gate::admits,
                elector::healthy,
                notices::expect);
    }

    private static String text(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    public static void main(String[] args) throws Exception {
        var manager = new InstanceManager(System.getenv());
        var main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> manager.end(main)));
        manager.run();
    }

    private void end(Thread main) {
        ending = true;
        wake.open();
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws InterruptedException {
        boolean asked = false;
        while (!ending || postgres.running() || leadership != null) {
            long ticket = wake.ticket();
            try {
                if (scheduler.nanoTime() - notBefore >= 0 || ending || writable) {
                    step();
                }
                look();
            } catch (IOException e) {
                failed(String.valueOf(e.getMessage()));
            }
            boolean may = fit && !ending && mine();
            if (may != asked) {
                asked = may;
                elector.reconsider();
            }
            stepped.open();
            wake.await(ticket, TICK);
        }
        elector.stop(FAREWELL);
    }

    private void failed(String why) {
        LOG.warn("a step failed problem=\"{}\"", why);
        problem = why;
        notBefore = scheduler.nanoTime() + PAUSE.toNanos();
    }

    private boolean mine() {
        return notices.latest().filter(told -> told.primary().equals(me)).isPresent();
    }

    // ---- the Lease ----

    /** Holds the Lease, in a thread of its own, until it is over and PostgreSQL takes no writes any more. */
    private void lead(Leadership term) {
        held = term;
        leadership = term;
        wake.open();
        try {
            while (true) {
                scheduler.sleep(PATIENCE);
            }
        } catch (InterruptedException e) {
            LOG.info("the right to write ends term={}", term.term());
        } finally {
            leadership = null;
            wake.open();
            awaitReadOnly();
        }
    }

    private void awaitReadOnly() {
        while (writable) {
            long ticket = stepped.ticket();
            try {
                if (writable) {
                    stepped.await(ticket, TICK);
                }
            } catch (InterruptedException e) {
                LOG.info("PostgreSQL is being stopped");
            }
        }
    }

    // ---- one step ----

    private void step() throws IOException, InterruptedException {
        Designation told = notices.latest().orElse(null);
        Leadership term = leadership;
        if (told != null && !writable) {
            fit = judge(told, term);
        }
        if (told != null && term != null && term.leads() && told.primary().equals(me) && fit && !ending) {
            primary(told, term);
        } else if (writable) {
            Leadership last = held;
            gate.shut();
            postgres.stop(last != null && last.leads());
            admitted = null;
            writable = false;
        } else if (ending) {
            gate.shut();
            postgres.stop(true);
        } else if (told != null && (term == null || !fit)) {
            follow(told);
        }
    }

    /** Tells whether this could be the primary, if the designation wants it. */
    private boolean judge(Designation told, @Nullable Leadership term) {
        if (!told.primary().equals(me)) {
            failures = 0;
            return true;
        }
        if (scheduler.nanoTime() - lastStart > RECOVERY.toNanos()) {
            failures = 0;
        }
        boolean begun = postgres.epoch() == told.epoch();
        if (postgres.empty()) {
            return fault(!told.system().isEmpty(), "its data is lost");
        }
        if (!postgres.standby()) {
            return fault(!begun, "its data is an earlier primary's") && failures < TRIES;
        }
        boolean overtaken = term == null ? elector.status().term() > told.term() : term.term() != told.term() + 1;
        return fault(told.term() >= 0 && !begun && overtaken, "somebody led since it was chosen") && failures < TRIES;
    }

    private boolean fault(boolean there, String what) {
        problem = there ? what : problem;
        return !there;
    }

    // ---- as the primary ----

    private void primary(Designation told, Leadership term) throws IOException, InterruptedException {
        if (!writable) {
            gate.shut();
            writable = true;
            if (leadership != term) {
                return; // it ended meanwhile, and who waits for the end did not see this
            }
        }
        if (postgres.empty()) {
            postgres.initialise(told);
        }
        postgres.epoch(told.epoch());
        boolean changed = postgres.configure(told, "");
        if (!postgres.running() && scheduler.nanoTime() - lastStart < BETWEEN_STARTS.toNanos()) {
            return;
        }
        if (!postgres.running()) {
            lastStart = scheduler.nanoTime();
            LOG.info("starting as the primary epoch={} term={}", told.epoch(), term.term());
            gate.shut();
            admitted = null;
            fit = failures++ < TRIES;
            postgres.start();
            return;
        }
        if (changed) {
            postgres.reload();
        }
        Look look = Look.at(postgres).orElse(null);
        if (look == null) {
            return;
        }
        failures = 0;
        if (look.recovering()) {
            LOG.info("promoting epoch={} term={}", told.epoch(), term.term());
            postgres.promote();
        } else if (told.restart().equals(me) && look.data().pendingRestart()) {
            postgres.stop(true);
            return;
        }
        postgres.ask(Sql.slots(
                told.members().stream().filter(name -> !name.equals(me)).toList()));
        if (told.system().isEmpty()) {
            postgres.ask(Sql.replicator(settings.replicationPassword()));
        } else if (admitted != term && told.system().equals(look.data().system())) {
            problem = "";
            admitted = term;
            gate.admitWhile(term::leads);
            LOG.info("clients may write term={}", term.term());
            postgres.checkpoint();
        }
    }

    // ---- as a replica ----

    private void follow(Designation told) throws IOException, InterruptedException {
        String primary = told.primary();
        String upstream =
                primary.isEmpty() || primary.equals(me) ? "" : PostgresCluster.host(primary, cluster, namespace);
        if (postgres.empty()) {
            if (!told.system().isEmpty() && !upstream.isEmpty()) {
                LOG.info("copying from={}", upstream);
                postgres.copy(upstream);
            }
            return;
        }
        if (!postgres.standby()) {
            if (postgres.running()) {
                postgres.stop(true);
            } else if (!upstream.isEmpty() && postgres.followable(upstream)) {
                rejoin(upstream);
            }
            return;
        }
        if (!upstream.isEmpty() || !postgres.running()) {
            boolean changed = postgres.configure(told, upstream);
            if (!postgres.running()) {
                LOG.info("starting as a replica upstream={}", upstream);
                postgres.start();
                lostSight = scheduler.nanoTime();
                pause();
                return;
            }
            if (changed) {
                postgres.reload();
                lostSight = scheduler.nanoTime();
            }
        }
        gate.open();
        var look = Look.at(postgres);
        if (look.isPresent() && look.get().data().streaming()) {
            problem = "";
            rewound = false;
            lostSight = scheduler.nanoTime();
            if (told.restart().equals(me) && look.get().data().pendingRestart()) {
                postgres.stop(true);
            }
            postgres.ask(Sql.DROP_ALL_SLOTS);
        } else if (scheduler.nanoTime() - lostSight > PATIENCE.toNanos()
                && !upstream.isEmpty()
                && postgres.followable(upstream)) {
            LOG.info("it does not stream, and its primary is there upstream={}", upstream);
            lostSight = scheduler.nanoTime();
            postgres.stop(true);
            rejoin(upstream);
        }
    }

    private void pause() {
        notBefore = scheduler.nanoTime() + TICK.toNanos();
    }

    private void rejoin(String upstream) throws IOException, InterruptedException {
        gate.shut();
        if (!rewound) {
            rewound = true;
            try {
                LOG.info("rewinding to={}", upstream);
                postgres.rewind(upstream);
                return;
            } catch (IOException e) {
                LOG.warn("it cannot be rewound, and is copied anew problem=\"{}\"", e.getMessage());
            }
        }
        rewound = false;
        postgres.discard();
    }

    // ---- what is told of it ----

    /** Asks whether the Lease is free first: what was received by then is all that was ever acknowledged. */
    private void look() throws InterruptedException {
        ElectionStatus election = elector.status();
        Look look = Look.at(postgres).orElse(null);
        data = look != null ? look.data() : postgres.empty() ? Data.NONE : data.stopped();
        Role without = postgres.empty() ? Role.EMPTY : Role.STOPPED;
        state = new InstanceState(
                me,
                look == null ? without : look.recovering() ? Role.REPLICA : Role.PRIMARY,
                data,
                election.free(),
                election.term(),
                notices.latest().map(Designation::revision).orElse(0L),
                postgres.epoch(),
                fit,
                problem);
    }
}
