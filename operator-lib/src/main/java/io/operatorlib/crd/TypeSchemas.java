package io.operatorlib.crd;

import com.google.common.reflect.TypeToken;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Durations;
import io.operatorlib.internal.json.Json;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes structural schemas of Java types. A type that contains itself has none: it is refused with the way by which it
 * came back to itself.
 */
final class TypeSchemas {
    private static final Map<Class<?>, String> SIMPLE = Map.ofEntries(
            Map.entry(String.class, "{'type':'string'}"),
            Map.entry(int.class, "{'type':'integer','format':'int32'}"),
            Map.entry(Integer.class, "{'type':'integer','format':'int32'}"),
            Map.entry(long.class, "{'type':'integer','format':'int64'}"),
            Map.entry(Long.class, "{'type':'integer','format':'int64'}"),
            Map.entry(double.class, "{'type':'number','format':'double'}"),
            Map.entry(Double.class, "{'type':'number','format':'double'}"),
            Map.entry(float.class, "{'type':'number','format':'float'}"),
            Map.entry(Float.class, "{'type':'number','format':'float'}"),
            Map.entry(boolean.class, "{'type':'boolean'}"),
            Map.entry(Boolean.class, "{'type':'boolean'}"),
            Map.entry(byte[].class, "{'type':'string','format':'byte'}"),
            Map.entry(Instant.class, "{'type':'string','format':'date-time'}"),
            Map.entry(OffsetDateTime.class, "{'type':'string','format':'date-time'}"),
            Map.entry(LocalDate.class, "{'type':'string','format':'date'}"),
            Map.entry(
                    IntOrString.class,
                    "{'anyOf':[{'type':'integer'},{'type':'string'}],'x-kubernetes-int-or-string':true}"),
            // the part of an embedded object's metadata that means something there
            Map.entry(
                    V1ObjectMeta.class,
                    "{'type':'object','properties':{'name':{'type':'string'},'namespace':{'type':'string'},"
                            + "'labels':{'type':'object','additionalProperties':{'type':'string'}},"
                            + "'annotations':{'type':'object','additionalProperties':{'type':'string'}},"
                            + "'finalizers':{'type':'array','items':{'type':'string'}}}}"));

    // k8s.io/apimachinery, api/resource: a number with a decimal or binary suffix, or an exponent
    private static final String QUANTITY = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
            + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    private final Deque<Type> within = new ArrayDeque<>();
    private final Codec codec = new Codec();

    /** The schema of a type, which stands at the path. */
    JsonObject of(Type type, String path) {
        Class<?> raw = TypeToken.of(type).getRawType();
        String simple = SIMPLE.get(raw);
        if (simple != null) {
            return Json.parse(simple.replace('\'', '"'));
        }
        if (raw == Quantity.class) {
            JsonObject schema = of(IntOrString.class, path);
            schema.addProperty("pattern", QUANTITY);
            return schema;
        }
        if (raw == Duration.class) {
            JsonObject schema = of(String.class, path);
            schema.addProperty("pattern", Durations.PATTERN);
            return schema;
        }
        if (raw.isEnum()) {
            JsonObject schema = of(String.class, path);
            schema.add("enum", Json.array(Codec.words(raw)));
            return schema;
        }
        if (raw == Object.class || JsonElement.class.isAssignableFrom(raw)) {
            return Json.parse("{\"x-kubernetes-preserve-unknown-fields\":true}");
        }
        return entered(type, path, () -> composed(type, raw, path));
    }

    private JsonObject composed(Type type, Class<?> raw, String path) {
        if (Collection.class.isAssignableFrom(raw)) {
            JsonObject schema = Json.parse("{\"type\":\"array\"}");
            schema.add("items", of(argument(type, Collection.class, 0), path + "[]"));
            if (Set.class.isAssignableFrom(raw)) {
                schema.addProperty("x-kubernetes-list-type", "set");
            }
            return schema;
        }
        if (Map.class.isAssignableFrom(raw)) {
            JsonObject schema = Json.parse("{\"type\":\"object\"}");
            schema.add("additionalProperties", of(argument(type, Map.class, 1), path + "{}"));
            return schema;
        }
        return object(type, raw, path);
    }

    private static Type argument(Type type, Class<?> of, int index) {
        return TypeToken.of(type).resolveType(of.getTypeParameters()[index]).getType();
    }

    private JsonObject object(Type type, Class<?> raw, String path) {
        List<Member> members = Member.of(type, codec)
                .orElseThrow(() -> new IllegalArgumentException(path + " is of type " + raw.getName()
                        + ", which has no schema: use a record, an Immutables value, a client-java model class or a"
                        + " plain type, or mark it @PreserveUnknown"));
        JsonObject schema = Json.parse("{\"type\":\"object\"}");
        Optional.ofNullable(raw.getAnnotation(Description.class))
                .ifPresent(description -> schema.addProperty("description", description.value()));
        var properties = new JsonObject();
        for (Member member : members) {
            properties.add(member.name(), member(member, path + "." + member.name()));
        }
        schema.add("properties", properties);
        var required =
                members.stream().filter(Member::required).map(Member::name).toList();
        if (!required.isEmpty()) {
            schema.add("required", Json.array(required));
        }
        SchemaRule.add(schema, SchemaRule.on(raw));
        return schema;
    }

    private JsonObject member(Member member, String path) {
        boolean unknown = member.annotations().isAnnotationPresent(PreserveUnknown.class)
                || member.annotations().isAnnotationPresent(EmbeddedResource.class);
        JsonObject schema = unknown ? of(Object.class, path) : of(member.type(), path);
        Constraints.add(schema, member.annotations(), path);
        entries(schema, member.annotated(), path);
        member.byDefault().ifPresent(value -> schema.add("default", value));
        return schema;
    }

    /** Adds what stands at the entries of a list or a map, for example {@code List<@MaxLength(63) String>}. */
    private static void entries(JsonObject schema, AnnotatedType type, String path) {
        if (!(type instanceof AnnotatedParameterizedType generic)) {
            return;
        }
        AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
        AnnotatedType last = arguments[arguments.length - 1];
        Class<?> raw = TypeToken.of(type.getType()).getRawType();
        if (raw == Optional.class) {
            entries(schema, last, path);
        } else if (Collection.class.isAssignableFrom(raw)) {
            entry(Json.object(schema, "items"), last, path + "[]");
        } else if (Map.class.isAssignableFrom(raw)) {
            entry(Json.object(schema, "additionalProperties"), last, path + "{}");
        }
    }

    private static void entry(JsonObject schema, AnnotatedType type, String path) {
        Constraints.add(schema, type, path);
        entries(schema, type, path);
    }

    private interface Make {
        JsonObject schema();
    }

    private JsonObject entered(Type type, String path, Make make) {
        if (within.contains(type)) {
            String way = within.stream()
                    .map(outer -> TypeToken.of(outer).getRawType().getSimpleName())
                    .collect(Collectors.joining(" in "));
            throw new IllegalArgumentException(path + " is of type "
                    + TypeToken.of(type).getRawType().getSimpleName() + ", which contains itself (it is in " + way
                    + "): a schema cannot say that; mark the field @PreserveUnknown");
        }
        within.push(type);
        try {
            return make.schema();
        } finally {
            within.pop();
        }
    }
}
