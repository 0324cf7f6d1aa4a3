package io.operatorlib.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How the sources of the library and of its test tools look. */
class TidinessTest {
    private static final List<Path> SOURCES =
            List.of(Path.of("../operator-lib/src/main/java"), Path.of("src/main/java"));

    /** A longer file is more than one thing. */
    private static final int LONGEST = 400;

    /** Longer, and one thing: whose turn it is. */
    private static final List<String> ONE_ALGORITHM = List.of("Kernel.java");

    /** Most files are shorter than this. */
    private static final int USUAL = 200;

    private static List<Path> sources() {
        return SOURCES.stream().flatMap(TidinessTest::javaFiles).sorted().toList();
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noFileIsLongAndMostAreShort() {
        List<Path> sources = sources();
        assertThat(sources).as("sources are found").hasSizeGreaterThan(200);
        assertThat(sources.stream()
                        .filter(file -> lines(file).size() > LONGEST)
                        .filter(file ->
                                !ONE_ALGORITHM.contains(file.getFileName().toString())))
                .isEmpty();
        assertThat(sources.stream().filter(file -> lines(file).size() <= USUAL).count())
                .isGreaterThan(sources.size() * 8L / 10);
    }

    @Test
    void everyPackageDefinesItsWordAndIsNullMarked() {
        var packages = new TreeSet<Path>();
        sources().forEach(file -> packages.add(file.getParent()));
        assertThat(packages).allSatisfy(folder -> {
            Path info = folder.resolve("package-info.java");
            assertThat(info).exists();
            String text = String.join("\n", lines(info));
            assertThat(text).contains("/**").contains("@NullMarked");
        });
    }

    @Test
    void nothingIsLeftToDo() {
        assertThat(sources())
                .allSatisfy(file -> assertThat(String.join("\n", lines(file))).doesNotContainPattern("TODO|FIXME|XXX"));
    }
}
