package io.operatorlib.postgres.story;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.postgres.instance.Psql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reaches PostgreSQL as an application does: whichever of some addresses takes writes.
 *
 * @param programs where {@code psql} is
 * @param addresses of the instances to try, as of now
 */
record Client(Path programs, Supplier<List<String>> addresses, String password) {
    private static final int TRIES = 100;
    private static final long BETWEEN_TRIES_MILLIS = 100;

    Psql connect() throws IOException {
        return Psql.connect(
                programs.resolve("psql").toString(),
                "host=" + String.join(",", addresses.get()) + " port=5432 user=postgres dbname=postgres"
                        + " target_session_attrs=read-write connect_timeout=2",
                Map.of("PGPASSWORD", password),
                new RealScheduler());
    }

    /** The answer; empty where there is none. A primary that hangs is as good as none. */
    static Optional<String> answer(Psql session, String sql) throws InterruptedException {
        try {
            return session.ask(sql);
        } catch (Psql.Hung e) {
            return Optional.empty();
        }
    }

    /** Which writes of a writer are there. */
    Set<Long> numbers(String writer) throws IOException, InterruptedException {
        for (int tries = 0; tries < TRIES; tries++) {
            try (var session = connect()) {
                var rows = answer(session, "select n from writes where writer = '" + writer + "'");
                if (rows.isPresent()) {
                    return rows.get()
                            .lines()
                            .filter(row -> !row.isEmpty())
                            .map(Long::valueOf)
                            .collect(Collectors.toSet());
                }
            }
            Thread.sleep(BETWEEN_TRIES_MILLIS);
        }
        throw new IllegalStateException("nobody tells what was written");
    }
}
