package io.operatorlib.internal.engine;

import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdException;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions that an operator puts in place before it follows anything.
 *
 * @param fieldManager under whose name they are applied
 */
public record Registration(List<Crd> crds, String fieldManager) {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    /** A person has to do something, and wants to see soon that it was the right thing. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(15);

    public Registration {
        crds = List.copyOf(crds);
    }

    /** Blocks until all are served, however often that has to be tried. */
    void run(KubeApi kube, Scheduler scheduler) throws InterruptedException {
        var registrar = new CrdRegistrar(kube, scheduler, fieldManager);
        for (Crd crd : crds) {
            while (!registered(registrar, crd)) {
                scheduler.sleep(AFTER_REFUSAL);
            }
        }
    }

    private static boolean registered(CrdRegistrar registrar, Crd crd) throws InterruptedException {
        try {
            registrar.register(crd);
            return true;
        } catch (CrdException e) {
            LOG.error("a definition is not in place, will try again crd={} in={}", crd.name(), AFTER_REFUSAL, e);
            return false;
        }
    }
}
