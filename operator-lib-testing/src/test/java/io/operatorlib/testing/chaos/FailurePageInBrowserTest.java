package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.testing.LeftOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The page that a failure draws, opened by Chromium and used as a person uses it. */
@Execution(ExecutionMode.CONCURRENT)
class FailurePageInBrowserTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final Pattern TRIED = Pattern.compile("(?s)<pre id=\"tried\">(.*?)</pre>");

    /** Points at a write, then zooms in on the middle, and says what that did. */
    private static final String HAND = """
            <script>
            const drawn = kind => [...document.querySelectorAll("rect." + kind)];
            const said = [];
            addEventListener("error", event => said.push("error " + event.message));
            const times = () => [...svg.querySelectorAll("text")].map(text => text.textContent).filter(text => text.endsWith(" s"));
            said.push("writes " + drawn("write").length, "lives " + drawn("life").length, "faults " + drawn("fault").length, "kept " + drawn("kept").length);
            drawn("write")[0].dispatchEvent(new MouseEvent("mousemove", {clientX: 400, clientY: 40}));
            said.push("tip " + tip.style.display + " " + tip.textContent);
            const whole = times().join();
            svg.dispatchEvent(new WheelEvent("wheel", {deltaY: -1, clientX: 700, clientY: 40, cancelable: true}));
            said.push("zoomed " + (times().join() !== whole));
            const tried = document.createElement("pre");
            tried.id = "tried";
            tried.textContent = said.join("\\n");
            document.body.append(tried);
            </script>
            """;

    @Test
    void itIsDrawnAndSaysMoreWhereOnePointsAndZoomsWhereOneTurnsTheWheel(@TempDir Path folder) throws Exception {
        var browser = browser();
        if (browser.isEmpty()) {
            LEFT_OUT.say("the page of a failure in a browser: no program chromium is in the PATH");
            return;
        }
        var failure = catchThrowableOfType(
                ChaosFailure.class, () -> Chaos.of(20).into(folder).play(Zoo.TAKES_FOR_GRANTED.workload()));
        assertThat(failure).isNotNull();
        var page = page(folder);
        Files.writeString(page, Files.readString(page) + HAND);
        var tried = TRIED.matcher(dom(browser.get(), page, folder));
        assertThat(tried.find()).as("the hand has written down what it did").isTrue();
        assertThat(tried.group(1).lines())
                .anyMatch(line -> line.matches("writes [1-9]\\d*"))
                .anyMatch(line -> line.matches("lives [1-9]\\d*"))
                .anyMatch(line -> line.matches("faults [1-9]\\d*"))
                .anyMatch(line -> line.matches("tip block [0-9.]+ s: effect \\d+: .*"))
                .contains("zoomed true")
                .noneMatch(line -> line.startsWith("error"));
    }

    @Test
    void itShowsWhatWasKeptFromTheOperatorAndForHowLong(@TempDir Path folder) throws Exception {
        var browser = browser();
        if (browser.isEmpty()) {
            return; // the other test has said so
        }
        var page = Files.writeString(folder.resolve("kept.html"), kept() + HAND);
        var tried = TRIED.matcher(dom(browser.get(), page, folder));
        assertThat(tried.find()).as("the hand has written down what it did").isTrue();
        assertThat(tried.group(1).lines())
                .anyMatch(line -> line.matches("kept [1-9]\\d*"))
                .noneMatch(line -> line.startsWith("error"));
    }

    /** A user paints while watches are silent, and while they skip what happens. */
    static String kept() {
        var schedule = Schedule.parse("""
                10 40 1 watches silent
                12 1 1 paint it blue
                80 30 1 events skipped
                82 1 1 paint it white
                85 1 1 paint it blue
                90 1 1 a part is taken away
                140 20 3 harmed at some of its effects
                141 1 1 paint it white""");
        var lines = new ArrayList<String>();
        var workload = Zoo.SOUND.workload();
        var verdict = Verdict.of(workload, new FaultFree<>(workload), 1, schedule, lines::add);
        assertThat(verdict.oracle()).isEmpty();
        assertThat(lines)
                .anyMatch(line -> line.contains("event told late: "))
                .anyMatch(line -> line.contains("event dropped: "));
        return Timeline.of("what was kept from a sound one", schedule, "nothing failed", lines);
    }

    private static Path page(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String dom(Path browser, Path page, Path folder) throws IOException {
        var command = new ArrayList<>(List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox", // a build may run as root
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1400,900",
                "--dump-dom",
                page.toUri().toString()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Optional<Path> browser() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(place -> Path.of(place, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
