package io.operatorlib.internal.cache;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who are told of changes, kept from one another: what goes wrong with one object or handler is reported. A change
 * and its telling are one step for whoever comes late, so that what he has been told is the store from the first moment.
 */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private final String kind;
    private final Store store;
    private final Projection projection;
    private final Object telling = new Object(); // handlers call no door, so that it is never held across one
    private final List<ChangeHandler> handlers;

    Handlers(String kind, Store store, Projection projection, List<ChangeHandler> handlers) {
        this.kind = kind;
        this.store = store;
        this.projection = projection;
        this.handlers = new ArrayList<>(handlers);
    }

    /** Changes the store and tells of it. */
    void change(Supplier<List<Change>> step) {
        synchronized (telling) {
            step.get().forEach(change -> handlers.forEach(handler -> tell(handler, change)));
        }
    }

    /** Tells a latecomer all that is there, and of every change from then on. */
    void add(ChangeHandler handler) {
        synchronized (telling) {
            handlers.add(handler);
            store.all().forEach(object -> tell(handler, new Change(null, object)));
        }
    }

    private void tell(ChangeHandler handler, Change change) {
        try {
            handler.changed(change);
        } catch (RuntimeException e) {
            LOG.error("a handler failed on an object kind={} object={}", kind, change.key(), e);
        }
    }

    /** The object to store, of a tree that nobody else has; empty, and reported, where it cannot be one. */
    Optional<StoredObject> read(JsonObject json) {
        try {
            forgetUpdates(json);
            StoredObject object = StoredObject.of(json, projection);
            if (object.broken()) {
                LOG.error("an object cannot be read kind={} object={}", kind, object.key());
            }
            return Optional.of(object);
        } catch (CodecException e) {
            LOG.error("an object is left out kind={} object={} problem={}", kind, Json.key(json), e.getMessage());
            return Optional.empty();
        }
    }

    // who applied what is compared before the next apply; the other managers' entries are often half of an object
    private static void forgetUpdates(JsonObject json) {
        if (Json.at(json, "metadata", "managedFields") instanceof JsonArray entries) {
            entries.asList().removeIf(entry -> !Json.text(entry, "operation").equals("Apply"));
        }
    }
}
