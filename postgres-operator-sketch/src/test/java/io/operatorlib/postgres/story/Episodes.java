package io.operatorlib.postgres.story;

import io.operatorlib.postgres.story.Writer.Write;
import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Hurts a cluster by seed, again and again, while a writer of each instance's own tries it all the time: so whoever
 * takes a write that it must not take is seen. After each episode nothing that was acknowledged may be missing, or no more
 * than the status had announced.
 */
public final class Episodes {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Stage stage;
    private final Machine machine;
    private final Hurt hurt;
    private final Teller teller;
    private final boolean synchronous;
    private final List<Writer> writers = new ArrayList<>();
    private final List<Write> lost = new ArrayList<>();

    Episodes(Machine machine, Stage stage, Hurt hurt, Teller teller, boolean synchronous) {
        this.machine = machine;
        this.stage = stage;
        this.hurt = hurt;
        this.teller = teller;
        this.synchronous = synchronous;
    }

    /** Arguments: how many episodes, the seed, and {@code asynchronous} where commits are to wait for nobody. */
    public static void main(String[] args) throws Exception {
        int episodes = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        boolean synchronous = args.length < 3 || !args[2].equals("asynchronous");
        var teller = new Teller(System.out, false);
        Site.tell(Machine.needed(), OperatorByName.class, seed, teller, (stage, story, network) -> {
            story.create(synchronous);
            new Episodes(story.machine(), stage, new Hurt(stage, network, seed, teller), teller, synchronous)
                    .run(faults(episodes, seed));
        });
    }

    /** So many faults by seed: each kind once, then each kind once more, in another order. */
    static List<Fault> faults(int count, long seed) {
        var random = new SplittableRandom(seed);
        var faults = new ArrayList<Fault>();
        var deck = new ArrayList<Fault>();
        while (faults.size() < count) {
            if (deck.isEmpty()) {
                deck.addAll(List.of(Fault.values()));
            }
            faults.add(deck.remove(random.nextInt(deck.size())));
        }
        return faults;
    }

    /**
     * Lets all of these happen, one after the other.
     *
     * @throws IllegalStateException if two instances took writes, or one was lost that must not be
     */
    void run(List<Fault> faults) throws Exception {
        for (String instance : Hurt.INSTANCES) {
            var client = client(() -> stage.address(instance).map(List::of).orElse(List.of("127.255.255.253")));
            writers.add(new Writer(instance, client, Writer.Pace.STEADY));
        }
        try (var announced = new Announced(stage)) {
            for (int i = 0; i < faults.size(); i++) {
                teller.chapter("Episode " + (i + 1) + " of " + faults.size());
                hurt.happen(faults.get(i), this::replaced);
                long healed = System.nanoTime();
                teller.step(
                        "all serve",
                        PATIENCE,
                        () -> stage.summary(Story.NAME),
                        () -> stage.healthy(Story.NAME, Hurt.INSTANCES.size()) && replaced("", healed));
                judge(announced);
            }
        } catch (IllegalStateException e) {
            Hurt.INSTANCES.forEach(instance -> teller.say("---- " + instance + "\n" + stage.log(instance)));
            throw e;
        } finally {
            writers.forEach(Writer::close);
        }
    }

    private Client client(Supplier<List<String>> addresses) {
        return new Client(machine.programs(), addresses, stage.password(Story.NAME));
    }

    private boolean replaced(String former, long since) {
        return writers.stream().anyMatch(writer -> writer.firstBy(former, since).isPresent());
    }

    private Evidence evidence() {
        return new Evidence(writers.stream()
                .flatMap(writer -> writer.acknowledged().stream())
                .toList());
    }

    private void judge(Announced announced) throws Exception {
        var client = client(() -> stage.addresses(Story.NAME));
        var missing = new ArrayList<Write>();
        for (Writer writer : writers) {
            missing.addAll(writer.lost(client));
        }
        missing.removeAll(lost);
        lost.addAll(missing);
        var evidence = evidence();
        demand(evidence.shared().isEmpty(), "two instances took writes on timelines " + evidence.shared());
        demand(evidence.late().isEmpty(), "taken after a successor had taken one: " + evidence.late());
        demand(missing.isEmpty() || !synchronous, "lost although commits wait: " + missing);
        for (Evidence.Loss loss : evidence.losses(missing)) {
            long said = announced
                    .of(loss.primary(), nanos -> nanos - loss.last() <= 0)
                    .orElse(0);
            teller.note(loss + ", announced " + said + " bytes");
            demand(loss.bytes() <= said, "more is lost than was announced");
        }
        teller.note("so far: " + evidence.writes().size() + " writes acknowledged, on " + evidence.timelines()
                + " timelines, " + lost.size() + " lost, none taken by two");
    }

    private static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
