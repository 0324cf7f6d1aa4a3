package io.operatorlib.internal.leader;

import io.operatorlib.Ports;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.leader.LeaseMachine.Attempt;
import io.operatorlib.internal.leader.LeaseMachine.Decision;
import io.operatorlib.internal.leader.LeaseMachine.Leading;
import io.operatorlib.internal.leader.LeaseMachine.Waiting;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.LedWork;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a {@link LeaseMachine} decides: one thread that reads, writes and watches the Lease, and one more for the
 * work while it is held.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  STANDING BY ── Lease written ──▶ AT WORK ── stop, or not fit ──▶ DRAINING ── work ended ──▶ Lease released
 *      ▲                              │                                │
 *      │                              │ lapsed, or another's           │ lapsed, or another's
 *      │                              ▼                                ▼
 *      └──────── work ended ─────── CUT OFF: the fence is shut ◀───────┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>The Lease is renewed while the work drains, and released only after it has ended.
 *   <li>A request never takes longer than the leadership that it renews, so that its end is noticed when it comes.
 *   <li>{@link #stop} returns within its time and {@link #LAST_REQUEST}.
 *   <li>One who waits is told of each change of the Lease by a watch; where there is none to be had it looks, and it
 *       looks at least every {@link LeaderElection#retry()}.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>It is started once.
 */
public final class LeaseLoop {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseLoop.class);

    /** Enough for a release by a server that is well; where it is not, the others wait for the Lease to pass. */
    private static final Duration LAST_REQUEST = Duration.ofSeconds(2);

    /** A shorter deadline would be missed by a server that is well. */
    private static final Duration LEAST = Duration.ofMillis(10);

    private final LeaderElection election;
    private final String me;
    private final Scheduler scheduler;
    private final LeaseClient client;
    private final LeaseWatch watch;
    private final LedWork work;
    private final BooleanSupplier fit;
    private final ElectionMetrics metrics;
    private final Scheduler.Gate gate;

    private volatile LeaseMachine machine;
    private boolean refused;
    private volatile @Nullable Shift shift;
    private volatile Scheduler.@Nullable Task task;
    private volatile String problem = "";
    private volatile long seenAt;
    private volatile boolean standingBy;
    private volatile boolean stopping;
    private volatile boolean cutOff;
    private volatile boolean done;
    private volatile boolean died;

    public LeaseLoop(LeaderElection election, Ports ports, LedWork work, BooleanSupplier fit) {
        this.election = election.namespace().isEmpty() ? election.in("default") : election;
        this.scheduler = ports.scheduler();
        this.work = work;
        this.fit = fit;
        this.client = new LeaseClient(ports.kube(), this.election);
        this.watch = new LeaseWatch(client);
        this.gate = scheduler.gate();
        this.me = identity();
        this.machine = LeaseMachine.begin(this.election, me);
        this.metrics = new ElectionMetrics(ports.meters(), election.name(), this::status);
    }

    // the random part makes a process another holder than the one that had its name before
    private String identity() {
        String prefix = election.identity().isEmpty() ? election.name() : election.identity();
        return prefix + "_" + String.format("%016x", scheduler.random().nextLong());
    }

    public void start() {
        task = scheduler.fork("lease-" + election.name(), this::run);
    }

    private void run() {
        try {
            problem = LeasePermissions.missing(client, election, look());
            while (!done && !cutOff && (!stopping || shift != null)) {
                turn();
            }
            if (!cutOff) {
                release();
            }
            done = true;
        } finally {
            died = !done && !cutOff;
            watch.close();
            gate.open();
        }
    }

    private void turn() {
        try {
            boolean unused = Thread.interrupted(); // whatever it was for is looked at below
            Shift present = shift;
            if (present == null) {
                standBy();
            } else {
                atWork(present);
            }
        } catch (InterruptedException e) {
            LOG.debug("woken lease={} stopping={}", client, stopping);
        } catch (RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
            pause();
        }
    }

    /** Says so once, however often it is tried again. */
    private void failed(String why) {
        if (!why.equals(problem)) {
            LOG.warn("the lease could not be seen or written, will try again lease={} problem=\"{}\"", client, why);
            problem = why;
        }
    }

    private void pause() {
        try {
            gate.await(gate.ticket(), soon());
        } catch (InterruptedException e) {
            LOG.debug("woken lease={} stopping={}", client, stopping);
        }
    }

    // ---- standing by ----

    private void standBy() throws InterruptedException {
        Decision decision = machine.decide(scheduler.nanoTime(), scheduler.now());
        if (decision instanceof LeaseMachine.Look) {
            see(client.look(look()));
        } else if (decision instanceof LeaseMachine.Write write && fit.getAsBoolean()) {
            write(write.lease());
        } else {
            Duration left = decision instanceof LeaseMachine.Rest rest
                    ? Duration.ofNanos(Math.max(0, rest.until() - scheduler.nanoTime()))
                    : election.retry();
            Duration patience = watch.open() ? election.retry() : soon();
            restWatching(left.compareTo(patience) < 0 ? left : patience);
        }
        beginIfLeading();
    }

    private void restWatching(Duration atMost) throws InterruptedException {
        standingBy = true;
        try {
            if (stopping || !(machine.standing() instanceof Waiting waiting)) {
                return;
            }
            Optional<Lease> told = watch.next(waiting.seen(), atMost, look());
            if (told.isPresent()) {
                see(told.get());
                return;
            }
            if (!watch.open()) {
                gate.await(gate.ticket(), atMost);
            }
        } finally {
            standingBy = false;
        }
        if (!stopping) {
            see(client.look(look()));
        }
    }

    private void see(Lease lease) {
        long now = scheduler.nanoTime();
        machine = machine.seen(lease, now);
        seenAt = now;
        problem = "";
    }

    private void beginIfLeading() {
        if (!stopping && machine.standing() instanceof Leading leading) {
            long until = machine.validUntil().orElseThrow();
            var term = new Term(scheduler, leading.mine().term(), me, until);
            if (term.leads()) {
                watch.close();
                metrics.began();
                LOG.info("leading lease={} holder={} term={}", client, me, term.term());
                shift = new Shift(term, work, scheduler, gate, election.name());
            } else {
                machine = machine.lapsed(scheduler.nanoTime());
            }
        }
    }

    // ---- at work ----

    private void atWork(Shift present) throws InterruptedException {
        long ticket = gate.ticket();
        if (present.end() != Shift.End.AT_WORK) {
            ended(present);
            return;
        }
        if (!present.told() && (stopping || !fit.getAsBoolean())) {
            LOG.info("ceasing to lead lease={} term={}", client, present.term().term());
            present.tell();
        }
        if (!(machine.standing() instanceof Leading) || !present.term().leads()) {
            cutOff(present);
            gate.await(ticket, election.retry());
            return;
        }
        Decision decision = machine.decide(scheduler.nanoTime(), scheduler.now());
        if (decision instanceof LeaseMachine.Write write) {
            write(write.lease());
        } else if (decision instanceof LeaseMachine.Look) {
            see(client.look(renewal()));
        } else if (decision instanceof LeaseMachine.Rest rest) {
            long left = rest.until() - scheduler.nanoTime();
            gate.await(ticket, Duration.ofNanos(Math.max(0, left)));
        }
        machine.validUntil().ifPresent(present.term()::renewed);
    }

    private void cutOff(Shift present) {
        if (!present.term().closed()) {
            LOG.warn(
                    "leadership lost lease={} term={} now_held_by={}",
                    client,
                    present.term().term(),
                    machine.holder());
            present.term().close();
            present.tell();
        }
    }

    private void ended(Shift present) {
        boolean cut = present.term().closed() || !present.term().leads();
        present.term().close();
        shift = null;
        LOG.info(
                "ceased to lead lease={} term={} how={}", client, present.term().term(), present.end());
        done = present.end() == Shift.End.DONE && !cut;
        machine = machine.lapsed(scheduler.nanoTime());
        if (!cut) {
            release();
        }
    }

    // ---- requests ----

    private void write(Lease lease) {
        var attempt = new Attempt(lease, scheduler.nanoTime());
        try {
            machine = machine.written(client.write(lease, renewal()), attempt);
            problem = "";
            refused = false;
        } catch (KubeApi.NoReplyException e) {
            machine = machine.unanswered(attempt);
            throw e;
        } catch (ApiException e) {
            if (e.code() >= 500) {
                machine = machine.unanswered(attempt); // a server that failed half-way may have done it
                throw e;
            }
            if (!e.conflict() && !e.alreadyExists() && !e.notFound()) {
                throw e;
            }
            see(client.look(look()));
            if (refused) {
                pause(); // what is refused though nobody was faster is refused again
            }
            refused = true;
        }
    }

    /** Gives the Lease up, if it is this candidate's. */
    private void release() {
        try {
            boolean unused = Thread.interrupted();
            if (machine.unanswered().isPresent()) {
                see(client.look(LAST_REQUEST));
            }
            Optional<Lease> free = machine.release(scheduler.now());
            if (free.isPresent()) {
                machine = machine.released(client.write(free.get(), LAST_REQUEST), scheduler.nanoTime());
                LOG.info("released lease={}", client);
            }
        } catch (ApiException | KubeApi.NoReplyException e) {
            LOG.warn("the lease is left to lapse lease={} problem=\"{}\"", client, e.getMessage());
        }
    }

    /** A little less than a retry, another each time, so that candidates do not keep step. */
    private Duration soon() {
        double part = 0.5 + scheduler.random().nextDouble() / 2;
        return Duration.ofNanos((long) (election.retry().toNanos() * part));
    }

    /** Long enough for a slow server, short enough for several tries while a Lease lasts. */
    private Duration look() {
        return election.validity().dividedBy(3);
    }

    /** Half of what a leadership lasts, and never more than what is left of it. */
    private Duration renewal() {
        Duration half = election.validity().dividedBy(2);
        return machine.validUntil()
                .map(until -> Duration.ofNanos(until - scheduler.nanoTime()))
                .filter(left -> left.compareTo(half) < 0)
                .map(left -> left.compareTo(LEAST) < 0 ? LEAST : left)
                .orElse(half);
    }

    // ---- seen from outside ----

    public boolean stop(Duration atMost) throws InterruptedException {
        stopping = true;
        gate.open();
        Scheduler.Task mine = task;
        if (mine == null) {
            return true;
        }
        if (standingBy) {
            mine.interrupt();
        }
        boolean ended = mine.join(atMost);
        if (!ended) {
            cutOff = true;
            Shift present = shift;
            if (present != null) {
                present.term().close();
                present.tell();
            }
            mine.interrupt();
            mine.join(LAST_REQUEST);
        }
        metrics.close();
        return ended;
    }

    public void reconsider() {
        gate.open();
        Scheduler.Task mine = task;
        if (standingBy && mine != null) {
            mine.interrupt();
        }
    }

    public boolean await(Duration atMost) throws InterruptedException {
        Scheduler.Task mine = task;
        return mine == null || mine.join(atMost);
    }

    public ElectionStatus status() {
        Shift present = shift;
        LeaseMachine now = machine;
        Optional<Term> term = Optional.ofNullable(present).map(Shift::term).filter(Term::leads);
        return new ElectionStatus(
                term.isPresent(),
                term.map(Term::term).orElse(now.highest()),
                term.map(Term::remaining).orElse(Duration.ZERO),
                now.holder(),
                now.free(seenAt),
                metrics.transitions(),
                problem);
    }

    public boolean healthy() {
        Shift present = shift;
        return !died && (present == null || !present.hung());
    }
}
