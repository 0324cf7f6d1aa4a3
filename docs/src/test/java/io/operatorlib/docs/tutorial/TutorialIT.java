package io.operatorlib.docs.tutorial;

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
 * The tutorials, followed to the letter. What they have a reader do in a clone is done already: the build has put the
 * library into a repository of its own, which is the reader's.
 */
@Execution(ExecutionMode.CONCURRENT) // they wait more than they work
class TutorialIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final List<String> LEFT_OUT = new CopyOnWriteArrayList<>();

    @AfterAll
    static void sayWhatWasLeftOut() {
        LEFT_OUT.forEach(line -> System.err.println("LEFT OUT: " + line));
    }

    @Test
    void yourFirstOperator(@TempDir Path place) throws Exception {
        follow("your-first-operator", place, place.resolve("work"), maven(place));
    }

    @Test
    void runEtcd(@TempDir Path place) throws Exception {
        if (!Files.isDirectory(ROOT.resolve("etcd-quickstart/target/lib"))) {
            LEFT_OUT.add("the tutorial run-etcd: the etcd operator was not built before");
            return;
        }
        String cache = System.getenv().getOrDefault("OPERATORLIB_CACHE", System.getProperty("user.home") + "/.cache/operatorlib");
        follow("run-etcd", place, ROOT, Map.of("OPERATORLIB_BUILT", "yes", "OPERATORLIB_CACHE", cache));
    }

    private static void follow(String name, Path place, Path folder, Map<String, String> machine) throws Exception {
        if (!onPath("kubectl") || !onPath("mvn")) {
            LEFT_OUT.add("the tutorial " + name + ": put kubectl and mvn on the PATH");
            return;
        }
        var page = Page.read(ROOT.resolve("docs/tutorial/" + name + ".md"));
        var actions = page.actions().stream()
                .filter(action -> !(action instanceof Page.InClone))
                .toList();
        try (var reader = new Reader(place, folder, ROOT, machine)) {
            reader.follow(new Page(page.file(), actions));
        } finally {
            keep(name, place.resolve("logs"));
        }
    }

    /** A home of the reader's own, whose settings take third-party libraries from this machine's repository first. */
    private static Map<String, String> maven(Path place) throws IOException {
        Path home = Files.createDirectories(place.resolve("home/.m2")).getParent();
        Files.copy(Path.of("target/consumer/interpolated-consumer-settings.xml"), home.resolve(".m2/settings.xml"));
        return Map.of(
                "MAVEN_OPTS",
                "-Duser.home=" + home + " -Dmaven.repo.local="
                        + Path.of("target/repository").toAbsolutePath());
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** What was typed and printed, for who wants to see it. */
    private static void keep(String name, Path logs) throws IOException {
        Path kept = Files.createDirectories(Path.of("target/tutorial", name));
        for (Path log : list(logs)) {
            if (log.toString().endsWith(".log")) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
