package io.operatorlib.internal.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.ToNumberPolicy;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.models.V1ManagedFieldsEntry;
import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.Resource;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Turns JSON trees into Java values and back: client-java's model classes, records, and Immutables values (whose Gson
 * factories it finds as services).
 *
 * <p>Reading tolerates fields that it does not know, at every level; client-java's own adapters do not, which is why
 * none of them is used. Writing leaves out nulls and empty collections, so that nothing is claimed or wiped that the
 * author did not name, and keeps empty objects such as {@code emptyDir: {}}. Safe for use by many threads.
 */
public final class Codec {
    private final Gson gson;

    public Codec() {
        var builder = new GsonBuilder()
                .disableHtmlEscaping()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .registerTypeAdapter(
                        byte[].class,
                        Adapters.<byte[]>text(Base64.getDecoder()::decode, Base64.getEncoder()::encodeToString))
                .registerTypeAdapter(OffsetDateTime.class, Adapters.text(Times::parse, Adapters::micros))
                .registerTypeAdapter(
                        Instant.class,
                        Adapters.<Instant>text(
                                text -> Times.parse(text).toInstant(),
                                time -> Adapters.micros(time.atOffset(ZoneOffset.UTC))))
                .registerTypeAdapter(LocalDate.class, Adapters.text(LocalDate::parse, LocalDate::toString))
                .registerTypeAdapter(Duration.class, Adapters.text(Durations::parse, Durations::format))
                .registerTypeAdapterFactory(Adapters.omittingEmptyCollections())
                .registerTypeAdapterFactory(Adapters.enums())
                .registerTypeAdapterFactory(new RecordAdapters())
                .registerTypeAdapter(
                        TypeToken.getParameterized(List.class, V1ManagedFieldsEntry.class)
                                .getType(),
                        Adapters.passedOver());
        ServiceLoader.load(TypeAdapterFactory.class, Codec.class.getClassLoader())
                .forEach(builder::registerTypeAdapterFactory);
        this.gson = builder.create();
    }

    /**
     * Reads a value.
     *
     * @throws CodecException naming the field that does not fit
     */
    public <T> T decode(Class<T> type, JsonElement json) {
        return type.cast(decode(type, json, ""));
    }

    /**
     * Reads a value from the text of a JSON object.
     *
     * @throws CodecException naming the field that does not fit
     */
    public <T> T decode(Class<T> type, String json) {
        return checked(() -> gson.getAdapter(type).fromJson(json), "");
    }

    /**
     * Reads a value that stands at a path.
     *
     * @throws CodecException naming the field that does not fit, from the path on
     */
    public Object decode(Type type, JsonElement json, String root) {
        return checked(() -> gson.getAdapter(TypeToken.get(type)).fromJsonTree(json), root);
    }

    @FunctionalInterface
    private interface Reading<T> {
        @Nullable
        T read() throws IOException;
    }

    private static <T> T checked(Reading<T> reading, String root) {
        try {
            T value = reading.read();
            if (value == null) {
                throw new CodecException("$", "is required");
            }
            return value;
        } catch (CodecException e) {
            throw e.below(root);
        } catch (IOException | RuntimeException e) {
            throw new CodecException(root, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads an object of a kind. A status that cannot be read, which somebody or an older version may have written, is
     * read as none: it never keeps the resource from being reconciled, and the next status replaces it.
     *
     * @throws CodecException naming the field of the metadata or the spec that does not fit
     */
    @SuppressWarnings("unchecked") // a kind's types are those that it was made with
    public <S, T> Resource<S, T> resource(Kind<S, T> kind, JsonObject object) {
        S spec = (S)
                (whole(kind.spec())
                        ? decode(kind.spec(), object, "")
                        : decode(kind.spec(), Json.object(object, "spec"), "spec"));
        return new Resource<>(meta(object), spec, (T) status(kind.status(), object));
    }

    // a kind without a spec, such as ConfigMap: the object is its own
    private static boolean whole(Type spec) {
        return spec instanceof Class<?> type
                && io.kubernetes.client.common.KubernetesObject.class.isAssignableFrom(type);
    }

    private @Nullable Object status(Type type, JsonObject object) {
        JsonElement status = Json.at(object, "status");
        if (status == null || type == Void.class) {
            return null;
        }
        try {
            return decode(type, status, "status");
        } catch (CodecException e) {
            return null;
        }
    }

    /** Reads the part of an object's metadata that reconcilers use. */
    public Meta meta(JsonObject object) {
        JsonObject meta = Json.object(object, "metadata");
        var owners = Json.objects(meta, "ownerReferences").stream()
                .map(owner -> new Meta.Owner(
                        Json.text(owner, "apiVersion"),
                        Json.text(owner, "kind"),
                        Json.text(owner, "name"),
                        Json.text(owner, "uid"),
                        Json.flag(owner, "controller")))
                .toList();
        return new Meta(
                Json.text(meta, "namespace"),
                Json.text(meta, "name"),
                Json.text(meta, "uid"),
                Json.text(meta, "resourceVersion"),
                Json.number(0, meta, "generation"),
                texts(meta, "labels"),
                texts(meta, "annotations"),
                owners,
                Json.list(meta, "finalizers").stream()
                        .map(JsonElement::getAsString)
                        .toList(),
                time(meta, "creationTimestamp"),
                time(meta, "deletionTimestamp"));
    }

    private static Map<String, String> texts(JsonObject meta, String name) {
        var texts = new LinkedHashMap<String, String>();
        for (var member : Json.object(meta, name).entrySet()) {
            if (member.getValue().isJsonPrimitive()) {
                texts.put(member.getKey(), member.getValue().getAsString());
            }
        }
        return texts;
    }

    private static @Nullable Instant time(JsonObject meta, String name) {
        String text = Json.text(meta, name);
        return text.isEmpty() ? null : Times.parse(text).toInstant();
    }

    /** Writes a value as a tree: without nulls, without empty collections. */
    public JsonElement encode(Object value) {
        return gson.toJsonTree(value);
    }

    /** Writes a value that is an object in JSON. */
    public JsonObject encodeObject(Object value) {
        return encode(value).getAsJsonObject();
    }

    /** Writes a merge patch: here nulls, which remove, and empty collections, which empty, are meant. */
    public JsonObject encodePatch(Map<String, ?> patch) {
        return encodeVerbatim(patch).getAsJsonObject();
    }

    private JsonElement encodeVerbatim(@Nullable Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Map<?, ?> map) {
            var object = new JsonObject();
            map.forEach((name, inner) -> object.add(String.valueOf(name), encodeVerbatim(inner)));
            return object;
        }
        if (value instanceof Collection<?> collection) {
            var array = new JsonArray();
            collection.forEach(inner -> array.add(encodeVerbatim(inner)));
            return array;
        }
        return value instanceof JsonElement json ? json : encode(value);
    }

    /** The words that stand for an enum's constants in JSON. */
    public static List<String> words(Class<?> enumType) {
        return List.copyOf(Adapters.words(enumType).keySet());
    }
}
