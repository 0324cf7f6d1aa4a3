package io.operatorlib.conversion;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Converts objects of one kind between its versions.
 *
 * <p><b>Flow.</b> spoke → hub → spoke. Each step runs the author's function and then looks whether its result leads
 * back: where it does not, the original is kept beside it. Where something is kept, {@link Merge} carries over to it
 * what was changed since.
 *
 * <p><b>Guarantees.</b> An object that goes to another version and comes back unchanged is what it was. Of the metadata
 * only the annotation that keeps changes. Nothing depends on anything but the object.
 *
 * <p><b>Limits.</b> What is kept is found again only where a client leaves that annotation alone, as patches and
 * read-modify-write do. A client that replaces an object by one without it has deleted what was kept.
 */
final class Converter {
    private static final Set<String> NOT_BODY = Set.of("apiVersion", "kind", "metadata");

    private final Kind<?, ?> hub;
    private final Shape hubShape;
    private final List<Spoke> spokes;
    private final String annotation;

    Converter(Kind<?, ?> hub, Shape hubShape, List<Spoke> spokes, String annotation) {
        this.hub = hub;
        this.hubShape = hubShape;
        this.spokes = spokes;
        this.annotation = annotation;
    }

    /** An object without kind and metadata, and what is kept beside it. */
    private record State(JsonObject body, Kept kept) {}

    /**
     * An object in another version.
     *
     * @param apiVersion group and version
     */
    JsonObject convert(JsonObject object, String apiVersion) {
        String from = Json.text(object, "apiVersion");
        if (!Json.text(object, "kind").equals(hub.kind())) {
            throw new ConversionException(
                    "kind", "must be " + hub.kind() + ", is \"" + Json.text(object, "kind") + "\"");
        }
        Optional<Spoke> source = spoke(from, "apiVersion");
        Optional<Spoke> target = spoke(apiVersion, "desiredAPIVersion");
        if (from.equals(apiVersion)) {
            return object;
        }
        var state = new State(body(object), Kept.read(object, annotation));
        if (source.isPresent()) {
            state = toHub(source.get(), state);
        }
        if (target.isPresent()) {
            state = fromHub(target.get(), state);
        }
        return object(object, apiVersion, state);
    }

    /** The spoke of that version; empty for the hub. */
    private Optional<Spoke> spoke(String apiVersion, String field) {
        if (apiVersion.equals(hub.apiVersion())) {
            return Optional.empty();
        }
        return Optional.of(spokes.stream()
                .filter(spoke -> spoke.kind().apiVersion().equals(apiVersion))
                .findFirst()
                .orElseThrow(() -> new ConversionException(
                        field, "there is no version \"" + apiVersion + "\" of " + hub.kind() + " here")));
    }

    private static JsonObject body(JsonObject object) {
        var body = new JsonObject();
        object.entrySet().stream()
                .filter(member -> !NOT_BODY.contains(member.getKey()))
                .forEach(member -> body.add(member.getKey(), member.getValue()));
        return body;
    }

    private JsonObject object(JsonObject original, String apiVersion, State state) {
        JsonObject metadata = Json.object(original, "metadata").deepCopy();
        state.kept().write(metadata, annotation);
        var object = new JsonObject();
        object.addProperty("apiVersion", apiVersion);
        object.addProperty("kind", hub.kind());
        object.add("metadata", metadata);
        state.body().entrySet().forEach(member -> object.add(member.getKey(), member.getValue()));
        return object;
    }

    private State toHub(Spoke spoke, State written) {
        JsonObject plain = spoke.toHub().apply(written.body());
        Kept others = written.kept().without(hub.version());
        JsonObject base = written.kept().bodies().get(hub.version());
        JsonObject whole = plain;
        if (base != null) {
            try {
                JsonObject shown = shown(spoke, base, others);
                if (Json.equal(shown, written.body())) {
                    return new State(base, others);
                }
                whole = Merge.objects(hubShape, base, spoke.toHub().apply(shown), plain);
            } catch (ConversionException e) {
                whole = plain; // not what this conversion had kept: somebody else wrote it
            }
        }
        return new State(whole, noted(spoke, whole, written.body(), others));
    }

    /** Keeps what was written, unless the hub leads back to it. */
    private static Kept noted(Spoke spoke, JsonObject whole, JsonObject written, Kept others) {
        return leadsBack(spoke, whole, written)
                ? others.without(spoke.version())
                : others.with(spoke.version(), written);
    }

    private static boolean leadsBack(Spoke spoke, JsonObject whole, JsonObject written) {
        try {
            return Json.equal(spoke.fromHub().apply(whole), written);
        } catch (ConversionException e) {
            return false;
        }
    }

    private State fromHub(Spoke spoke, State whole) {
        JsonObject shown = shown(spoke, whole.body(), whole.kept());
        Kept others = whole.kept().without(spoke.version());
        return comesBack(spoke, whole, shown, others)
                ? new State(shown, others)
                : new State(shown, whole.kept().with(hub.version(), whole.body()));
    }

    private static boolean comesBack(Spoke spoke, State whole, JsonObject shown, Kept others) {
        try {
            JsonObject back = spoke.toHub().apply(shown);
            return Json.equal(back, whole.body())
                    && noted(spoke, back, shown, others).same(whole.kept());
        } catch (ConversionException e) {
            return false;
        }
    }

    /** What a client of a spoke sees of the hub: what the hub says, on what was once written in that version. */
    private JsonObject shown(Spoke spoke, JsonObject whole, Kept kept) {
        JsonObject plain = spoke.fromHub().apply(whole);
        JsonObject once = kept.bodies().get(spoke.version());
        if (once == null) {
            return plain;
        }
        try {
            return Merge.objects(
                    spoke.shape(), once, spoke.fromHub().apply(spoke.toHub().apply(once)), plain);
        } catch (ConversionException e) {
            return plain; // not what this conversion had kept: somebody else wrote it
        }
    }
}
