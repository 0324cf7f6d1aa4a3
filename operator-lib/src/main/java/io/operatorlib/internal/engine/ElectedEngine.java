package io.operatorlib.internal.engine;

import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An operator of which several processes run and one works.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  engine follows, and waits ── elected ──▶ it reconciles ── leadership over ──▶ it stops; a new one follows, and waits
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>One who waits has its caches synced; one whose caches are not, or whose workers do not work, does not lead.
 *   <li>The Lease is released after the last worker has ended. What was known under one leadership is forgotten with
 *       it: the next one begins from what it sees.
 * </ul>
 */
public final class ElectedEngine implements RunningOperator {
    /** For reconciles at work where this process is not fit to lead any more, but still leads. */
    private static final Duration HAND_OVER = Duration.ofSeconds(5);

    /** How long one who did not end is waited for at a time. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** Only an interrupt ends the wait. */
    private static final Duration FOR_EVER = Duration.ofDays(365);

    /** For the release, after the last worker has ended. */
    private static final Duration RELEASE = Duration.ofSeconds(2);

    private final Supplier<Engine> engines;
    private final Elector elector;
    private final Scheduler scheduler;
    private volatile Engine engine;
    private volatile Duration drain = HAND_OVER;
    private volatile boolean stopping;

    /** @param engines makes one that has not been started */
    public ElectedEngine(LeaderElection election, Supplier<Engine> engines, Ports ports) {
        this.engines = engines;
        this.scheduler = ports.scheduler();
        this.engine = engines.get().start();
        this.elector = Elector.start(election, ports, this::work, () -> engine.ready() && engine.healthy());
    }

    private void work(Leadership leadership) {
        Engine mine = engine;
        mine.lead(leadership);
        try {
            while (true) {
                scheduler.sleep(FOR_EVER);
            }
        } catch (InterruptedException told) {
            end(mine, leadership);
        }
        if (!stopping) {
            discard(mine);
            engine = engines.get().start();
        }
    }

    /** Its caches may take a moment to end, which nobody waits for. */
    private void discard(Engine mine) {
        scheduler.fork("discard", () -> {
            try {
                boolean unused = mine.stop(Duration.ZERO);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void end(Engine mine, Leadership leadership) {
        boolean ended = false;
        Duration time = drain;
        while (!ended) {
            try {
                ended = mine.stopWork(leadership.leads() ? time : Duration.ZERO);
            } catch (InterruptedException cutOff) {
                time = Duration.ZERO;
                continue;
            }
            time = AGAIN;
        }
    }

    @Override
    public boolean stop(Duration atMost) throws InterruptedException {
        drain = atMost;
        stopping = true;
        boolean ended = elector.stop(atMost.plus(RELEASE));
        return engine.stop(Duration.ZERO) && ended;
    }

    @Override
    public boolean healthy() {
        return engine.healthy() && elector.healthy();
    }

    @Override
    public boolean ready() {
        return engine.ready();
    }

    @Override
    public Optional<String> explain(String plural, ResourceKey key) {
        return engine.explain(plural, key);
    }

    @Override
    public List<String> problems() {
        return engine.problems();
    }

    @Override
    public Optional<ElectionStatus> election() {
        return Optional.of(elector.status());
    }
}
