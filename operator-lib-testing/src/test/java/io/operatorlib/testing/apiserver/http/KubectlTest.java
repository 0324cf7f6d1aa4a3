package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.cluster.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified kubectl says the same of our API server as it says of a real one. */
@Timeout(240)
class KubectlTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final List<String> MANIFESTS = List.of(
            "crd",
            "cm",
            "w",
            "bad-range",
            "bad-type",
            "bad-field",
            "bad-name",
            "bad-kind",
            "bad-missing",
            "ssa",
            "ssa2",
            "dry",
            "pod2");

    private final Path folder;

    KubectlTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** A command of the recorded session and what came of it. */
    private record Step(String command, String outcome) {}

    @Test
    void saysOfOurServerWhatItSaysOfARealOne() throws Exception {
        Optional<Path> program = Kubectl.find();
        if (program.isEmpty()) {
            LEFT_OUT.say("a session of kubectl against the API server: put kubectl on the PATH or into"
                    + " KUBEBUILDER_ASSETS");
            return;
        }
        for (String manifest : MANIFESTS) {
            Files.writeString(folder.resolve(manifest + ".yaml"), resource(manifest + ".yaml"));
        }
        RealScheduler scheduler = new RealScheduler();
        List<Step> outcomes = new ArrayList<>();
        List<Step> session = session();
        try (ApiServerHttps https =
                ApiServerHttps.start(ApiServer.create(scheduler), scheduler, ApiServerHttps.Listen.loopback())) {
            var kubectl = new Kubectl(program.get(), folder.resolve("kubeconfig"), folder);
            https.writeKubeconfig(kubectl.kubeconfig());
            for (Step step : session) {
                outcomes.add(new Step(step.command(), run(kubectl, step.command())));
            }
        }
        assertThat(session).hasSizeGreaterThan(60);
        assertThat(outcomes).containsExactlyElementsOf(session);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(KubectlTest.class.getResourceAsStream("kubectl/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<Step> session() throws IOException {
        List<Step> steps = new ArrayList<>();
        for (String block : resource("session.txt").split("(?m)^\\$ ")) {
            if (!block.startsWith("#")) {
                int end = block.indexOf('\n');
                steps.add(new Step(
                        block.substring(0, end), block.substring(end + 1).strip()));
            }
        }
        return steps;
    }

    private static String run(Kubectl kubectl, String command) {
        var outcome = kubectl.run(List.of(command.split(" ")));
        String text = outcome.text();
        return normalised(
                (text.isEmpty() || text.endsWith("\n") ? text : text + "\n") + "[" + outcome.exitCode() + "]");
    }

    private static String normalised(String text) {
        String plain = text.replace(" from default namespace", "");
        plain = plain.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<time>");
        plain = plain.replaceAll("\\b\\d+(\\.\\d+)?m?s\\b", "<age>");
        plain = plain.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "<uid>");
        plain = plain.replaceAll("Resource Version:\\s+\\d+", "RV");
        plain = plain.replaceAll("127\\.0\\.0\\.1:\\d+", "<server>");
        return Pattern.compile(" +").matcher(plain).replaceAll(" ").strip();
    }
}
