package io.operatorlib.internal;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.operatorlib.KubeApis;
import io.operatorlib.Ports;
import io.operatorlib.RunningOperator;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.internal.access.AccessCheck;
import io.operatorlib.internal.access.Permissions;
import io.operatorlib.internal.engine.Registration;
import io.operatorlib.internal.http.HealthServer;
import io.operatorlib.internal.webhook.ConversionWork;
import io.operatorlib.internal.webhook.ConvertingOperator;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.spi.Tracing;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator as the program of a process. */
public final class Main {
    /** A kubelet kills after 30 seconds; what has not ended by now is left to the next incarnation. */
    private static final Duration STOP = Duration.ofSeconds(20);

    private static final Duration PATIENCE = STOP.plusSeconds(5);

    private Main() {}

    /** Apart, for a logging framework takes its time to begin: the connection is on its way by then. */
    private static final class Log {
        static final Logger LOG = LoggerFactory.getLogger(Main.class);
    }

    /**
     * What it needs besides the operator.
     *
     * @param name the operator's
     * @param http where to listen
     * @param permissions what to ask for at the start
     * @param namespaces where the operator looks; none means everywhere
     * @param tracing told of each reconcile
     * @param conversion its webhook, if it has one
     * @param crds its definitions
     */
    public record Settings(
            String name,
            InetSocketAddress http,
            Permissions permissions,
            List<String> namespaces,
            Tracing tracing,
            Optional<ConversionServer> conversion,
            List<Crd> crds) {}

    /** Begins an operator's work. */
    @FunctionalInterface
    public interface Start {
        RunningOperator on(Ports ports, Registration.Preparation preparation);
    }

    /** Says something to the person who started this process. */
    public static void print(String text) {
        System.out.print(text);
    }

    /** Runs until the process is asked to end, or this thread is interrupted. */
    public static void run(Start operator, Settings settings) {
        var scheduler = new RealScheduler();
        var connecting = connect(scheduler);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var termination = Termination.watch(PATIENCE)) {
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            var kube = connected(connecting);
            var access = new AccessCheck(kube, scheduler, settings.permissions(), settings.namespaces());
            var checking = access.start();
            var ports = new Ports(kube, scheduler, registry, settings.tracing());
            var webhook = settings.conversion()
                    .map(conversion -> ConversionWork.start(
                            conversion,
                            kube,
                            scheduler,
                            settings.crds(),
                            settings.http().getAddress()));
            var running = webhook.<RunningOperator>map(
                            work -> new ConvertingOperator(operator.on(ports, work::prepared), work))
                    .orElseGet(() -> operator.on(ports, crd -> crd));
            try (var http = listen(
                    settings.http(),
                    address -> HealthServer.start(address, running, access::missing, registry::scrape))) {
                Log.LOG.info("started operator={} http={}", settings.name(), http.address());
                termination.await();
                Log.LOG.info("stopping operator={}", settings.name());
            } finally {
                checking.interrupt();
                stop(settings.name(), running);
                webhook.ifPresent(ConversionWork::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            registry.close();
        }
    }

    /** Begins to connect. The models of a thousand kinds are loaded for it, which takes as long as all the rest. */
    private static FutureTask<KubeApi> connect(Scheduler scheduler) {
        var connecting = new FutureTask<>(KubeApis::fromEnvironment);
        scheduler.fork("connect", connecting);
        return connecting;
    }

    private static KubeApi connected(FutureTask<KubeApi> connecting) throws InterruptedException {
        try {
            return connecting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IllegalStateException(e);
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
            Log.LOG.warn("listening at another port problem={}", e.getMessage());
            return server.apply(new InetSocketAddress(address.getAddress(), 0));
        }
    }

    private static void stop(String operator, RunningOperator running) {
        boolean interrupted = Thread.interrupted();
        try {
            boolean ended = running.stop(STOP);
            Log.LOG.info("stopped operator={} in_order={}", operator, ended);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
