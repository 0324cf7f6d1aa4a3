package io.operatorlib.internal;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.operatorlib.KubeApis;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.internal.access.AccessCheck;
import io.operatorlib.internal.access.Permissions;
import io.operatorlib.internal.http.HealthServer;
import io.operatorlib.spi.Tracing;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator as the program of a process. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    /** A kubelet kills after 30 seconds; what has not ended by now is left to the next incarnation. */
    private static final Duration STOP = Duration.ofSeconds(20);

    private static final Duration PATIENCE = STOP.plusSeconds(5);

    private Main() {}

    /**
     * What it needs besides the operator.
     *
     * @param http where to listen
     * @param permissions what to ask for at the start
     * @param namespaces where the operator looks; none means everywhere
     * @param tracing told of each reconcile
     */
    public record Settings(InetSocketAddress http, Permissions permissions, List<String> namespaces, Tracing tracing) {}

    /** Runs until the process is asked to end, or this thread is interrupted. */
    public static void run(Operator operator, Settings settings) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var termination = Termination.watch(PATIENCE)) {
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            var kube = KubeApis.fromEnvironment();
            var scheduler = new RealScheduler();
            var access = new AccessCheck(kube, scheduler, settings.permissions(), settings.namespaces());
            var checking = access.start();
            var running = operator.start(new Ports(kube, scheduler, registry, settings.tracing()));
            try (var http = listen(
                    settings.http(),
                    address -> HealthServer.start(address, running, access::missing, registry::scrape))) {
                LOG.info("started operator={} http={}", operator.name(), http.address());
                termination.await();
                LOG.info("stopping operator={}", operator.name());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                checking.interrupt();
                stop(operator, running);
            }
        } finally {
            registry.close();
        }
    }

    private static HealthServer listen(InetSocketAddress address, Function<InetSocketAddress, HealthServer> server) {
        try {
            return server.apply(address);
        } catch (UncheckedIOException e) {
            if (System.getenv("KUBERNETES_SERVICE_HOST") != null) {
                throw e;
            }
            // a developer's machine: something else has the port, and nobody probes this
            LOG.warn("listening at another port problem={}", e.getMessage());
            return server.apply(new InetSocketAddress(address.getAddress(), 0));
        }
    }

    private static void stop(Operator operator, Operator.Running running) {
        boolean interrupted = Thread.interrupted();
        try {
            boolean ended = running.stop(STOP);
            LOG.info("stopped operator={} in_order={}", operator.name(), ended);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
