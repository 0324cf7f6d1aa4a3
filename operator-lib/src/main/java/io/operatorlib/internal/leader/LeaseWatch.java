package io.operatorlib.internal.leader;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells of changes of one Lease, as far as the server does. Used by one thread. */
final class LeaseWatch {
    private final LeaseClient client;
    private @Nullable ApiWatch stream;

    LeaseWatch(LeaseClient client) {
        this.client = client;
    }

    /**
     * Waits for a change, and opens a stream first where there is none.
     *
     * @param known the Lease as it was seen last
     * @param opening how long the opening may take
     * @return the Lease; empty where nothing came in that time, or no stream is to be had
     */
    Optional<Lease> next(Lease known, Duration atMost, Duration opening) throws InterruptedException {
        ApiWatch open = stream;
        if (open == null) {
            open = begin(known, opening);
        }
        if (open == null) {
            return Optional.empty();
        }
        ApiWatch.Next next = open.next(atMost);
        if (next instanceof ApiWatch.Line line) {
            Optional<Lease> told = told(line.json(), known);
            if (told.isEmpty()) {
                close();
            }
            return told;
        }
        if (next instanceof ApiWatch.Ended) {
            close();
        }
        return Optional.empty();
    }

    private @Nullable ApiWatch begin(Lease known, Duration opening) {
        if (!known.stored()) {
            return null;
        }
        try {
            ApiWatch open = client.watch(known, opening);
            if (open.status() == 200) {
                stream = open;
                return open;
            }
            open.close();
        } catch (KubeApi.NoReplyException e) {
            // who cannot watch looks
        }
        return null;
    }

    /** What an event says; empty where the stream is of no more use. */
    private static Optional<Lease> told(String line, Lease known) {
        JsonObject event;
        try {
            event = Json.parse(line);
        } catch (CodecException e) {
            return Optional.empty();
        }
        JsonObject object = Json.object(event, "object");
        return switch (Json.text(event, "type")) {
            case "ADDED", "MODIFIED" -> Optional.of(new Lease(object)).filter(lease -> !lease.olderThan(known));
            case "DELETED" -> Optional.of(new Lease(object).fresh());
            default -> Optional.empty();
        };
    }

    boolean open() {
        return stream != null;
    }

    void close() {
        ApiWatch open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
