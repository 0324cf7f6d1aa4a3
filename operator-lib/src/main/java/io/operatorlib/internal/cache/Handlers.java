package io.operatorlib.internal.cache;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told of changes, kept from one another: what goes wrong with one object or handler is reported. */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private final String kind;
    private final List<ChangeHandler> handlers;

    Handlers(String kind, List<ChangeHandler> handlers) {
        this.kind = kind;
        this.handlers = List.copyOf(handlers);
    }

    void tell(Change change) {
        for (ChangeHandler handler : handlers) {
            try {
                handler.changed(change);
            } catch (RuntimeException e) {
                LOG.error("a handler failed on an object kind={} object={}", kind, change.key(), e);
            }
        }
    }

    /** The object to store; empty, and reported, where it cannot be one. */
    Optional<StoredObject> read(JsonObject json) {
        try {
            return Optional.of(StoredObject.of(json));
        } catch (CodecException e) {
            LOG.error("an object is left out kind={} object={} problem={}", kind, Json.key(json), e.getMessage());
            return Optional.empty();
        }
    }
}
