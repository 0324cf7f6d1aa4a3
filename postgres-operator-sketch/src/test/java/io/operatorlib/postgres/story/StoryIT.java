package io.operatorlib.postgres.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.network.TcpProxy;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./quickstart postgres} tells; half of it, where the property {@code operatorlib.postgres.whole} is not set.
 * Then what only a test does: faults that come by seed.
 */
@Timeout(3600) // it takes about a minute where nothing else runs; fifty episodes take a quarter of an hour
class StoryIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    /** The longest of them are those that a Lease is for. */
    private static final List<Fault> DAILY = List.of(Fault.FROZEN, Fault.CUT_FROM_API);

    @Test
    void noAcknowledgedWriteIsLostOrTakenByTwoInTheLifeOfACluster(@TempDir Path folder) throws Exception {
        Optional<Machine> machine = Machine.find();
        if (machine.isEmpty()) {
            LEFT_OUT.say("the PostgreSQL story: it needs root, and PostgreSQL as tools/postgres-binaries finds it");
            return;
        }
        long seed = Long.getLong("operatorlib.seed", 1);
        try (var network = TcpProxy.start(seed);
                var cluster = machine.get().cluster(folder, network)) {
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            var teller = new Teller(System.out, false);
            var story = new Story(machine.get(), stage, teller);
            story.install(Files.readString(machine.get().module().resolve("deploy/install.yaml")));
            story.create();
            assertThat(story.live(Boolean.getBoolean("operatorlib.postgres.whole")))
                    .isEmpty();
            int episodes = Integer.getInteger("operatorlib.postgres.episodes", 0);
            new Episodes(stage, machine.get(), new Hurt(stage, network, seed, teller), teller, true)
                    .run(episodes == 0 ? DAILY : Episodes.faults(episodes, seed));
            story.delete();
        }
    }
}
