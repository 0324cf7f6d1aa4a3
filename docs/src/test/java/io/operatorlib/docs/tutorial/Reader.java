package io.operatorlib.docs.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Somebody who does what a page says, word by word, in a folder and with a home that were empty before. */
final class Reader implements AutoCloseable {
    /** No command of a page is worth a longer wait, on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofMillis(50);

    /** What a person's machine has set before anything is typed. */
    private static final String[] FROM_MACHINE = {
        "PATH", "JAVA_HOME", "LANG", "ETCD_BIN_DIR", "OPERATORLIB_CACHE", "http_proxy", "https_proxy", "no_proxy"
    };

    private final Path clone;
    private final Path logs;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Terminal> terminals = new LinkedHashMap<>();
    private final Terminal terminal;
    private int opened;

    /**
     * Sits down.
     *
     * @param place an empty folder, for the reader's home and the logs
     * @param folder where the reader works
     * @param clone where the project is
     * @param more variables that the machine has set
     */
    Reader(Path place, Path folder, Path clone, Map<String, String> more) throws IOException {
        this.clone = clone;
        this.logs = Files.createDirectories(place.resolve("logs"));
        Path home = Files.createDirectories(place.resolve("home"));
        for (String name : FROM_MACHINE) {
            var value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        environment.put("HOME", home.toString());
        environment.put("TERM", "dumb");
        environment.putAll(more);
        this.terminal = terminal("main", Files.createDirectories(folder));
    }

    private Terminal terminal(String name, Path folder) throws IOException {
        return new Terminal(logs.resolve(name + "-" + opened++ + ".log"), folder, environment);
    }

    void follow(Page page) throws IOException, InterruptedException {
        for (Page.Action action : page.actions()) {
            if (action instanceof Page.Type type) {
                type(type);
            } else if (action instanceof Page.Start start) {
                end(start.terminal());
                start(start);
            } else if (action instanceof Page.End end) {
                end(end.terminal());
            } else if (action instanceof Page.Write write) {
                Files.writeString(terminal.folder().resolve(write.path()), write.text());
            } else if (action instanceof Page.InClone inClone) {
                try (var there = terminal("clone", clone)) {
                    assertThat(there.run(inClone.commands(), PATIENCE.multipliedBy(5)))
                            .as("%s%s", inClone.commands(), there.printed())
                            .isZero();
                }
            }
        }
    }

    private void type(Page.Type type) throws IOException, InterruptedException {
        int before = terminal.printed().length();
        int code = terminal.run(type.commands(), PATIENCE);
        var raw = terminal.printed().substring(before);
        if (type.output() == null) {
            assertThat(code).as("%s%s", type.commands(), raw).isZero();
            return;
        }
        var printed = Printed.of(raw);
        var shown = Printed.of(type.output());
        if (!printed.is(shown)) {
            assertThat(printed.toString())
                    .as("what is printed by %s", type.commands())
                    .isEqualTo(shown.toString());
        }
    }

    private void end(String name) throws IOException {
        var old = terminals.remove(name);
        if (old != null) {
            old.close();
        }
    }

    private void start(Page.Start start) throws IOException, InterruptedException {
        var fresh = terminal(start.terminal(), terminal.folder());
        terminals.put(start.terminal(), fresh);
        fresh.type(start.commands());
        var shown = Printed.of(start.output());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Printed.of(fresh.printed()).has(shown)) {
            assertThat(System.nanoTime() - deadline)
                    .as("%sprinted%n%s", start.commands(), fresh.printed())
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
    }

    /** Closes every terminal, the last one first. */
    @Override
    public void close() throws IOException {
        terminal.close();
        var opened = new ArrayList<>(terminals.values());
        Collections.reverse(opened);
        for (Terminal each : opened) {
            each.close();
        }
    }
}
