package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.cluster.Kubectl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What users see of wrong manifests, of edits that cannot be carried out and of what they did by hand, word by word;
 * while a writer goes on as if nothing were. {@code -Ddocs.write=true} writes the page anew.
 */
@ExtendWith(SharedCluster.Resolver.class)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class WhatTheOperatorSaysIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final Path PAGE = Shipped.file("docs/reference/what-the-operator-says.md");
    private static final boolean WRITING = Boolean.getBoolean("docs.write");

    /** The etcd that the page speaks of. */
    private static final String VERSION = "3.5.30";

    /** Elections take two seconds at worst; on a machine that is busy with other tests, a few times as long. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(15);

    private final SharedCluster shared;
    private final Stage stage;
    private @Nullable Writer writer;

    WhatTheOperatorSaysIT(SharedCluster shared) {
        this.shared = shared;
        this.stage = shared.namespace("default");
    }

    @Test
    void isWhatThePageSays(@TempDir Path folder) throws Exception {
        Optional<Path> program = Kubectl.find();
        if (program.isEmpty()) {
            LEFT_OUT.say("docs/reference/what-the-operator-says.md against a cluster: put kubectl on the PATH or into"
                    + " KUBEBUILDER_ASSETS");
            return;
        }
        var kubectl = new Kubectl(program.get(), shared.kubeconfig(), folder);
        var page = new ConsolePage(Files.readString(PAGE));
        var outputs = new ArrayList<String>();
        for (var step : page.steps()) {
            writes(step.command());
            outputs.add(output(kubectl, step));
        }
        if (WRITING) {
            Files.writeString(PAGE, page.with(outputs));
        } else {
            assertThat(page.steps()).hasSizeGreaterThan(40);
            assertThat(page.with(outputs)).isEqualTo(Files.readString(PAGE));
        }
    }

    /** Lets a writer write to {@code db} from when it is there until somebody takes its members away. */
    private void writes(String command) throws InterruptedException {
        if (command.contains("SpecAccepted=false")) {
            var started = Writer.start("said/", () -> stage.endpoints("db"));
            Await.until("it writes", () -> started.acknowledged() > 20);
            started.forgetGaps();
            writer = started;
        } else if (command.startsWith("kubectl delete $(")) {
            var running = Objects.requireNonNull(writer);
            long before = running.acknowledged();
            Await.until("it still writes", () -> running.acknowledged() > before + 20);
            var gap = running.longestGap();
            assertThat(running.stopAndCountLost()).isZero();
            assertThat(gap.length()).as(gap.toString()).isLessThan(LONGEST_GAP);
            assertThat(running.acknowledged()).isGreaterThan(100);
        }
    }

    /** What a command says; one that only looks is repeated until it sees what it should, or for a while. */
    private String output(Kubectl kubectl, ConsolePage.Step step) {
        var command = List.of("sh", "-c", step.command().replace(VERSION, shared.etcdVersion()));
        var last = new String[] {""};
        boolean looks = step.command().startsWith("kubectl get");
        if (looks && WRITING) {
            Await.pause(Duration.ofSeconds(4));
        }
        Await.reached(Duration.ofSeconds(looks && !WRITING ? 30 : 0), () -> {
            last[0] = normalised(kubectl.run(command).text());
            return last[0].equals(step.output());
        });
        return last[0];
    }

    private String normalised(String text) {
        return text.replace(" from default namespace", "")
                .replace(shared.etcdVersion(), VERSION)
                .replaceAll("\\b(db|typo)-(?!latch)[a-z0-9]{5}\\b", "$1-xxxxx")
                .replaceAll("\\b10\\.96\\.\\d+\\.\\d+", "10.96.x.x")
                .replaceAll("(?m)([^ ]) +([0-9]+[smh])+$", "$1   1m")
                .replaceAll("(?m)^(NAME.*[^ ]) +AGE$", "$1   AGE")
                .replaceAll("(?m) +$", "")
                .strip();
    }
}
