package io.operatorlib.internal.engine;

import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdException;
import io.operatorlib.crd.CrdPolicy;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.StorageMigration;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions that an operator puts in place before it follows anything.
 *
 * @param fieldManager under whose name they are applied
 * @param policy whether they are applied at all
 * @param preparation what happens to each before
 */
public record Registration(List<Crd> crds, String fieldManager, CrdPolicy policy, Preparation preparation) {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    /** A person has to do something, and wants to see soon that it was the right thing. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(15);

    /** Completes a definition by what is known only when the operator runs; may wait for it. */
    @FunctionalInterface
    public interface Preparation {
        Crd prepared(Crd crd) throws InterruptedException;
    }

    public Registration {
        crds = List.copyOf(crds);
    }

    /** How long until a migration that came to no end is tried again: a person has to mend objects. */
    private static final Duration AFTER_INCOMPLETE = Duration.ofMinutes(10);

    /**
     * Blocks until all are served, however often that has to be tried.
     *
     * @param problem is told why one is not in place, and an empty text when it is
     */
    void run(KubeApi kube, Scheduler scheduler, Consumer<String> problem) throws InterruptedException {
        var registrar = new CrdRegistrar(kube, scheduler, fieldManager, policy);
        for (Crd each : crds) {
            Crd crd = preparation.prepared(each);
            while (!registered(registrar, crd, problem)) {
                scheduler.sleep(AFTER_REFUSAL);
            }
        }
    }

    private static boolean registered(CrdRegistrar registrar, Crd crd, Consumer<String> problem)
            throws InterruptedException {
        try {
            registrar.register(crd);
            problem.accept("");
            return true;
        } catch (CrdException e) {
            problem.accept(String.valueOf(e.getMessage()));
            LOG.error("a definition is not in place, will try again crd={} in={}", crd.name(), AFTER_REFUSAL, e);
            return false;
        }
    }

    /** Has objects that are stored in another version than the hub's written anew. Blocks until there are none. */
    void migrate(KubeApi door, Scheduler scheduler) throws InterruptedException {
        List<Crd> several =
                crds.stream().filter(crd -> crd.versions().size() > 1).toList();
        while (policy == CrdPolicy.APPLY && !migrated(several, new StorageMigration(door, scheduler, fieldManager))) {
            scheduler.sleep(AFTER_INCOMPLETE);
        }
    }

    private static boolean migrated(List<Crd> several, StorageMigration migration) throws InterruptedException {
        boolean all = true;
        for (Crd crd : several) {
            try {
                all &= migration.run(crd).complete();
            } catch (LeadershipLostException e) {
                return true; // the successor goes on
            } catch (ApiException | KubeApi.NoReplyException e) {
                LOG.warn("storage migration stopped, will try again crd={} in={}", crd.name(), AFTER_INCOMPLETE, e);
                all = false;
            }
        }
        return all;
    }
}
