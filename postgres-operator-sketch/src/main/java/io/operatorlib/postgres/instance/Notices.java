package io.operatorlib.postgres.instance;

import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Ports;
import io.operatorlib.postgres.Designation;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the {@link Designation} again and again, and at once where somebody says that there is a later one. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    /** For who was not told: while the operator is away, nothing changes. */
    private static final Duration PERIOD = Duration.ofSeconds(3);

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final KubeApi kube;
    private final String path;
    private final Scheduler.Gate gate;
    private final Runnable changed;
    private volatile Optional<Designation> latest = Optional.empty();

    Notices(Ports ports, String namespace, String name, Runnable changed) {
        this.kube = ports.kube();
        this.path = "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
        this.gate = ports.scheduler().gate();
        this.changed = changed;
        ports.scheduler().fork("notices", this::run);
    }

    Optional<Designation> latest() {
        return latest;
    }

    /** There is this revision, or a later one. */
    void expect(long revision) {
        if (revision > latest.map(Designation::revision).orElse(0L)) {
            gate.open();
        }
    }

    private void run() {
        try {
            while (true) {
                long ticket = gate.ticket();
                read();
                gate.await(ticket, PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (var reply = kube.send(ApiRequest.of(ApiRequest.Method.GET, path).within(DEADLINE))) {
            if (reply.ok()) {
                V1ConfigMap map = JSON.deserialize(reply.text(), V1ConfigMap.class);
                Designation told = Designation.read(map);
                if (told.revision() > latest.map(Designation::revision).orElse(0L)) {
                    LOG.info("told {}", told);
                    latest = Optional.of(told);
                    changed.run();
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("the designation cannot be read problem={}", e.toString());
        }
    }
}
