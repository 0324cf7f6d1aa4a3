package io.operatorlib.postgres.instance;

import io.operatorlib.spi.Scheduler;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** A session of {@code psql} that is kept open, so that a question costs no process. Used by one thread. */
public final class Psql implements AutoCloseable {
    private static final String END = "--end-of-answer--";

    /** A server that answers nothing for so long has been stopped, or hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(1);

    private final Scheduler scheduler;

    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    private Psql(Process process, Scheduler scheduler) {
        this.scheduler = scheduler;
        this.process = process;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Begins a session; whether anybody answers is seen with the first question.
     *
     * @param program where {@code psql} is
     * @param connection as libpq has it
     */
    public static Psql connect(String program, String connection, Map<String, String> environment, Scheduler scheduler)
            throws IOException {
        var builder = new ProcessBuilder(program, "-XAtq", "-F", "|", "-d", connection)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        return new Psql(builder.start(), scheduler);
    }

    /**
     * The answer's lines, with columns between bars; empty where nobody serves, or the statement failed.
     *
     * @throws Hung if somebody should, and is silent
     */
    public Optional<String> ask(String sql) throws Hung, InterruptedException {
        try {
            in.write(sql + ";\n\\echo :ERROR " + END + "\n");
            in.flush();
            var answer = new StringJoiner("\n");
            long asked = scheduler.nanoTime();
            while (!out.ready() && process.isAlive()) {
                if (scheduler.nanoTime() - asked > PATIENCE.toNanos()) {
                    throw new Hung();
                }
                scheduler.sleep(LOOK);
            }
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.endsWith(END)) {
                    return line.startsWith("false") ? Optional.of(answer.toString()) : Optional.empty();
                }
                answer.add(line);
            }
        } catch (Hung e) {
            close();
            throw e;
        } catch (IOException e) {
            return Optional.empty(); // it has ended, as it does with its connection
        }
        return Optional.empty();
    }

    /** A server does not answer. */
    public static final class Hung extends IOException {
        private Hung() {
            super("PostgreSQL does not answer");
        }
    }

    public boolean open() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
