package io.operatorlib.testing.apiproxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.Call;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.apiserver.http.HttpsEndpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.LoggerFactory;

/**
 * The proxy before an API server as a program: whoever uses the kubeconfig that it writes has, by seed and one after the
 * other, every {@link ApiHarm} done to them, until it is told to end (Ctrl-C) or its time is over.
 */
public final class ApiProxyMain {
    private static final String USAGE = """
            usage: ApiProxyMain KUBECONFIG PROXIED [option ...]
              KUBECONFIG                 of the API server
              PROXIED                    the kubeconfig to be written, for who is to go through the proxy
              --seed NUMBER              decides which harm comes when; 1 by default
              --every DURATION           from the beginning of one harm to that of the next; PT10S by default
              --longest DURATION         how long a harm lasts at most; PT3S by default
              --for DURATION             how long all of it goes on; until Ctrl-C by default
              --namespace NAME           spares requests elsewhere, but not watches
              --listen ADDRESS           of this machine; the loopback interface by default
              --pod-kubeconfig FILE      writes one for programs in pods, which go by their service account's token
            """;

    private ApiProxyMain() {}

    /** What it was told. */
    private record Settings(
            Path kubeconfig,
            Path proxied,
            long seed,
            Duration every,
            Duration longest,
            Optional<Duration> whole,
            Optional<String> namespace,
            InetAddress listen,
            Optional<Path> pods) {

        static Settings of(List<String> arguments) {
            if (arguments.size() < 2 || arguments.size() % 2 != 0) {
                throw new IllegalArgumentException("two files, and a value for each option");
            }
            var settings = new Settings(
                    Path.of(arguments.get(0)),
                    Path.of(arguments.get(1)),
                    1,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(3),
                    Optional.empty(),
                    Optional.empty(),
                    InetAddress.getLoopbackAddress(),
                    Optional.empty());
            if (!Files.isReadable(settings.kubeconfig)) {
                throw new IllegalArgumentException("there is no file " + settings.kubeconfig + " that can be read");
            }
            for (int i = 2; i < arguments.size(); i += 2) {
                settings = settings.with(arguments.get(i), arguments.get(i + 1));
            }
            return settings;
        }

        private Settings with(String option, String value) {
            boolean known = List.of(
                            "--seed", "--every", "--longest", "--for", "--namespace", "--listen", "--pod-kubeconfig")
                    .contains(option);
            if (!known) {
                throw new IllegalArgumentException("no such option: " + option);
            }
            try {
                return set(option, value);
            } catch (NumberFormatException | DateTimeParseException | UnknownHostException e) {
                throw new IllegalArgumentException(
                        option + " " + value + ": a number is like 7, a duration like PT10S, an address like 127.0.0.1",
                        e);
            }
        }

        private Settings set(String option, String value) throws UnknownHostException {
            return new Settings(
                    kubeconfig,
                    proxied,
                    option.equals("--seed") ? Long.parseLong(value) : seed,
                    option.equals("--every") ? Duration.parse(value) : every,
                    option.equals("--longest") ? Duration.parse(value) : longest,
                    option.equals("--for") ? Optional.of(Duration.parse(value)) : whole,
                    option.equals("--namespace") ? Optional.of(value) : namespace,
                    option.equals("--listen") ? InetAddress.getByName(value) : listen,
                    option.equals("--pod-kubeconfig") ? Optional.of(Path.of(value)) : pods);
        }

        boolean concerns(Call call) {
            return call.verb().equals("watch")
                    || namespace.map(call.namespace()::equals).orElse(true);
        }
    }

    /** Does harm until it is ended. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Settings settings;
        ApiProxy before;
        try {
            settings = Settings.of(List.of(arguments));
            before = ApiProxy.before(settings.kubeconfig(), new ApiServerHttps.Listen(settings.listen(), 0, List.of()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
            return;
        }
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.WARN); // the terminal is a person's
        }
        try (var proxy = before) {
            proxy.writeKubeconfig(settings.proxied());
            settings.pods().ifPresent(file -> HttpsEndpoint.write(file, proxy.kubeconfigOfPod()));
            System.out.println("KUBECONFIG=" + settings.proxied().toAbsolutePath() + " leads through the proxy");
            harm(proxy, settings, new RealScheduler(), System.out);
        }
    }

    private static void harm(ApiProxy proxy, Settings settings, Scheduler scheduler, PrintStream out)
            throws InterruptedException {
        var random = new SplittableRandom(settings.seed());
        var all = List.of(ApiHarm.values());
        long begin = scheduler.nanoTime();
        long whole = settings.whole().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        scheduler.sleep(settings.every());
        while (scheduler.nanoTime() - begin < whole) {
            var harm = all.get(random.nextInt(all.size()));
            long millis = random.nextLong(
                    settings.longest().toMillis() / 4, settings.longest().toMillis() + 1);
            out.printf(
                    Locale.ROOT,
                    "%6.1f s: for %.1f s %s%n",
                    (scheduler.nanoTime() - begin) / 1e9,
                    millis / 1e3,
                    harm.words());
            var rule = harm.begin(proxy, settings::concerns);
            scheduler.sleep(Duration.ofMillis(millis));
            rule.end();
            scheduler.sleep(settings.every()
                    .minusMillis(Math.min(millis, settings.every().toMillis())));
        }
    }
}
