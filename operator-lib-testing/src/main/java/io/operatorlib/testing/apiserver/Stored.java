package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One state of an object in the store: immutable, and encoded at most once for each kind it is served as. */
final class Stored {
    private final JsonObject json;
    private final long revision;
    /** Benign race: every thread that finds none makes the same one. */
    private @Nullable View view;

    /**
     * Stamps a state with its revision.
     *
     * @param unstamped not to be changed any more by anybody
     */
    Stored(JsonObject unstamped, long revision) {
        this.json = Meta.with(unstamped, "resourceVersion", Long.toString(revision));
        this.revision = revision;
    }

    /** The object as one kind, at one version and with one schema, serves it. */
    record View(ServedKind kind, JsonObject json, String text) {}

    /** As it is stored: not to be changed. */
    JsonObject json() {
        return json;
    }

    long revision() {
        return revision;
    }

    /** As it is served: not to be changed. */
    JsonObject json(ServedKind kind) {
        return view(kind).json();
    }

    /** As it is served, encoded. */
    String text(ServedKind kind) {
        return view(kind).text();
    }

    /** Has those served as a kind that are not yet: together, as an API server converts a list. */
    static void serve(ServedKind kind, List<Stored> objects) {
        if (kind.custom()) {
            var others = objects.stream().filter(stored -> !stored.viewed(kind)).toList();
            List<JsonObject> served =
                    Versions.served(kind, others.stream().map(Stored::json).toList());
            for (int i = 0; i < served.size(); i++) {
                others.get(i).view = new View(kind, served.get(i), served.get(i).toString());
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // as below
    private boolean viewed(ServedKind kind) {
        View known = view;
        return known != null && known.kind() == kind;
    }

    @SuppressWarnings(
            "ReferenceEquality") // a changed definition makes new kinds; to compare schemas would cost more than to
    // encode
    private View view(ServedKind kind) {
        View known = view;
        if (known == null || known.kind() != kind) {
            JsonObject served = Versions.served(kind, json);
            known = new View(kind, served, served.toString());
            view = known;
        }
        return known;
    }
}
