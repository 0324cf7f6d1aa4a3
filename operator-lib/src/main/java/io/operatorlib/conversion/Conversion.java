package io.operatorlib.conversion;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How the objects of one kind become objects of its other versions: an immutable value. The author gives two plain
 * functions for each version that is not the hub, and need not care for what one side cannot express: it is kept in an
 * annotation and merged with what was changed meanwhile. List entries are matched by their keys, what an old client
 * deleted stays deleted, what it could not see stays, what it changed wins.
 *
 * @param <S> the type of the hub's spec
 * @param <T> the type of the hub's status
 */
public final class Conversion<S, T> {
    private final Kind<S, T> hub;
    private final Shape shape;
    private final List<Spoke> spokes;
    private final String annotation;
    private final Codec codec;
    private final Converter converter;

    private Conversion(Kind<S, T> hub, Shape shape, List<Spoke> spokes, String annotation, Codec codec) {
        this.hub = hub;
        this.shape = shape;
        this.spokes = List.copyOf(spokes);
        this.annotation = annotation;
        this.codec = codec;
        this.converter = new Converter(hub, shape, this.spokes, annotation);
    }

    /** A kind at the version that all others are converted to and from. */
    public static <S, T> Conversion<S, T> hub(Kind<S, T> kind) {
        return new Conversion<>(kind, Shape.ofHub(kind), List.of(), kind.group() + "/conversion-data", new Codec());
    }

    /** One more version, whose status is the hub's. */
    public <A> Conversion<S, T> spoke(Kind<A, T> kind, Function<A, S> toHub, Function<S, A> fromHub) {
        return with(
                kind,
                Spoke.member("spec", codec, kind.spec(), toHub),
                Spoke.member("spec", codec, hub.spec(), fromHub));
    }

    /** One more version, with a status of its own. */
    public <A, B> Conversion<S, T> spoke(
            Kind<A, B> kind,
            Function<A, S> toHub,
            Function<S, A> fromHub,
            Function<B, T> statusToHub,
            Function<T, B> statusFromHub) {
        var specUp = Spoke.member("spec", codec, kind.spec(), toHub);
        var specDown = Spoke.member("spec", codec, hub.spec(), fromHub);
        var statusUp = Spoke.member("status", codec, kind.status(), statusToHub);
        var statusDown = Spoke.member("status", codec, hub.status(), statusFromHub);
        return with(kind, body -> statusUp.apply(specUp.apply(body)), body -> statusDown.apply(specDown.apply(body)));
    }

    /**
     * One more version, whose functions work on trees of maps, lists, texts, numbers and truth values: on an object
     * without its kind and metadata, which may lack its spec or status, and may be in any shape that ever was stored. A
     * tree is its function's own to change.
     */
    public Conversion<S, T> spokeOfTrees(
            Kind<?, ?> kind, UnaryOperator<Map<String, Object>> toHub, UnaryOperator<Map<String, Object>> fromHub) {
        return with(kind, Spoke.tree(toHub), Spoke.tree(fromHub));
    }

    private Conversion<S, T> with(Kind<?, ?> kind, UnaryOperator<JsonObject> toHub, UnaryOperator<JsonObject> fromHub) {
        if (versions().contains(kind.version())) {
            throw new IllegalArgumentException(kind + " is there twice");
        }
        var all = new ArrayList<>(spokes);
        all.add(new Spoke(kind, Shape.ofSpoke(hub, kind), toHub, fromHub));
        return new Conversion<>(hub, shape, all, annotation, codec);
    }

    /** The annotation in which one version keeps what another cannot express; {@code <group>/conversion-data} if not told. */
    public Conversion<S, T> keepUnconvertible(String otherAnnotation) {
        return new Conversion<>(hub, shape, spokes, otherAnnotation, codec);
    }

    public Kind<S, T> hub() {
        return hub;
    }

    /** The versions that are not the hub, in the order in which they were named. */
    public List<Kind<?, ?>> spokes() {
        return spokes.stream().<Kind<?, ?>>map(Spoke::kind).toList();
    }

    /** All versions, the hub first. */
    public List<String> versions() {
        var versions = new ArrayList<String>();
        versions.add(hub.version());
        spokes.forEach(spoke -> versions.add(spoke.version()));
        return versions;
    }

    /** The annotation in which one version keeps what another cannot express. */
    public String annotation() {
        return annotation;
    }

    /**
     * An object in another version.
     *
     * @param object in JSON, of any version of this kind
     * @param version without its group
     * @throws ConversionException if that cannot be done
     */
    public String convert(String object, String version) {
        try {
            return convert(Json.parse(object), hub.group() + "/" + version).toString();
        } catch (CodecException e) {
            throw new ConversionException(e.path(), String.valueOf(e.getMessage()), e);
        }
    }

    JsonObject convert(JsonObject object, String apiVersion) {
        return converter.convert(object, apiVersion);
    }

    @Override
    public String toString() {
        return hub.plural() + "." + hub.group() + versions();
    }
}
