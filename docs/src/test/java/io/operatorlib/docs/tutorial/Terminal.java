package io.operatorlib.docs.tutorial;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A terminal with a bash in it: remembers its folder and its variables from one command to the next, as a person's
 * does. What is printed is kept in a file.
 */
final class Terminal implements AutoCloseable {
    /** Between two looks at whether a command has ended. */
    private static final Duration LOOK = Duration.ofMillis(20);

    /** What is asked to end has so long. */
    private static final Duration FAREWELL = Duration.ofSeconds(15);

    private final Path log;
    private final Process bash;
    private final OutputStream keyboard;
    private int typed;

    Terminal(Path log, Path folder, Map<String, String> environment) throws IOException {
        this.log = log;
        Files.writeString(log, "");
        // a session of its own, so that Ctrl-C reaches all that runs in it
        var builder = new ProcessBuilder("setsid", "bash", "--norc", "--noprofile")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        this.bash = builder.start();
        this.keyboard = bash.getOutputStream();
    }

    /** Types commands, and does not wait for them. */
    void type(String commands) throws IOException {
        Path script = log.resolveSibling(log.getFileName() + "." + typed++ + ".sh");
        Files.writeString(script, commands);
        say(". '" + script + "' < /dev/null\n");
    }

    /** Types commands and waits for their end; returns the last one's exit code. */
    int run(String commands, Duration atMost) throws IOException, InterruptedException {
        type(commands);
        Path end = log.resolveSibling(log.getFileName() + "." + typed + ".end");
        say("echo $? > '" + end + ".new'; mv '" + end + ".new' '" + end + "'\n");
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!Files.exists(end)) {
            if (System.nanoTime() - deadline > 0 || !bash.isAlive()) {
                throw new IllegalStateException("has not ended within " + atMost.toSeconds() + " s: " + commands);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        return Integer.parseInt(Files.readString(end).strip());
    }

    private void say(String line) throws IOException {
        keyboard.write(line.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    String printed() throws IOException {
        return Files.readString(log);
    }

    /** The folder that it is in now. */
    Path folder() throws IOException {
        return Path.of("/proc", Long.toString(bash.pid()), "cwd").toRealPath();
    }

    /** A line for who reads the log. */
    void note(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.APPEND);
    }

    /** Ctrl-C, and then the window is closed. */
    @Override
    public void close() throws IOException {
        signal("INT");
        keyboard.close();
        try {
            if (!bash.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                signal("KILL");
            }
        } catch (InterruptedException e) {
            signal("KILL");
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) throws IOException {
        var kill = new ProcessBuilder(List.of("kill", "-" + name, "--", "-" + bash.pid()))
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        try {
            kill.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
