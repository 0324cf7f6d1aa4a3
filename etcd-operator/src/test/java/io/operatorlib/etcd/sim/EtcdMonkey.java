package io.operatorlib.etcd.sim;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Does harm to a cluster, and edits it, in an order that the seed decides: for a quarter of an hour or so, never more
 * than the cluster must survive. Data is lost only where it is whole; else the loss would be nobody's fault but its own.
 */
final class EtcdMonkey {
    static final int FAULTS = 8;
    static final int EDITS = 3;

    private static final int START = 3;
    private static final List<Integer> SIZES = List.of(1, 3, 4, 5);

    private final Sim sim;
    private final EtcdStage stage;
    private final RandomGenerator random;
    private final List<String> done = new ArrayList<>();
    private int size = START;

    EtcdMonkey(Sim sim, EtcdStage stage) {
        this.sim = sim;
        this.stage = stage;
        this.random = sim.scheduler().random();
    }

    /** Plays; returns what it did, when everything has healed. */
    List<String> play() {
        stage.create(START);
        stage.converges(START);
        int faults = FAULTS;
        int edits = EDITS;
        while (faults + edits > 0) {
            sim.pass(seconds(10, 120));
            if (random.nextInt(faults + edits) < edits) {
                edits--;
                edit();
            } else {
                faults--;
                fault();
            }
        }
        stage.converges(size);
        stage.isAtRest();
        return done;
    }

    private void edit() {
        var others = SIZES.stream().filter(other -> other != size).toList();
        size = others.get(random.nextInt(others.size()));
        note("size " + size);
        stage.resize(size);
    }

    private void fault() {
        switch (random.nextInt(9)) {
            case 0 -> kill();
            case 1 -> losePod();
            case 2 -> crash();
            case 3 -> cut();
            case 4 -> {
                note("history forgotten");
                stage.cluster().server().compact();
            }
            case 5 -> between(new ApiFault.Partition());
            case 6 -> between(new ApiFault.CutWatches());
            case 7 -> between(ApiFault.Refuse.conflicts());
            default ->
                between(
                        random.nextBoolean()
                                ? ApiFault.Refuse.internalErrors()
                                : ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(1)));
        }
    }

    private void kill() {
        var running = stage.world().running(process -> true);
        if (!running.isEmpty()) {
            var process = running.get(random.nextInt(running.size()));
            note("kill " + process);
            stage.world().kill(process);
        }
    }

    private void losePod() {
        if (size < 3 || !stage.isWhole(size)) {
            crash();
            return;
        }
        var running = stage.world().running(process -> true);
        var name = running.get(random.nextInt(running.size())).flags.name();
        note("lose " + name);
        stage.cluster().delete(EtcdStage.PODS + "/" + name);
    }

    private void crash() {
        if (sim.operatorRuns()) {
            note("the operator crashes");
            sim.crash();
        }
    }

    private void cut() {
        var running = stage.world().running(process -> true);
        if (running.size() > 1) {
            var one = running.get(random.nextInt(running.size()));
            var other = running.get(random.nextInt(running.size()));
            note("cut " + one + " from " + other);
            stage.world().cut(one.address, other.address);
            sim.pass(seconds(2, 40));
            stage.world().heal();
        }
    }

    private void between(ApiFault fault) {
        note(fault.toString());
        sim.begin(fault);
        sim.pass(seconds(2, 60));
        sim.end(fault);
    }

    private void note(String what) {
        done.add(sim.elapsed().toSeconds() + " s: " + what);
    }

    private Duration seconds(int from, int to) {
        return Duration.ofSeconds(random.nextInt(from, to));
    }
}
