package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the pages against the code: a Java block of a page is a region of a compiled file, between
 * {@code // region name} and {@code // endregion}, letter by letter but for the indentation.
 */
class PagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern REGION = Pattern.compile("(?ms)^ *// region [\\w-]+\\n(.*?)^ *// endregion$");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)(#[^)]*)?\\)");

    private static final Pattern CLASS_LINK = Pattern.compile("\\[`?([A-Z]\\w+)`?\\]\\(([^)]+\\.java)\\)");

    /** The README promises an operator of fewer lines than this. */
    private static final int LINES_OF_A_WHOLE_OPERATOR = 45;

    @Test
    void everyJavaBlockOfAPageIsARegionOfACompiledFile() throws IOException {
        var regions = new ArrayList<String>();
        for (Path file : files(".java")) {
            var matcher = REGION.matcher(Files.readString(file));
            while (matcher.find()) {
                // a last line that is empty would count as one that is not indented
                regions.add(matcher.group(1).stripTrailing().stripIndent().strip());
            }
        }
        for (Path page : files(".md")) {
            var matcher = JAVA_BLOCK.matcher(Files.readString(page));
            while (matcher.find()) {
                assertThat(regions)
                        .as("a Java block of %s", ROOT.relativize(page))
                        .contains(matcher.group(1).stripIndent().strip());
            }
        }
    }

    @Test
    void everyPageHasOneTitleAndItsLinksLeadSomewhere() throws IOException {
        for (Path page : files(".md")) {
            String text =
                    Files.readString(page).replaceAll("(?ms)^```.*?^```$", "").replaceAll("`[^`\n]*`", "code");
            assertThat(text.lines().filter(line -> line.startsWith("# ")))
                    .as("titles of %s", ROOT.relativize(page))
                    .hasSize(1);
            var links = LINK.matcher(text);
            while (links.find()) {
                assertThat(page.resolveSibling(links.group(1)))
                        .as("a link of %s", ROOT.relativize(page))
                        .exists();
            }
        }
    }

    @Test
    void aClassThatIsNamedIsTheOneThatTheLinkLeadsTo() throws IOException {
        for (Path page : files(".md")) {
            var links = CLASS_LINK.matcher(Files.readString(page));
            while (links.find()) {
                assertThat(links.group(2))
                        .as("the class %s of %s", links.group(1), ROOT.relativize(page))
                        .endsWith("/" + links.group(1) + ".java");
            }
        }
    }

    @Test
    void theReadmeShowsAWholeOperatorInFewLines() throws IOException {
        var block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(block.find()).isTrue();
        assertThat(block.group(1)).contains("public static void main");
        assertThat(block.group(1).lines()).hasSizeLessThan(LINES_OF_A_WHOLE_OPERATOR);
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/")
                            && !ROOT.relativize(file).startsWith(".git"))
                    .sorted()
                    .toList();
        }
    }
}
