package io.operatorlib.internal.cache;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiWatch;

/** Reads the events of one watch stream into the store. Used by one thread. */
final class WatchStream {
    /** The cause by which a server says that it has never had the version it was asked for. */
    static final String TOO_LARGE = "ResourceVersionTooLarge";

    private final Store store;
    private final Handlers handlers;
    private String version;
    private int brought;
    private End end = End.OPEN;
    private String problem = "";

    /** Whether and why a stream is over. */
    enum End {
        OPEN,
        /** The server or something in between closed it. */
        CLOSED,
        /** Nothing was heard for so long that the connection must be dead. */
        SILENT,
        /** The server does not know the version from which it was to go on: all must be listed. */
        FORGOTTEN,
        /** It told an error, or what it told could not be read. */
        FAILED
    }

    WatchStream(Store store, Handlers handlers, String version) {
        this.store = store;
        this.handlers = handlers;
        this.version = version;
    }

    /** Takes in what a read of the stream gave, and tells whether the stream goes on. */
    boolean takes(ApiWatch.Next next) {
        if (next instanceof ApiWatch.Line line) {
            event(line.json());
        } else {
            end = next instanceof ApiWatch.Idle ? End.SILENT : End.CLOSED;
        }
        return end == End.OPEN;
    }

    private void event(String line) {
        JsonObject event;
        try {
            event = Json.parse(line);
        } catch (CodecException e) {
            fail(End.FAILED, "an event that cannot be read: " + e.getMessage());
            return;
        }
        JsonObject object = Json.object(event, "object");
        switch (Json.text(event, "type")) {
            case "ADDED", "MODIFIED" -> changed(object, true);
            case "DELETED" -> changed(object, false);
            case "BOOKMARK" -> bookmark(Json.resourceVersion(object));
            case "ERROR" -> error(object);
            default -> fail(End.FAILED, "an event of unknown type " + Json.text(event, "type"));
        }
    }

    private void changed(JsonObject object, boolean there) {
        String next = Json.resourceVersion(object);
        if (ResourceVersions.older(next, version)) {
            fail(End.FORGOTTEN, "the versions went back from " + version + " to " + next);
            return;
        }
        brought++;
        version = next;
        handlers.read(object)
                .ifPresent(read -> handlers.change(() -> store.apply(read.key(), there ? read : null, next)));
        store.advance(next);
    }

    private void bookmark(String next) {
        if (ResourceVersions.older(next, version)) {
            fail(End.FORGOTTEN, "the versions went back from " + version + " to " + next);
            return;
        }
        brought++;
        version = next;
        store.advance(next);
    }

    private void error(JsonObject status) {
        int code = (int) Json.number(0, status, "code");
        boolean tooLarge = Json.objects(status, "details", "causes").stream()
                .anyMatch(cause -> Json.text(cause, "reason").equals(TOO_LARGE));
        fail(forgotten(code, tooLarge) ? End.FORGOTTEN : End.FAILED, code + " " + Json.text(status, "message"));
    }

    /** Tells whether an error means that no watch can begin at the version. */
    static boolean forgotten(int code, boolean tooLarge) {
        return code == 410 || tooLarge;
    }

    private void fail(End how, String why) {
        end = how;
        problem = why;
    }

    End end() {
        return end;
    }

    /** What was wrong; empty where nothing was. */
    String problem() {
        return problem;
    }

    /** Everything up to this version has been taken in. */
    String version() {
        return version;
    }

    /** How many events came. */
    int brought() {
        return brought;
    }
}
