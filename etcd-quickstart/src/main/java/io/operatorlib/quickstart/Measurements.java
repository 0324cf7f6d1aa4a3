package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The operator's times beside those of the same work done by hand, in one run, and what it does while nothing happens.
 * It prints, and judges nothing.
 *
 * <p>{@code Measurements ETCD_FOLDER OPERATOR_FOLDER create|replace|steady|kill [rounds] [seed]}
 */
public final class Measurements {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);
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
        Path folder = Files.createTempDirectory("operator-lib-");
        try (var cluster = machine.cluster(folder)) {
            var measurements = new Measurements(machine, folder, cluster);
            measurements.stage.apply(Files.readString(machine.operator().resolve("deploy/install.yaml")));
            measurements.until(measurements.stage::operatorReady);
            int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 0;
            switch (args[2]) {
                case "create" -> measurements.create(rounds > 0 ? rounds : ROUNDS);
                case "replace" -> measurements.replace(rounds > 0 ? rounds : ROUNDS);
                case "steady" -> measurements.steady(rounds > 0 ? rounds : STEADY_CLUSTERS);
                case "kill" ->
                    measurements.kill(rounds > 0 ? rounds : KILLS, args.length > 4 ? Long.parseLong(args[4]) : 1);
                default -> throw new IllegalArgumentException("create, replace, steady or kill, not " + args[2]);
            }
        }
    }

    /** From nothing to a linearizable read on each of three voters. */
    private void create(int rounds) throws Exception {
        var ours = new ArrayList<Duration>();
        var hands = new ArrayList<Duration>();
        for (int round = 0; round <= rounds; round++) {
            long begin = System.nanoTime();
            ByHand.create(machine.etcd(), folder.resolve("by-hand")).close();
            var byHand = since(begin);
            String name = "create-" + round;
            begin = System.nanoTime();
            stage.apply(Stage.cluster(name, 3, machine.etcdVersion()));
            until(() -> stage.endpoints(name).size() == 3);
            ByHand.awaitReads(stage.endpoints(name));
            var operator = since(begin);
            remove(name);
            if (round > 0) { // the first one warms both up
                hands.add(byHand);
                ours.add(operator);
            }
        }
        print("three voters serve", ours, hands);
    }

    /** From the loss of a member's data to three voters that serve. */
    private void replace(int rounds) throws Exception {
        var ours = new ArrayList<Duration>();
        var hands = new ArrayList<Duration>();
        stage.apply(Stage.cluster("replace", 3, machine.etcdVersion()));
        until(() -> healthy("replace", 3));
        for (int round = 0; round <= rounds; round++) {
            Duration byHand;
            try (var three = ByHand.create(machine.etcd(), folder.resolve("by-hand"))) {
                Thread.sleep(6000); // etcd changes its members only after its peers were connected for five seconds
                long begin = System.nanoTime();
                three.replaceLost();
                byHand = since(begin);
            }
            var lost = stage.members("replace").get(0);
            long begin = System.nanoTime();
            stage.deletePod(lost.name());
            until(() -> healthy("replace", 3)
                    && stage.members("replace").stream()
                            .noneMatch(member -> member.id().equals(lost.id())));
            ByHand.awaitReads(stage.endpoints("replace"));
            var operator = since(begin);
            if (round > 0) {
                hands.add(byHand);
                ours.add(operator);
            }
        }
        print("a lost member is replaced", ours, hands);
    }

    /** What the operator writes and uses while nothing happens. */
    private void steady(int clusters) throws Exception {
        for (int number = 0; number < clusters; number++) {
            String name = "steady-" + number;
            stage.apply(Stage.cluster(name, 3, machine.etcdVersion()));
            until(() -> healthy(name, 3));
        }
        Thread.sleep(10_000);
        long writes = writes();
        var process = operator();
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

    /** Kills the operator at random moments of a cluster's life; every run must converge, on one cluster ID. */
    private void kill(int runs, long seed) throws Exception {
        var random = new Random(seed);
        for (int run = 0; run < runs; run++) {
            String name = "kill-" + run;
            stage.apply(Stage.cluster(name, 3, machine.etcdVersion()));
            killAfter(random.nextInt(3000));
            until(() -> healthy(name, 3));
            String id = clusterId(name);
            switch (run % 3) {
                case 0 -> stage.resize(name, 5);
                case 1 -> stage.resize(name, 1);
                default -> stage.deletePod(stage.members(name).get(0).name());
            }
            killAfter(random.nextInt(3000));
            int size = run % 3 == 0 ? 5 : run % 3 == 1 ? 1 : 3;
            until(() -> healthy(name, size));
            boolean same = clusterId(name).equals(id);
            remove(name);
            System.out.println("run " + run + ": converged at " + size + ", "
                    + (same ? "one cluster ID" : "CLUSTER ID CHANGED") + ", nothing left");
        }
    }

    private void killAfter(int millis) throws InterruptedException {
        Thread.sleep(millis);
        ProcessHandle.allProcesses().filter(Measurements::isOperator).forEach(ProcessHandle::destroyForcibly);
    }

    private String clusterId(String name) {
        return stage.cluster(name)
                .map(found -> found.getAsJsonObject("status").get("clusterId").getAsString())
                .orElse("");
    }

    private boolean healthy(String name, int size) {
        return stage.healthyVoters(name).size() == size
                && stage.members(name).size() == size
                && stage.pods(name).size() == size;
    }

    private void remove(String name) throws Exception {
        stage.delete(name);
        until(() -> stage.cluster(name).isEmpty() && stage.remains(name) == 0);
    }

    private long writes() {
        return cluster.server().requests().stream()
                .filter(request -> request.caller().equals(OPERATOR) && request.mutating())
                .count();
    }

    private static ProcessHandle operator() {
        return ProcessHandle.allProcesses()
                .filter(Measurements::isOperator)
                .findFirst()
                .orElseThrow();
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

    private void until(Teller.Goal goal) throws Exception {
        long begin = System.nanoTime();
        while (!goal.reached()) {
            if (since(begin).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException("not within " + PATIENCE);
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private static void print(String what, List<Duration> ours, List<Duration> hands) {
        System.out.println(what + ": operator " + row(ours) + ", by hand " + row(hands));
    }

    private static String row(List<Duration> times) {
        var sorted = times.stream().sorted().toList();
        return "median " + Teller.seconds(sorted.get(sorted.size() / 2)) + " (" + Teller.seconds(sorted.get(0)) + " to "
                + Teller.seconds(sorted.get(sorted.size() - 1)) + ", " + sorted.size() + " runs)";
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
