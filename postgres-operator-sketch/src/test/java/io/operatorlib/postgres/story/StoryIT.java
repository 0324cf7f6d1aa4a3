package io.operatorlib.postgres.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./quickstart postgres} tells; half of it, where the property {@code operatorlib.postgres.whole} is not set. */
@Timeout(600) // it takes less than a minute where nothing else runs
class StoryIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    @Test
    void noAcknowledgedWriteIsLostInTheLifeOfACluster(@TempDir Path folder) throws Exception {
        Optional<Machine> machine = Machine.find();
        if (machine.isEmpty()) {
            LEFT_OUT.say("the PostgreSQL story: it needs root, and PostgreSQL as tools/postgres-binaries finds it");
            return;
        }
        try (var cluster = machine.get().cluster(folder)) {
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            var story = new Story(machine.get(), stage, new Teller(System.out, false));
            story.install(Files.readString(machine.get().module().resolve("deploy/install.yaml")));
            assertThat(story.tell(Boolean.getBoolean("operatorlib.postgres.whole")))
                    .isEmpty();
        }
    }
}
