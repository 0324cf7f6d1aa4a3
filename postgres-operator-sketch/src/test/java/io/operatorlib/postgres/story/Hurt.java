package io.operatorlib.postgres.story;

import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.network.TcpProxy;
import io.operatorlib.testing.network.Traffic;
import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Lets faults happen to a cluster of three; whom they hit, and how they go, is decided by a seed. */
final class Hurt {
    static final List<String> INSTANCES = List.of("db-1", "db-2", "db-3");

    /** Who is not replaced by then never is; the Lease lasts five seconds. */
    private static final Duration LONG = Duration.ofSeconds(12);

    private static final Duration PAST_THE_LEASE = Duration.ofSeconds(7);

    /** Enough to write, to lag, to notice. */
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private static final Traffic SLOW =
            Traffic.delayed(Duration.ofMillis(60), Duration.ofMillis(80)).losing(0.05);

    private final Stage stage;
    private final TcpProxy network;
    private final SplittableRandom random;
    private final Teller teller;

    Hurt(Stage stage, TcpProxy network, long seed, Teller teller) {
        this.stage = stage;
        this.network = network;
        this.random = new SplittableRandom(seed);
        this.teller = teller;
    }

    /**
     * Lets a fault happen, and end.
     *
     * @param replaced tells whether another instance than the given one has taken a write since
     */
    void happen(Fault fault, Replaced replaced) throws Exception {
        stage.patch(Story.NAME, "{\"primary\":null}");
        String primary = stage.primary(Story.NAME);
        boolean often = random.nextInt(4) > 0;
        String any = INSTANCES.get(random.nextInt(INSTANCES.size()));
        String victim = often && !primary.isEmpty() ? primary : any;
        long begin = System.nanoTime();
        BooleanSupplier over = () -> victim.equals(primary) && replaced.since(victim, begin);
        teller.note(fault.of(victim) + "; the primary is " + primary);
        switch (fault) {
            case SERVER_KILLED -> Stage.postmaster(victim).ifPresent(ProcessHandle::destroyForcibly);
            case ALL_KILLED -> Stage.signal("KILL", victim);
            case FROZEN -> freeze(victim, over);
            case CUT_FROM_API -> cutFromApi(victim, over);
            case CUT_FROM_OPERATOR -> {
                network.cut(stage.operator(), party(victim));
                pause(PAST_THE_LEASE, over);
            }
            case CUT_APART -> {
                cutApart(victim);
                pause(A_WHILE.plus(A_WHILE), () -> false);
            }
            case CUT_APART_AND_LOST -> {
                others(victim).forEach(other -> network.cut(party(victim), party(other)));
                pause(A_WHILE, () -> false);
                switch (random.nextInt(3)) {
                    case 0 -> Stage.signal("KILL", victim);
                    case 1 -> stage.lose(victim);
                    default -> freeze(victim, over);
                }
                pause(PAST_THE_LEASE, over);
            }
            case SLOW -> {
                others(victim).forEach(other -> network.between(party(victim), party(other), SLOW));
                pause(A_WHILE, () -> false);
                Stage.postmaster(victim).ifPresent(ProcessHandle::destroyForcibly);
                pause(A_WHILE, () -> false);
            }
            case DATA_LOST -> stage.lose(victim);
            case SWITCHED_OVER -> {
                var others = others(primary);
                String next = others.get(random.nextInt(others.size()));
                stage.patch(Story.NAME, "{\"primary\":\"" + next + "\"}");
                pause(LONG, () -> replaced.since(primary, begin));
            }
        }
        pause(A_MOMENT, () -> false);
        network.heal();
    }

    /** Tells whether another one than this has taken a write. */
    interface Replaced {
        boolean since(String former, long nanos);
    }

    // region freeze
    /** It goes on when another one is at work. */
    private static void freeze(String victim, BooleanSupplier over) throws Exception {
        Stage.signal("STOP", victim);
        try {
            pause(PAST_THE_LEASE, () -> false);
            pause(LONG.minus(PAST_THE_LEASE), over);
        } finally {
            Stage.signal("CONT", victim);
        }
    }
    // endregion

    private void cutFromApi(String victim, BooleanSupplier over) throws InterruptedException {
        Traffic cut = Traffic.CUT;
        switch (random.nextInt(3)) {
            case 0 -> network.toward(party(victim), LocalCluster.API_SERVER, cut);
            case 1 -> network.toward(LocalCluster.API_SERVER, party(victim), cut);
            default -> network.between(party(victim), LocalCluster.API_SERVER, cut);
        }
        pause(PAST_THE_LEASE, () -> false);
        pause(LONG.minus(PAST_THE_LEASE), over);
    }

    /** From one of the others or from both; in one direction or in both. */
    private void cutApart(String victim) {
        var others = others(victim);
        int which = random.nextInt(others.size() + 1);
        int direction = random.nextInt(3);
        for (String other : which == others.size() ? others : List.of(others.get(which))) {
            if (direction != 1) {
                network.toward(party(victim), party(other), Traffic.CUT);
            }
            if (direction != 2) {
                network.toward(party(other), party(victim), Traffic.CUT);
            }
        }
    }

    private static List<String> others(String instance) {
        return INSTANCES.stream().filter(other -> !other.equals(instance)).toList();
    }

    private static String party(String instance) {
        return "default/" + instance;
    }

    private static void pause(Duration atMost, BooleanSupplier over) throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < atMost.toNanos() && !over.getAsBoolean()) {
            Thread.sleep(50);
        }
    }
}
