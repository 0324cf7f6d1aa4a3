package io.operatorlib.internal.cache;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiWatch;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the beginning of a watch that sends all there is first, up to the bookmark that ends it (Kubernetes
 * documentation, API concepts, Streaming lists). Used by one thread.
 */
final class InitialEvents {
    private static final String END = "k8s.io/initial-events-end";

    private final Handlers handlers;
    private final TreeMap<ResourceKey, StoredObject> objects = new TreeMap<>();
    private String version = "";
    private boolean silent;
    private String problem = "";

    InitialEvents(Handlers handlers) {
        this.handlers = handlers;
    }

    /** Takes in what a read of the stream gave, and tells whether more is to come. */
    boolean takes(ApiWatch.Next next) {
        if (next instanceof ApiWatch.Line line) {
            try {
                event(Json.parse(line.json()));
            } catch (CodecException e) {
                problem = "an event that cannot be read: " + e.getMessage();
            }
        } else {
            silent = next instanceof ApiWatch.Idle;
            problem = silent ? "the stream fell silent" : "the stream ended before all was sent";
        }
        return !complete() && problem.isEmpty();
    }

    private void event(JsonObject event) {
        JsonObject object = Json.object(event, "object");
        switch (Json.text(event, "type")) {
            case "ADDED", "MODIFIED" -> handlers.read(object).ifPresent(read -> objects.put(read.key(), read));
            case "DELETED" -> objects.remove(Json.key(object));
            case "BOOKMARK" -> {
                if (Json.text(object, "metadata", "annotations", END).equals("true")) {
                    version = Json.resourceVersion(object);
                }
            }
            default -> problem = Json.number(0, object, "code") + " " + Json.text(object, "message");
        }
    }

    boolean complete() {
        return !version.isEmpty();
    }

    /** Tells whether the server fell silent: one that does not know such watches would. */
    boolean silent() {
        return silent;
    }

    /** What was wrong; empty where nothing was. */
    String problem() {
        return problem;
    }

    SortedMap<ResourceKey, StoredObject> objects() {
        return objects;
    }

    /** Lets go of the objects: whoever read them goes on reading the stream for minutes. */
    void forget() {
        objects.clear();
    }

    /** The version up to which all is in the objects. */
    String version() {
        return version;
    }
}
