package io.operatorlib.postgres.story;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Hurts a cluster by seed, again and again, while a writer of each instance's own tries it all the time: so whoever
 * takes a write that it must not take is seen. Arguments: how many episodes, and the seed.
 */
public final class Episodes {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A Lease of five seconds, and time to be replaced. */
    private static final int FREEZE_MILLIS = 9_000;

    private final Stage stage;
    private final Random random;
    private final Teller teller;

    private Episodes(Stage stage, long seed, Teller teller) {
        this.stage = stage;
        this.random = new Random(seed);
        this.teller = teller;
    }

    public static void main(String[] args) throws Exception {
        int episodes = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        Path folder = Files.createTempDirectory("operator-lib-");
        System.setProperty("operatorlib.log", folder.resolve("cluster.log").toString());
        var teller = new Teller(System.out, false);
        var machine = Machine.find().orElseThrow(() -> new IllegalStateException("not on this machine: see above"));
        try (var cluster = machine.cluster(folder)) {
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            var story = new Story(machine, stage, teller);
            story.install(Files.readString(machine.module().resolve("deploy/install.yaml")));
            story.create();
            new Episodes(stage, seed, teller).run(episodes, machine);
        }
        Folders.delete(folder);
    }

    private void run(int episodes, Machine machine) throws Exception {
        var writers = new ArrayList<Writer>();
        for (String instance : List.of("db-1", "db-2", "db-3")) {
            writers.add(new Writer(
                    instance,
                    machine.programs(),
                    () -> stage.address(instance).map(List::of).orElse(List.of("127.255.255.253")),
                    stage.password(Story.NAME)));
        }
        for (int i = 1; i <= episodes; i++) {
            teller.chapter("Episode " + i);
            episode();
            teller.step("all serve", PATIENCE, () -> stage.summary(Story.NAME), () -> stage.healthy(Story.NAME, 3));
        }
        long lost = 0;
        for (Writer writer : writers) {
            writer.close();
        }
        for (Writer writer : writers) {
            var all = new Writer(
                    "look", machine.programs(), () -> stage.addresses(Story.NAME), stage.password(Story.NAME));
            lost += all.lost(writer).size();
            all.close();
        }
        var writes = writers.stream()
                .flatMap(writer -> writer.acknowledged().stream())
                .toList();
        teller.note(episodes + " episodes: " + writes.size() + " writes acknowledged, on "
                + writes.stream().map(Writer.Write::timeline).distinct().count() + " timelines, " + lost
                + " lost, " + late(writes) + " taken by one whose successor had taken one before");
    }

    /** How many writes were sent after one was acknowledged on a later timeline, and acknowledged nevertheless. */
    private static long late(List<Writer.Write> writes) {
        var first = new TreeMap<Long, Long>();
        writes.forEach(write -> first.merge(write.timeline(), write.nanos(), Math::min));
        return writes.stream()
                .filter(write -> first.tailMap(write.timeline(), false).values().stream()
                        .anyMatch(acknowledged -> acknowledged - write.sent() < 0))
                .count();
    }

    private void episode() throws Exception {
        String primary = stage.primary(Story.NAME);
        String victim = random.nextInt(4) > 0 ? primary : "db-" + (1 + random.nextInt(3));
        switch (random.nextInt(5)) {
            case 0 -> {
                teller.note("kill -9 PostgreSQL of " + victim);
                Story.postmaster(victim).destroyForcibly();
            }
            case 1 -> {
                teller.note("kill -9 all processes of " + victim);
                Stage.signal("KILL", victim);
            }
            case 2 -> {
                teller.note("kill -STOP all processes of " + victim + ", and -CONT later");
                Stage.signal("STOP", victim);
                Thread.sleep(FREEZE_MILLIS);
                Stage.signal("CONT", victim);
            }
            case 3 -> {
                teller.note("the data of " + victim + " is lost");
                stage.lose(victim);
            }
            default -> {
                String next = "db-" + (1 + random.nextInt(3));
                teller.note("a switch-over to " + next);
                stage.patch(Story.NAME, "{\"primary\":\"" + next + "\"}");
            }
        }
        Thread.sleep(1_000);
    }
}
