package io.operatorlib.docs.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tutorials, followed to the letter. What the reader does in a clone is done already: the build has put the library
 * into a repository of its own, which is the reader's. With {@code -Doperatorlib.newcomer=true} the reader does that
 * too, in a clone of what is committed here, and with an empty Maven repository.
 */
@Execution(ExecutionMode.CONCURRENT) // they wait more than they work
class TutorialIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final boolean NEWCOMER = Boolean.getBoolean("operatorlib.newcomer");

    private static final List<String> LEFT_OUT = new CopyOnWriteArrayList<>();

    @AfterAll
    static void sayWhatWasLeftOut() {
        LEFT_OUT.forEach(line -> System.err.println("LEFT OUT: " + line));
    }

    @Test
    void yourFirstOperator(@TempDir Path place) throws Exception {
        Path settings = Files.createDirectories(place.resolve("home/.m2")).resolve("settings.xml");
        String maven = "-Duser.home=" + place.resolve("home");
        if (NEWCOMER) {
            Path clone = place.resolve("clone");
            var git = List.of("git", "clone", "-q", ROOT.toString(), clone.toString());
            assertThat(new ProcessBuilder(git).inheritIO().start().waitFor()).isZero();
            follow("your-first-operator", place, place.resolve("work"), clone, Map.of("MAVEN_OPTS", maven));
            return;
        }
        // third-party libraries come from this machine's repository first
        Files.copy(Path.of("target/consumer/interpolated-consumer-settings.xml"), settings);
        maven += " -Dmaven.repo.local=" + Path.of("target/repository").toAbsolutePath();
        follow("your-first-operator", place, place.resolve("work"), ROOT, Map.of("MAVEN_OPTS", maven));
    }

    @Test
    void runEtcd(@TempDir Path place) throws Exception {
        if (!Files.isDirectory(ROOT.resolve("etcd-quickstart/target/lib"))) {
            LEFT_OUT.add("the tutorial run-etcd: build etcd-quickstart too");
            return;
        }
        String cache = System.getenv()
                .getOrDefault("OPERATORLIB_CACHE", System.getProperty("user.home") + "/.cache/operatorlib");
        follow("run-etcd", place, ROOT, ROOT, Map.of("OPERATORLIB_BUILT", "yes", "OPERATORLIB_CACHE", cache));
    }

    private static void follow(String name, Path place, Path folder, Path clone, Map<String, String> machine)
            throws Exception {
        if (!onPath("kubectl") || !onPath("mvn")) {
            LEFT_OUT.add("the tutorial " + name + ": put kubectl and mvn on the PATH");
            return;
        }
        var page = Page.read(ROOT.resolve("docs/tutorial/" + name + ".md"));
        try (var reader = new Reader(place, folder, clone, machine)) {
            reader.follow(NEWCOMER ? page : page.withoutClone());
        } finally {
            keep(name, place.resolve("logs"));
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** What was typed and printed, for who wants to see it. */
    private static void keep(String name, Path logs) throws IOException {
        Path kept = Files.createDirectories(Path.of("target/tutorial", name));
        try (var all = Files.list(logs)) {
            for (Path log : all.filter(file -> file.toString().endsWith(".log")).toList()) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
