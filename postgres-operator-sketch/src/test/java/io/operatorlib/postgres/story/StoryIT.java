package io.operatorlib.postgres.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.story.Teller;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What {@code ./quickstart postgres} tells; half of it, where the property {@code operatorlib.postgres.whole} is not set.
 * Then what only a test does: faults that come by seed.
 */
@Timeout(3600) // it takes about a minute where nothing else runs; fifty episodes take a quarter of an hour
class StoryIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    /** What the simulation cannot show: the clock of a process that stands still, and the gate in front of real PostgreSQL. */
    private static final List<Fault> DAILY = List.of(Fault.FROZEN);

    @Test
    void noAcknowledgedWriteIsLostOrTakenByTwoInTheLifeOfACluster() throws Exception {
        Optional<Machine> machine = Machine.find();
        if (machine.isEmpty()) {
            LEFT_OUT.say("the PostgreSQL story: it needs root, and PostgreSQL as tools/postgres-binaries finds it");
            return;
        }
        long seed = Long.getLong("operatorlib.seed", 1);
        int episodes = Integer.getInteger("operatorlib.postgres.episodes", 0);
        var teller = new Teller(System.out, false);
        Site.tell(machine.get(), OperatorByName.class, seed, teller, (stage, story, network) -> {
            story.create();
            assertThat(story.live(Boolean.getBoolean("operatorlib.postgres.whole")))
                    .isEmpty();
            new Episodes(machine.get(), stage, new Hurt(stage, network, seed, teller), teller, true)
                    .run(episodes == 0 ? DAILY : Episodes.faults(episodes, seed));
            story.delete();
        });
    }
}
