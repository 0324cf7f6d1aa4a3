package io.operatorlib.benchmarks;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An API server to measure against, and what the operator asked of it. */
sealed interface Server extends AutoCloseable {
    KubeApi api();

    String kubeconfig();

    /** What the server's processes have used of the CPU so far; zero where it is in this process. */
    Duration cpu();

    /** Writes of ConfigMaps and of pages' statuses so far. */
    Writes writes();

    @Override
    void close() throws IOException;

    /** How many, and how many of them were conflicts. */
    record Writes(long all, long conflicts) {
        Writes since(Writes before) {
            return new Writes(all - before.all, conflicts - before.conflicts);
        }
    }

    Set<String> WRITING = Set.of("create", "update", "patch", "delete", "POST", "PUT", "PATCH", "APPLY", "DELETE");

    static boolean ofOperator(String resource, String subresource) {
        return resource.equals("configmaps") || (resource.equals("pages") && subresource.equals("status"));
    }

    /** The double, over HTTPS, in this process. */
    final class InProcess implements Server {
        private final ApiServer core;
        private final ApiServerHttps https;
        private final AtomicLong all = new AtomicLong();
        private final AtomicLong conflicts = new AtomicLong();

        InProcess() {
            var scheduler = new RealScheduler();
            core = ApiServer.create(scheduler);
            https = ApiServerHttps.start(core, scheduler, ApiServerHttps.Listen.loopback());
            core.observe(request -> {
                if (WRITING.contains(request.verb()) && ofOperator(request.resource(), request.subresource())) {
                    all.incrementAndGet();
                    if (request.status() == 409) {
                        conflicts.incrementAndGet();
                    }
                }
            });
        }

        @Override
        public KubeApi api() {
            return core.as(Caller.ADMIN);
        }

        @Override
        public String kubeconfig() {
            return https.kubeconfig();
        }

        @Override
        public Writes writes() {
            return new Writes(all.get(), conflicts.get());
        }

        @Override
        public Duration cpu() {
            return Duration.ZERO;
        }

        @Override
        public void close() {
            https.close();
        }
    }

    /** A kube-apiserver with its etcd. */
    final class Real implements Server {
        private static final Pattern SERVED = Pattern.compile(
                "(?m)^apiserver_request_total\\{code=\"(\\d+)\".*?resource=\"(\\w+)\".*?subresource=\"(\\w*)\",verb=\"(\\w+)\".*?\\} ([\\d.e+]+)$");

        private static final Pattern SERVING = Pattern.compile("/(kube-apiserver|etcd)$");

        private final KubeApiServerProcess process;

        Real(Path assets) throws IOException, InterruptedException {
            process = new KubeApiServerProcess(assets);
        }

        @Override
        public KubeApi api() {
            return process.api();
        }

        @Override
        public String kubeconfig() {
            return process.kubeconfig();
        }

        @Override
        public Writes writes() {
            long all = 0;
            long conflicts = 0;
            Matcher line = SERVED.matcher(
                    api().send(ApiRequest.of(ApiRequest.Method.GET, "/metrics")).text());
            while (line.find()) {
                if (ofOperator(line.group(2), line.group(3)) && WRITING.contains(line.group(4))) {
                    long count = (long) java.lang.Double.parseDouble(line.group(5));
                    all += count;
                    conflicts += line.group(1).equals("409") ? count : 0;
                }
            }
            return new Writes(all, conflicts);
        }

        @Override
        public Duration cpu() {
            return ProcessHandle.current()
                    .descendants()
                    .map(ProcessHandle::info)
                    .filter(info -> SERVING.matcher(info.command().orElse("")).find())
                    .map(info -> info.totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
