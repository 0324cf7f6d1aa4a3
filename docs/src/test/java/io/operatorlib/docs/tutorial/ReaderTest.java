package io.operatorlib.docs.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderTest {
    private final Path place;

    ReaderTest(@TempDir Path place) {
        this.place = place;
    }

    private void read(String page) throws IOException, InterruptedException {
        Path file = Files.writeString(place.resolve("page.md"), page.replace("'''", "```"));
        try (var reader = new Reader(place, place.resolve("work"), place, Map.of())) {
            reader.follow(Page.read(file));
        }
    }

    @Test
    void whatIsPrintedIsWhatThePageShowsButForAgesAndNames() throws Exception {
        read("""
                '''sh
                echo "web-349becb981-cmmhj   1/1   12s   10.0.0.1"; echo one; echo two; echo three
                '''

                '''text
                web-5f6d7c8b9-x2k4j  1/1  3m  127.0.0.9
                …
                th…
                '''
                """);
    }

    @Test
    void anotherOutputThanThePagesIsNoticed() {
        assertThatThrownBy(() -> read("""
                '''sh
                echo 2/3
                '''

                '''text
                3/3
                '''
                """)).isInstanceOf(AssertionError.class).hasMessageContaining("2/3");
    }

    @Test
    void aCommandThatFailsIsNoticedThoughThePageShowsNothing() {
        assertThatThrownBy(() -> read("""
                '''sh
                cat no-such-file
                '''
                """)).isInstanceOf(AssertionError.class).hasMessageContaining("no-such-file");
    }

    @Test
    void theFolderAndVariablesLastAndFilesArePutWhereThePageSays() throws Exception {
        read("""
                '''sh
                mkdir project
                cd project
                export NAME=value
                '''

                Put this into `hello.yaml`:

                '''yaml
                kind: Website
                '''

                '''sh
                cat hello.yaml
                echo $NAME
                '''

                '''text
                kind: Website
                value
                '''
                """);
        assertThat(place.resolve("work/project/hello.yaml")).hasContent("kind: Website");
    }

    @Test
    void whatRunsOnInATerminalIsWaitedForAndEndedByCtrlC() throws Exception {
        read("""
                '''sh terminal=server
                trap 'echo ended > ended' EXIT
                echo starting; echo at port 80; sleep 600
                '''

                '''text
                at port …
                '''

                Press Ctrl-C in the server's terminal, and look:

                '''sh
                cat ended
                '''

                '''text
                ended
                '''
                """);
    }
}
