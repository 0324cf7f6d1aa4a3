package io.operatorlib.postgres.instance;

import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.agent.Agent;
import io.operatorlib.agent.Notice;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.leader.Office;
import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.InstanceState.Role;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of a {@link Server} what the {@link Designation} says, and lets it be written to only while this instance holds
 * the cluster's Lease.
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
 *       a gate that asks the Lease's monotonic clock. The Lease is given up after PostgreSQL has stopped.
 *   <li>It is promoted only by the designation that chose it, and only if nobody held the Lease since that choice.
 *   <li>Data that was written to as a primary's under an earlier epoch is not started as a primary's again.
 *   <li>Data is made only where the designation knows of none.
 * </ul>
 */
public final class Instance implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

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

    private final Identity me;
    private final Scheduler scheduler;
    private final Server server;
    private final Notice<Designation> notice;
    private final Office office;
    private final Elector elector;
    private final Scheduler.Gate wake;

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

    /** Begins to compete for the Lease where it is to; {@link #run} does the rest. */
    public Instance(Identity me, Ports ports, Server server) {
        this.me = me;
        this.scheduler = ports.scheduler();
        this.server = server;
        this.wake = scheduler.gate();
        this.lastStart = scheduler.nanoTime() - RECOVERY.toNanos();
        this.notBefore = scheduler.nanoTime();
        var map = new ResourceKey(me.namespace(), PostgresCluster.designation(me.cluster()));
        this.notice = Notice.follow(ports, map, Designation.class, Designation::revision, wake::open);
        // region elector
        this.office = new Office(scheduler, wake::open);
        this.elector = Elector.start(
                LeaderElection.lease(PostgresCluster.lease(me.cluster()))
                        .in(me.namespace())
                        .lasting(me.lease())
                        .asPod(me.name() + "." + me.uid()),
                ports,
                office,
                this::mayLead);
        // endregion
    }

    @Override
    public Optional<InstanceState> state(long revision) {
        notice.expect(revision);
        return Optional.ofNullable(state);
    }

    @Override
    public boolean ready() {
        return server.admits();
    }

    @Override
    public boolean live() {
        return elector.healthy();
    }

    /** Lets it stop its server, give up the Lease, and return from {@link #run}. */
    @Override
    public void end() {
        ending = true;
        wake.open();
    }

    @Override
    public void run() throws InterruptedException {
        boolean asked = false;
        while (!ending || server.running() || office.leadership().isPresent()) {
            long ticket = wake.ticket();
            try {
                if (scheduler.nanoTime() - notBefore >= 0 || ending || writable()) {
                    step();
                }
                look();
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
                LOG.warn("a step failed problem=\"{}\"", problem);
                notBefore = scheduler.nanoTime() + PAUSE.toNanos();
            }
            if (mayLead() != asked) {
                asked = !asked;
                elector.reconsider();
            }
            wake.await(ticket, TICK);
        }
        elector.stop(FAREWELL);
    }

    private boolean mayLead() {
        return fit && !ending && notice.latest().map(this::chosen).orElse(false);
    }

    private boolean chosen(Designation told) {
        return told.primary().equals(me.name());
    }

    private boolean writable() {
        return office.taken().isPresent();
    }

    private void step() throws IOException, InterruptedException {
        Designation told = notice.latest().orElse(null);
        Leadership term = office.leadership().orElse(null);
        if (told != null && !writable()) {
            String obstacle = obstacle(told, term);
            fit = obstacle.isEmpty();
            problem = fit ? problem : obstacle;
        }
        if (told != null && term != null && term.leads() && mayLead()) {
            lead(told, term);
        } else if (writable() || ending) {
            // region leave
            server.admitWhile(Server.SHUT);
            server.stop(office.taken().map(Leadership::leads).orElse(true));
            office.leave();
            // endregion
        } else if (told != null && (term == null || !fit)) {
            follow(told);
        }
    }

    /** What keeps this from being the primary, if the designation wants it; empty for nothing. */
    private String obstacle(Designation told, @Nullable Leadership term) {
        ElectionStatus election = elector.status();
        if (term == null && !election.problem().isEmpty()) {
            return "it cannot see the Lease";
        }
        if (!chosen(told) || scheduler.nanoTime() - lastStart > RECOVERY.toNanos()) {
            failures = 0;
        }
        boolean begun = server.epoch() == told.epoch();
        if (!chosen(told) || (server.empty() && told.system().isEmpty())) {
            return "";
        }
        if (server.empty()) {
            return "its data is lost";
        }
        if (!server.standby() && !begun) {
            return "its data is an earlier primary's";
        }
        boolean overtaken = term == null ? election.term() > told.term() : term.term() != told.term() + 1;
        if (server.standby() && !begun && overtaken) {
            return "somebody led since it was chosen";
        }
        return failures < TRIES ? "" : "PostgreSQL does not start";
    }

    // ---- as the primary ----

    private void lead(Designation told, Leadership term) throws IOException, InterruptedException {
        if (!writable()) {
            server.admitWhile(Server.SHUT);
            if (!office.take(term)) {
                return;
            }
        }
        if (server.empty()) {
            server.initialise(told);
        }
        server.epoch(told.epoch());
        server.configure(told, "");
        if (!server.running()) {
            if (scheduler.nanoTime() - lastStart >= BETWEEN_STARTS.toNanos()) {
                lastStart = scheduler.nanoTime();
                LOG.info("starting as the primary epoch={} term={}", told.epoch(), term.term());
                server.admitWhile(Server.SHUT);
                fit = failures++ < TRIES;
                server.start();
            }
            return;
        }
        Data now = server.look().orElse(null);
        if (now == null) {
            return;
        }
        failures = 0;
        if (now.recovering()) {
            LOG.info("promoting epoch={} term={}", told.epoch(), term.term());
            server.promote(told.epoch());
        } else if (told.restart().equals(me.name()) && now.pendingRestart()) {
            server.stop(true);
            return;
        }
        server.keepFor(told.without(me.name()).members());
        if (told.system().isEmpty()) {
            server.admitReplicas();
        } else if (!server.admits() && told.system().equals(now.system())) {
            problem = "";
            server.admitWhile(term::leads);
            LOG.info("clients may write term={}", term.term());
        }
    }

    // ---- as a replica ----

    private void follow(Designation told) throws IOException, InterruptedException {
        boolean nobody = told.primary().isEmpty() || chosen(told);
        String upstream = nobody ? "" : PostgresCluster.host(told.primary(), me.cluster(), me.namespace());
        if (server.empty()) {
            if (!told.system().isEmpty() && !upstream.isEmpty()) {
                LOG.info("copying from={}", upstream);
                server.copy(upstream);
            }
            return;
        }
        if (!server.standby()) {
            if (server.running()) {
                server.stop(true);
            } else if (followable(upstream)) {
                rejoin(upstream);
            }
            return;
        }
        if (!upstream.isEmpty() || !server.running()) {
            if (server.configure(told, upstream) || !server.running()) {
                lostSight = scheduler.nanoTime();
            }
            if (!server.running()) {
                LOG.info("starting as a replica upstream={}", upstream);
                server.start();
                notBefore = lostSight + TICK.toNanos();
                return;
            }
        }
        server.admitWhile(Server.OPEN);
        Data now = server.look().orElse(null);
        if (now != null && now.streaming()) {
            problem = "";
            rewound = false;
            lostSight = scheduler.nanoTime();
            if (told.restart().equals(me.name()) && now.pendingRestart()) {
                server.stop(true);
            }
            server.keepFor(List.of());
        } else if (scheduler.nanoTime() - lostSight > PATIENCE.toNanos() && followable(upstream)) {
            LOG.info("it does not stream, and its primary is there upstream={}", upstream);
            lostSight = scheduler.nanoTime();
            server.stop(true);
            rejoin(upstream);
        }
    }

    private boolean followable(String upstream) throws IOException, InterruptedException {
        return !upstream.isEmpty() && server.followable(upstream);
    }

    private void rejoin(String upstream) throws IOException, InterruptedException {
        server.admitWhile(Server.SHUT);
        if (!rewound) {
            rewound = true;
            try {
                LOG.info("rewinding to={}", upstream);
                server.rewind(upstream);
                return;
            } catch (IOException e) {
                LOG.warn("it cannot be rewound, and is copied anew problem=\"{}\"", e.getMessage());
            }
        }
        rewound = false;
        server.discard();
    }

    // ---- what is told of it ----

    /** Asks whether the Lease is free first: what was received by then is all that was ever acknowledged. */
    private void look() throws InterruptedException {
        ElectionStatus election = elector.status();
        Data now = server.look().orElse(null);
        boolean empty = server.empty();
        data = now != null ? now : empty ? Data.NONE : data.stopped();
        Role without = empty ? Role.EMPTY : server.standby() ? Role.STOPPED : Role.FORMER;
        state = new InstanceState(
                me.name(),
                now == null ? without : now.recovering() ? Role.REPLICA : Role.PRIMARY,
                data,
                election.free() && election.problem().isEmpty(),
                election.term(),
                notice.latest().map(Designation::revision).orElse(0L),
                server.epoch(),
                fit,
                problem);
    }
}
