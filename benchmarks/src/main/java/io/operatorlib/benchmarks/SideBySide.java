package io.operatorlib.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Runs the same operator with each library against the same server, and prints what each needed. All three leave the
 * same objects behind; each writes them as its own documentation does.
 *
 * <p>{@code -Dresources=2000}, {@code -Didle=60} (seconds), {@code -Dservers=double,real}, {@code -Dlibraries=…},
 * {@code -Doptions=…} (of the operators' JVMs), {@code -Darchive=true} (each begins with its classes archived); the real kube-apiserver is the one of {@code KUBEBUILDER_ASSETS}.
 */
public final class SideBySide {
    private static final int RESOURCES = Integer.getInteger("resources", 2_000);
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("idle", 20));
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final int SINGLE_CHANGES = 300;

    /** So many show an operator all that it does for one. */
    private static final int SHOWN = 50;

    /** Alike for all: the collector with the smallest footprint, and a heap that all of them fit in. */
    private static final List<String> OPTIONS =
            List.of(System.getProperty("options", "-XX:+UseSerialGC -Xmx512m").split(" "));

    private static final Map<String, Class<?>> LIBRARIES = new LinkedHashMap<>();

    static {
        LIBRARIES.put("operator-lib", Ours.class);
        LIBRARIES.put("client-java-extended", Extended.class);
        LIBRARIES.put("JOSDK", Josdk.class);
    }

    private SideBySide() {}

    public static void main(String[] args) throws Exception {
        List<String> servers = List.of(System.getProperty("servers", "double").split(","));
        List<String> libraries = List.of(System.getProperty("libraries", String.join(",", LIBRARIES.keySet()))
                .split(","));
        System.out.println(Row.HEAD);
        for (String server : servers) {
            for (String library : libraries) {
                try (Server each = server(server)) {
                    System.out.println(measure(server, library, each));
                }
            }
        }
        System.exit(0); // some of the libraries' threads would keep it alive
    }

    private static Server server(String name) throws IOException, InterruptedException {
        if (name.equals("double")) {
            return new Server.InProcess();
        }
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null) {
            throw new IllegalStateException("KUBEBUILDER_ASSETS names no kube-apiserver: use -Dservers=double");
        }
        return new Server.Real(Path.of(assets));
    }

    private static Row measure(String serverName, String library, Server server)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("benchmark");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        List<String> options = options(library, folder);
        try (var pages = new Pages(server.api(), RESOURCES)) {
            var start = server.writes();
            long began = System.nanoTime();
            try (var operator = new OperatorProcess(
                    Objects.requireNonNull(LIBRARIES.get(library), library), options, kubeconfig, folder)) {
                if (!pages.awaitReady()) {
                    throw new IllegalStateException(
                            library + " made " + pages.ready() + " of " + RESOURCES + " ready:\n" + operator.log());
                }
                double startRate = RESOURCES / seconds(began);
                Thread.sleep(SETTLING.toMillis());
                var atStart = server.writes().since(start);

                var cpuBefore = operator.cpu();
                var idleBefore = server.writes();
                Thread.sleep(IDLE.toMillis());
                double idleCpu = 100.0 * operator.cpu().minus(cpuBefore).toMillis() / IDLE.toMillis();
                var idle = server.writes().since(idleBefore);
                long resident = operator.residentMegabytes();

                pages.changeAll("warm");
                pages.awaitReady();
                Thread.sleep(SETTLING.toMillis());
                var burstBefore = server.writes();
                cpuBefore = operator.cpu();
                var serverCpuBefore = server.cpu();
                long burstBegan = System.nanoTime();
                pages.changeAll("v2");
                pages.awaitReady();
                double burstRate = RESOURCES / seconds(burstBegan);
                Thread.sleep(SETTLING.toMillis());
                double cpu = operator.cpu().minus(cpuBefore).toMillis() / (double) RESOURCES;
                double serverCpu = server.cpu().minus(serverCpuBefore).toMillis() / (double) RESOURCES;
                var burst = server.writes().since(burstBefore);

                var times = new ArrayList<Duration>();
                for (int i = 0; i < SINGLE_CHANGES; i++) {
                    times.add(pages.changeOne(i % RESOURCES, "single-" + i));
                }
                times.sort(Duration::compareTo);
                return new Row(
                        serverName,
                        library,
                        startRate,
                        operator.firstReconcile(),
                        atStart.all() / (double) RESOURCES,
                        atStart.conflicts() + burst.conflicts(),
                        burstRate,
                        cpu,
                        serverCpu,
                        burst.all() / (double) RESOURCES,
                        millis(times, 50),
                        millis(times, 99),
                        resident,
                        idleCpu,
                        idle.all());
            }
        }
    }

    /** The options, and an archive of the classes that the operator loads where it works for the API server's double. */
    private static List<String> options(String library, Path folder) throws IOException, InterruptedException {
        if (!Boolean.getBoolean("archive")) {
            return OPTIONS;
        }
        Path archive = folder.resolve("classes.jsa");
        var making = new ArrayList<>(OPTIONS);
        making.add("-XX:ArchiveClassesAtExit=" + archive);
        try (var server = new Server.InProcess();
                var pages = new Pages(server.api(), SHOWN);
                var operator = new OperatorProcess(
                        Objects.requireNonNull(LIBRARIES.get(library), library),
                        making,
                        Files.writeString(folder.resolve("double"), server.kubeconfig()),
                        folder)) {
            boolean worked = pages.awaitReady();
            pages.changeAll("v2");
            if (!worked || !pages.awaitReady()) {
                throw new IllegalStateException(library + " does not work for the double:\n" + operator.log());
            }
            operator.end();
        }
        var options = new ArrayList<>(OPTIONS);
        options.add("-XX:SharedArchiveFile=" + archive);
        return options;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static double millis(List<Duration> sorted, int percent) {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100))
                        .toNanos()
                / 1e6;
    }

    /** One line of the table. */
    private record Row(
            String server,
            String library,
            double startRate,
            long firstReconcile,
            double startWrites,
            long conflicts,
            double burstRate,
            double cpu,
            double serverCpu,
            double burstWrites,
            double p50,
            double p99,
            long resident,
            double idleCpu,
            long idleWrites) {
        private static final String HEAD = "| server | library | ready a second from process start | first reconcile ms"
                + " | writes each | conflicts | burst a second | CPU s for 1,000 changes | server's CPU s | writes each"
                + " | change to child ms p50 | p99 | resident MB | idle CPU % | idle writes |\n|"
                + "---|".repeat(15);

        @Override
        public String toString() {
            return "| "
                    + String.join(
                            " | ",
                            Arrays.asList(
                                    server,
                                    library,
                                    number(startRate),
                                    String.valueOf(firstReconcile),
                                    number(startWrites),
                                    String.valueOf(conflicts),
                                    number(burstRate),
                                    number(cpu),
                                    number(serverCpu),
                                    number(burstWrites),
                                    number(p50),
                                    number(p99),
                                    String.valueOf(resident),
                                    number(idleCpu),
                                    String.valueOf(idleWrites)))
                    + " |";
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
        }
    }
}
