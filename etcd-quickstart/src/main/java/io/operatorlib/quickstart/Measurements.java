package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operator's times beside those of the same work done by hand, in one run, and what it does while nothing happens.
 * It prints, and judges nothing.
 *
 * <p>{@code Measurements ETCD_FOLDER OPERATOR_FOLDER create|replace|steady|kill [rounds] [seed]}
 */
public final class Measurements {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    /** etcd changes its members only after its peers were connected for five seconds. */
    private static final Duration ACQUAINTANCE = Duration.ofSeconds(6);

    /** By then the operator's code has been compiled. */
    private static final Duration WARM_UP = Duration.ofSeconds(60);

    private static final Duration STEADY = Duration.ofSeconds(60);
    private static final int STEADY_CLUSTERS = 10;
    private static final int ROUNDS = 9;
    private static final int KILLS = 50;
    private static final String OPERATOR = "system:serviceaccount:etcd-operator:etcd-operator";

    private final Machine machine;
    private final Path folder;
    private final LocalCluster cluster;
    private final Stage stage;

    private Measurements(Machine machine, Path folder, LocalCluster cluster) {
        this.machine = machine;
        this.folder = folder;
        this.cluster = cluster;
        this.stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
    }

    public static void main(String[] args) throws Exception {
        var machine = new Machine(Path.of(args[0]), Path.of(args[1]));
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        long seed = args.length > 4 ? Long.parseLong(args[4]) : 1;
        Path folder = Files.createTempDirectory("operator-lib-");
        var options = machine.options(folder);
        try (var cluster = LocalCluster.start(args[2].equals("kill") ? Kills.impatient(options) : options)) {
            var measurements = new Measurements(machine, folder, cluster);
            // the one process that works is measured, and killed
            measurements.stage.apply(Files.readString(machine.operator().resolve("deploy/install.yaml"))
                    .replace("replicas: 2", "replicas: 1"));
            until("the operator is ready", measurements.stage::operatorReady);
            switch (args[2]) {
                case "create" -> measurements.create(rounds > 0 ? rounds : ROUNDS);
                case "replace" -> measurements.replace(rounds > 0 ? rounds : ROUNDS);
                case "steady" -> measurements.steady(rounds > 0 ? rounds : STEADY_CLUSTERS);
                case "kill" ->
                    new Kills(measurements.stage, machine.etcdVersion(), seed).run(rounds > 0 ? rounds : KILLS);
                default -> throw new IllegalArgumentException("create, replace, steady or kill, not " + args[2]);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** From nothing to a linearizable read on each of three voters. */
    private void create(int rounds) throws Exception {
        var times = new Times();
        for (int round = 0; round <= rounds; round++) {
            long begin = System.nanoTime();
            var three = ByHand.create(machine.etcd(), folder.resolve("by-hand"));
            var byHand = since(begin);
            three.close();
            String name = "create-" + round;
            begin = System.nanoTime();
            stage.apply(Stage.cluster(name, 3, machine.etcdVersion()));
            until("three pods of " + name, () -> stage.endpoints(name).size() == 3);
            ByHand.awaitReads(stage.endpoints(name));
            var operator = since(begin);
            remove(name);
            if (round > 0) { // the first one warms both up
                times.add(operator, byHand);
            }
        }
        times.print("three voters serve");
    }

    /** From the loss of a member's data to three voters that serve, in both ways in which it gets lost. */
    private void replace(int rounds) throws Exception {
        stage.apply(Stage.cluster("replace", 3, machine.etcdVersion()));
        until("three voters", () -> stage.healthy("replace", 3));
        var times = new EnumMap<ByHand.Loss, Times>(ByHand.Loss.class);
        for (int round = 0; round <= rounds; round++) {
            for (var loss : ByHand.Loss.values()) {
                Duration operator;
                Duration byHand;
                try (var three = ByHand.create(machine.etcd(), folder.resolve("by-hand"))) {
                    long acquainted = System.nanoTime() + ACQUAINTANCE.toNanos();
                    operator = replaceByOperator(loss);
                    Thread.sleep(Math.max(0, (acquainted - System.nanoTime()) / 1_000_000));
                    long begin = System.nanoTime();
                    three.replaceLost(loss);
                    byHand = since(begin);
                }
                System.out.println("round " + round + ", " + loss + ": operator " + Teller.seconds(operator)
                        + ", by hand " + Teller.seconds(byHand));
                if (round > 0) { // the first one warms both up
                    times.computeIfAbsent(loss, any -> new Times()).add(operator, byHand);
                }
            }
        }
        times.forEach((loss, taken) -> taken.print(
                switch (loss) {
                    case KILLED -> "a member that was killed and lost its data (its pod evicted) is replaced";
                    case STOPPED -> "a member that was stopped and lost its data (its pod deleted) is replaced";
                }));
    }

    private Duration replaceByOperator(ByHand.Loss loss) throws Exception {
        var lost = stage.members("replace").get(0);
        long begin = System.nanoTime();
        switch (loss) {
            case KILLED -> cluster.evict("default", lost.name(), "measured");
            case STOPPED -> stage.deletePod(lost.name());
        }
        until(
                "another member in the place of " + lost.name(),
                () -> stage.healthy("replace", 3)
                        && stage.members("replace").stream()
                                .noneMatch(member -> member.id().equals(lost.id())));
        ByHand.awaitReads(stage.endpoints("replace"));
        return since(begin);
    }

    /** What the operator writes and uses while nothing happens. */
    private void steady(int clusters) throws Exception {
        for (int number = 0; number < clusters; number++) {
            String name = "steady-" + number;
            stage.apply(Stage.cluster(name, 3, machine.etcdVersion()));
            until("three voters of " + name, () -> stage.healthy(name, 3));
        }
        Thread.sleep(WARM_UP.toMillis());
        long writes = writes();
        var process = operator().orElseThrow();
        var cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
        Thread.sleep(STEADY.toMillis());
        var used = process.info().totalCpuDuration().orElse(Duration.ZERO).minus(cpu);
        System.out.printf(
                Locale.ROOT,
                "%d clusters, %d s at rest: %d writes by the operator, CPU %.2f %% of a core%n",
                clusters,
                STEADY.toSeconds(),
                writes() - writes,
                100.0 * used.toMillis() / STEADY.toMillis());
    }

    private void remove(String name) throws Exception {
        stage.delete(name);
        until("nothing of " + name, () -> stage.cluster(name).isEmpty() && stage.remains(name) == 0);
    }

    private long writes() {
        return cluster.server().requests().stream()
                .filter(request -> request.caller().equals(OPERATOR)
                        && request.mutating()
                        && !request.resource().equals("leases"))
                .count();
    }

    /** The operator's process. */
    static Optional<ProcessHandle> operator() {
        return operators().findFirst();
    }

    /** The operators' processes on this machine. */
    static Stream<ProcessHandle> operators() {
        return ProcessHandle.allProcesses().filter(Measurements::isOperator);
    }

    private static boolean isOperator(ProcessHandle process) {
        return process.info()
                        .command()
                        .map(command -> command.endsWith("/java"))
                        .orElse(false)
                && process.info()
                        .arguments()
                        .map(all -> List.of(all).contains(Machine.OPERATOR))
                        .orElse(false);
    }

    static void until(String what, Teller.Goal goal) throws Exception {
        long begin = System.nanoTime();
        while (!goal.reached()) {
            if (since(begin).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException("not within " + PATIENCE + ": " + what);
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** How long the operator took, and how long hands did. */
    private static final class Times {
        private final List<Duration> ours = new ArrayList<>();
        private final List<Duration> hands = new ArrayList<>();

        void add(Duration operator, Duration byHand) {
            ours.add(operator);
            hands.add(byHand);
        }

        void print(String what) {
            System.out.println(what + ": operator " + row(ours) + ", by hand " + row(hands));
        }

        private static String row(List<Duration> times) {
            var sorted = times.stream().sorted().toList();
            return "median " + Teller.seconds(sorted.get(sorted.size() / 2)) + " (" + Teller.seconds(sorted.get(0))
                    + " to " + Teller.seconds(sorted.get(sorted.size() - 1)) + ", " + sorted.size() + " runs)";
        }
    }
}
