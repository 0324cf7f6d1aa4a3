package io.operatorlib.postgres.story;

import io.operatorlib.postgres.instance.Psql;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An application that writes all the time, to whoever lets it, and remembers what was acknowledged, and by whom. */
final class Writer implements AutoCloseable {
    private static final String TABLE = "create table if not exists writes"
            + " (writer text, n bigint, instance text, words text, primary key (writer, n))";
    private static final String TIMELINE = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
    private static final String POSITION = "pg_current_wal_insert_lsn() - '0/0'";

    /** About a kilobyte that cannot be compressed, so that what is lost can be weighed. */
    private static final String WORDS = "(select string_agg(md5(random()::text), '') from generate_series(1, 30))";

    private static final long LONGEST_TRY_MILLIS = 20_000;

    private final String name;
    private final Client client;
    private final Pace pace;
    private final List<Write> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private final AtomicLong failedTries = new AtomicLong();
    private volatile boolean stopped;

    /**
     * A write that was acknowledged.
     *
     * @param instance who took it
     * @param timeline on which, as PostgreSQL counts promotions
     * @param position where in its log, in bytes
     * @param sent when it was tried, in nanoseconds
     * @param nanos when it was acknowledged
     */
    record Write(long number, String instance, long timeline, long position, long sent, long nanos) {}

    /**
     * How fast it goes.
     *
     * @param restMillis after a write that was acknowledged
     * @param retryMillis after one that was not
     */
    record Pace(long restMillis, long retryMillis) {
        /** As fast as it can. */
        static final Pace FAST = new Pace(0, 20);

        /** Several of them leave a machine room for what they write to. */
        static final Pace STEADY = new Pace(5, 60);
    }

    /** Begins to write. */
    Writer(String name, Client client, Pace pace) {
        this.name = name;
        this.client = client;
        this.pace = pace;
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
                        session = Optional.of(client.connect());
                        Client.answer(session.get(), TABLE);
                    }
                    done = write(session.get(), number);
                    if (!done) {
                        failedTries.incrementAndGet();
                        session.get().close();
                        session = Optional.empty();
                        Thread.sleep(pace.retryMillis());
                    }
                }
                Thread.sleep(pace.restMillis());
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.ifPresent(Psql::close);
        }
    }

    private boolean write(Psql session, long number) throws InterruptedException {
        long sent = System.nanoTime();
        var taken = Client.answer(
                session,
                "insert into writes values ('" + name + "', " + number + ", current_setting('cluster_name'), " + WORDS
                        + ") on conflict (writer, n) do update set instance = current_setting('cluster_name')"
                        + " returning instance, " + TIMELINE + ", " + POSITION);
        taken.map(answer -> answer.split("\\|", -1))
                .map(columns -> new Write(
                        number,
                        columns[0],
                        Long.parseLong(columns[1], 16),
                        Long.parseLong(columns[2]),
                        sent,
                        System.nanoTime()))
                .ifPresent(acknowledged::add);
        return taken.isPresent();
    }

    int count() {
        return acknowledged.size();
    }

    long failedTries() {
        return failedTries.get();
    }

    List<Write> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    /** When the first write was acknowledged that was taken by another than this instance, after a moment. */
    Optional<Long> firstBy(String other, long after) {
        return acknowledged().stream()
                .filter(write -> write.nanos() - after > 0 && !write.instance().equals(other))
                .map(Write::nanos)
                .findFirst();
    }

    /** Who took the writes, one after the other. */
    List<String> takers() {
        var takers = new ArrayList<String>();
        for (Write write : acknowledged()) {
            if (takers.isEmpty() || !takers.get(takers.size() - 1).equals(write.instance())) {
                takers.add(write.instance());
            }
        }
        return takers;
    }

    /** Ends, and tells which acknowledged writes are not there. */
    List<Long> stopAndFindLost() throws IOException, InterruptedException {
        close();
        return lost(client).stream().map(Write::number).toList();
    }

    /** Which acknowledged writes are not there, as a client sees it. */
    List<Write> lost(Client client) throws IOException, InterruptedException {
        var claimed = acknowledged();
        var there = client.numbers(name);
        return claimed.stream().filter(write -> !there.contains(write.number())).toList();
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
