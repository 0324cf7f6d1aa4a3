package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every trap has its row in the index, and every row tests that are there. */
class TrapIndexTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path INDEX = ROOT.resolve("docs/reference/traps.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (T\\d+[a-e]?) \\|[^|]*\\|([^|]*)\\|$");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern TEST = Pattern.compile("(?m)^ +void (t(\\d+[a-e]?)_\\w+|trap\\d+\\w+)\\(");

    /** T0 to T48, of which two numbers were never given and one has five parts. */
    private static Set<String> all() {
        var all = IntStream.rangeClosed(0, 48)
                .filter(i -> i != 8 && i != 14 && i != 7)
                .mapToObj(i -> "T" + i)
                .collect(Collectors.toCollection(TreeSet::new));
        Stream.of("a", "b", "c", "d", "e").forEach(part -> all.add("T7" + part));
        return all;
    }

    @Test
    void everyTrapHasARowAndEveryRowItsTests() throws IOException {
        Set<String> tests = tests();
        assertThat(tests).containsAll(named(Files.readString(INDEX)));
        var rows = new TreeMap<String, String>();
        Matcher row = ROW.matcher(Files.readString(INDEX));
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        assertThat(rows.keySet()).containsAll(all());
        assertThat(rows).allSatisfy((trap, named) -> {
            Set<String> its = named(named);
            assertThat(its).as("tests of %s", trap).isNotEmpty();
            assertThat(tests).containsAll(its);
            assertThat(its)
                    .allSatisfy(test -> assertThat(test).contains("#" + trap.toLowerCase(java.util.Locale.ROOT) + "_"));
        });
    }

    private static Set<String> named(String text) {
        var named = new TreeSet<String>();
        Matcher matcher = NAMED.matcher(text);
        while (matcher.find()) {
            named.add(matcher.group(1) + "#" + matcher.group(2));
        }
        return named;
    }

    private static Set<String> tests() throws IOException {
        var tests = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.toString().endsWith("Test.java")
                            && !file.toString().contains("/target/")
                            && file.toString().contains("src/test"))
                    .forEach(file -> addTests(tests, file));
        }
        return tests;
    }

    private static void addTests(Set<String> tests, Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        try {
            Matcher matcher = TEST.matcher(Files.readString(file));
            while (matcher.find()) {
                tests.add(name + "#" + matcher.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
