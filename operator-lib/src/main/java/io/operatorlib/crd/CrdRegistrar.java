package io.operatorlib.crd;

import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts definitions in place and waits until the API serves them.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  read ─ not there ─────────────────────▶ create ──────────────────┐
 *    ├─── the same ─────────────────────────────────────────────────┤
 *    ├─── of a newer release ──▶ serves our version? ── yes ────────┼─▶ wait for NamesAccepted and Established
 *    ├─── safe or risky changes ─────────▶ apply to what was read ──┘
 *    ├─── breaking changes, or another's without a schema ─▶ refuse, and name what is in the way
 *    └─── may not be read or written, or the policy is to check ─▶ is our version served? ── yes ──▶ done
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <p>{@link #register} returns only when the API serves the kind at its version. A definition that is there already as
 * it should be is not written. A definition is written only over the one that it was compared with: of two releases
 * that start at once, the newer one's definition stays. An API server that does not answer is asked again.
 *
 * <h2>Limits</h2>
 *
 * <p>Waits {@link #PATIENCE} in all for one definition, then throws. Which of two releases is newer is known only of
 * definitions with a {@link Crd#release(String)}.
 */
public final class CrdRegistrar {
    /** An API server establishes a definition within seconds; one that starts up needs about half a minute. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A watch may break off unnoticed: then the definition is read again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(CrdRegistrar.class);

    private final CrdClient client;
    private final Scheduler scheduler;
    private final CrdPolicy policy;

    /**
     * A registrar that applies.
     *
     * @param fieldManager under whose name the definitions are applied
     */
    public CrdRegistrar(KubeApi api, Scheduler scheduler, String fieldManager) {
        this(api, scheduler, fieldManager, CrdPolicy.APPLY);
    }

    /** A registrar with a policy. */
    public CrdRegistrar(KubeApi api, Scheduler scheduler, String fieldManager, CrdPolicy policy) {
        this.client = new CrdClient(api, fieldManager);
        this.scheduler = scheduler;
        this.policy = policy;
    }

    /**
     * Puts one definition in place, or sees that it is. Blocks until it is served.
     *
     * @throws CrdException if the API refuses it, or does not serve it in time, or if it must not be put in place
     */
    public void register(Crd crd) throws InterruptedException {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String waitingFor;
            Duration pause;
            try {
                Optional<LiveCrd> live = settled(crd);
                Optional<String> missing = live.isEmpty() ? Optional.empty() : awaited(live.get(), end);
                if (missing.isEmpty()) {
                    return;
                }
                waitingFor = missing.get();
                pause = AFTER_FAILURE;
            } catch (KubeApi.NoReplyException e) {
                waitingFor = String.valueOf(e.getMessage());
                pause = AFTER_FAILURE;
            } catch (ApiException e) {
                boolean outrun = CrdClient.outrun(e);
                if (!outrun && e.code() != 429 && e.code() < 500) {
                    throw new CrdException("the API refuses the definition " + crd + ": " + e.status(), e);
                }
                waitingFor = e.status();
                pause = outrun ? Duration.ZERO : e.retryAfter().orElse(AFTER_FAILURE);
            }
            if (scheduler.nanoTime() - end >= 0) {
                throw new CrdException(
                        "the definition " + crd + " is not served after " + PATIENCE + ": " + waitingFor);
            }
            scheduler.sleep(pause);
        }
    }

    /** The live definition, as it should be or as it may stay; empty where it cannot be seen, but is served. */
    private Optional<LiveCrd> settled(Crd crd) {
        Optional<LiveCrd> seen;
        try {
            seen = client.find(crd);
        } catch (ApiException e) {
            if (e.code() != 403) {
                throw e;
            }
            leave(crd, "it may not be read: " + e.status(), client.served(crd.kind()));
            return Optional.empty();
        }
        if (seen.isEmpty()) {
            return Optional.of(written(crd, seen));
        }
        LiveCrd live = seen.get();
        CrdVerdict verdict = CrdVerdict.between(live.json(), crd.tree());
        if (verdict.same() && (policy != CrdPolicy.APPLY || !live.unclaimed(crd))) {
            return seen;
        }
        if (live.newerThan(crd)) {
            leave(crd, "it is of a newer release, " + live.release().orElseThrow(), serves(live, crd));
            return seen;
        }
        if (policy != CrdPolicy.APPLY || !client.mayWrite(crd)) {
            LOG.warn("the definition differs crd={} changes=\"{}\"", crd, verdict.summary(Impact.values()));
            leave(
                    crd,
                    policy == CrdPolicy.APPLY ? "it may not be written" : "the policy is " + policy,
                    serves(live, crd));
            print(crd);
            return seen;
        }
        new Refusals(client, crd).check(live, verdict);
        if (!verdict.of(Impact.RISKY).isEmpty()) {
            LOG.warn(
                    "the definition changes what objects mean crd={} changes=\"{}\"",
                    crd,
                    verdict.summary(Impact.RISKY));
        }
        return Optional.of(written(crd, seen));
    }

    private static boolean serves(LiveCrd live, Crd crd) {
        return live.serves(crd.kind().version());
    }

    private LiveCrd written(Crd crd, Optional<LiveCrd> seen) {
        if (policy != CrdPolicy.APPLY) {
            print(crd);
            leave(crd, "the policy is " + policy, false);
        }
        try {
            LiveCrd now = seen.map(live -> client.replace(crd, live)).orElseGet(() -> client.create(crd));
            LOG.info(
                    "the definition is in place crd={} release={}",
                    crd,
                    crd.release().map(Release::text).orElse(""));
            return now;
        } catch (ApiException e) {
            if (e.code() == 403) {
                leave(crd, "it may not be written: " + e.status(), false);
            }
            throw e;
        }
    }

    private void print(Crd crd) {
        if (policy == CrdPolicy.PRINT) {
            LOG.info("the definition to apply crd={}\n{}", crd, crd.yaml());
        }
    }

    /** Goes on with the definition that is there, if it serves what the operator works on. */
    private static void leave(Crd crd, String why, boolean served) {
        if (!served) {
            throw new CrdException("the definition " + crd + " is not there, or does not serve that version, and it is"
                    + " left so, as " + why + "; apply it with kubectl, or grant the operator to patch"
                    + " customresourcedefinitions");
        }
        LOG.warn("the definition is left as it is crd={} why=\"{}\"", crd, why);
    }

    /** Waits until a definition is served; what is missing, where a look at it anew is needed. */
    private Optional<String> awaited(LiveCrd live, long end) throws InterruptedException {
        LiveCrd now = live;
        Optional<String> missing = now.missing();
        while (missing.isPresent() && scheduler.nanoTime() - end < 0) {
            Optional<LiveCrd> next = client.next(now, LOOK_AGAIN);
            if (next.isEmpty()) {
                return missing;
            }
            now = next.get();
            missing = now.missing();
        }
        return missing;
    }
}
