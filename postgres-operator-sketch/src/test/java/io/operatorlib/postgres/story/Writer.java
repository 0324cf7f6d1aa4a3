package io.operatorlib.postgres.story;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.postgres.instance.Psql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** An application that writes all the time, to whoever lets it, and remembers what was acknowledged, and by whom. */
final class Writer implements AutoCloseable {
    private static final String TABLE =
            "create table if not exists writes (writer text, n bigint, instance text, primary key (writer, n))";
    private static final String TIMELINE = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
    private static final long BETWEEN_TRIES_MILLIS = 20;
    private static final long LONGEST_TRY_MILLIS = 20_000;

    private final String name;
    private final String psql;
    private final Supplier<List<String>> addresses;
    private final String password;
    private final List<Write> acknowledged = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final AtomicLong failedTries = new AtomicLong();
    private volatile boolean stopped;

    /**
     * A write that was acknowledged.
     *
     * @param instance who took it
     * @param timeline on which, as PostgreSQL counts promotions
     * @param sent when it was tried, in nanoseconds
     * @param nanos when it was acknowledged
     */
    record Write(long number, String instance, long timeline, long sent, long nanos) {}

    /**
     * Begins to write.
     *
     * @param addresses of the instances to try
     */
    Writer(String name, Path programs, Supplier<List<String>> addresses, String password) {
        this.name = name;
        this.psql = programs.resolve("psql").toString();
        this.addresses = addresses;
        this.password = password;
        this.thread = new Thread(this::write, "writer-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void write() {
        Optional<Psql> session = Optional.empty();
        try {
            for (long number = 1; !stopped; number++) {
                boolean done = false;
                while (!done && !stopped) {
                    if (session.isEmpty()) {
                        session = Optional.of(connect());
                        answer(session.get(), TABLE);
                    }
                    done = write(session.get(), number);
                    if (!done) {
                        failedTries.incrementAndGet();
                        session.get().close();
                        session = Optional.empty();
                        Thread.sleep(BETWEEN_TRIES_MILLIS);
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.ifPresent(Psql::close);
        }
    }

    private boolean write(Psql session, long number) throws InterruptedException {
        long sent = System.nanoTime();
        var taken = answer(
                session,
                "insert into writes values ('" + name + "', " + number + ", current_setting('cluster_name'))"
                        + " on conflict (writer, n) do update set instance = current_setting('cluster_name')"
                        + " returning instance, " + TIMELINE);
        taken.map(answer -> answer.split("\\|", -1))
                .map(columns -> new Write(number, columns[0], Long.parseLong(columns[1], 16), sent, System.nanoTime()))
                .ifPresent(acknowledged::add);
        return taken.isPresent();
    }

    /** A primary that hangs is as good as none. */
    private static Optional<String> answer(Psql session, String sql) throws InterruptedException {
        try {
            return session.ask(sql);
        } catch (Psql.Hung e) {
            return Optional.empty();
        }
    }

    private Psql connect() throws IOException {
        return Psql.connect(
                psql,
                "host=" + String.join(",", addresses.get()) + " port=5432 user=postgres dbname=postgres"
                        + " target_session_attrs=read-write connect_timeout=2",
                Map.of("PGPASSWORD", password),
                new RealScheduler());
    }

    int count() {
        return acknowledged.size();
    }

    long failedTries() {
        return failedTries.get();
    }

    List<Write> acknowledged() {
        return acknowledged;
    }

    /** When the first write was acknowledged that was taken by another than this instance, after a moment. */
    Optional<Long> firstBy(String other, long after) {
        return acknowledged.stream()
                .filter(write -> write.nanos() - after > 0 && !write.instance().equals(other))
                .map(Write::nanos)
                .findFirst();
    }

    /** Who took the writes, one after the other. */
    List<String> takers() {
        var takers = new ArrayList<String>();
        for (Write write : acknowledged) {
            if (takers.isEmpty() || !takers.get(takers.size() - 1).equals(write.instance())) {
                takers.add(write.instance());
            }
        }
        return takers;
    }

    /** Ends, and tells which acknowledged writes are not there. */
    List<Long> stopAndFindLost() throws IOException, InterruptedException {
        close();
        return lost(this);
    }

    /** Which of a writer's acknowledged writes are not there, as this one sees it. */
    List<Long> lost(Writer writer) throws IOException, InterruptedException {
        var there = new HashSet<Long>();
        for (int tries = 0; tries < 100 && there.isEmpty() && writer.count() > 0; tries++) {
            try (var session = connect()) {
                answer(session, "select n from writes where writer = '" + writer.name + "'")
                        .ifPresent(rows -> rows.lines()
                                .filter(row -> !row.isEmpty())
                                .map(Long::valueOf)
                                .forEach(there::add));
            }
        }
        var lost = new TreeSet<Long>();
        writer.acknowledged.stream()
                .map(Write::number)
                .filter(number -> !there.contains(number))
                .forEach(lost::add);
        return List.copyOf(lost);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(LONGEST_TRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
