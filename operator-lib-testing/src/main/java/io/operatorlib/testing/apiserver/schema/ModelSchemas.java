package io.operatorlib.testing.apiserver.schema;

import com.google.common.base.Suppliers;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.operatorlib.testing.apiserver.schema.Schema.Children;
import io.operatorlib.testing.apiserver.schema.Schema.Extensions;
import io.operatorlib.testing.apiserver.schema.Schema.Limits;
import io.operatorlib.testing.apiserver.schema.Schema.Logic;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The schemas of Kubernetes' own types, derived from client-java's model classes. They are derived when they are first
 * looked into, and kept.
 */
final class ModelSchemas {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private final Map<Class<?>, Schema> schemas = new ConcurrentHashMap<>();

    /** The schema of a model class. */
    Schema of(Class<?> model) {
        Schema known = schemas.get(model);
        if (known != null) {
            return known;
        }
        Supplier<Map<String, Schema>> fields = Suppliers.memoize(() -> fields(model));
        String name = typeName(model);
        Extensions extensions = ModelTables.isAtomic(name)
                ? Extensions.NONE.map("atomic", Set.of()).ofModel(name)
                : Extensions.NONE.ofModel(name);
        var schema = new Schema(
                "object",
                "",
                "",
                true,
                Optional.empty(),
                new Children(fields, null, false, null),
                Limits.NONE,
                Logic.NONE,
                extensions);
        Schema earlier = schemas.putIfAbsent(model, schema);
        return earlier == null ? schema : earlier;
    }

    /** The class for a kind. */
    static Optional<Class<?>> model(String group, String version, String kind) {
        String name = switch (group + "/" + kind) {
            case "/Event" -> "CoreV1Event";
            case "events.k8s.io/Event" -> "EventsV1Event";
            case "authentication.k8s.io/TokenRequest" -> "AuthenticationV1TokenRequest";
            default -> version.toUpperCase(java.util.Locale.ROOT) + kind;
        };
        try {
            return Optional.of(Class.forName(MODELS + name));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /** The name of the type at the server: without the version that the class's name begins with. */
    static String typeName(Class<?> model) {
        String name = model.getSimpleName();
        return name.matches("V[0-9].*") ? name.substring(2) : name;
    }

    private Map<String, Schema> fields(Class<?> model) {
        String type = typeName(model);
        Map<String, Schema> fields = new TreeMap<>();
        for (Field field : model.getDeclaredFields()) {
            SerializedName name = field.getAnnotation(SerializedName.class);
            if (name != null && !Modifier.isStatic(field.getModifiers())) {
                fields.put(
                        name.value(),
                        ModelTables.completed(type, name.value(), field(type, name.value(), field.getGenericType())));
            }
        }
        return new LinkedHashMap<>(fields);
    }

    private Schema field(String owner, String name, Type type) {
        if (owner.equals("JSONSchemaProps")
                && Set.of("items", "additionalProperties").contains(name)) {
            return of(io.kubernetes.client.openapi.models.V1JSONSchemaProps.class)
                    .looselyTyped();
        }
        Schema schema = schema(type);
        boolean micros = schema.format().equals("date-time")
                && Set.of("acquireTime", "renewTime", "eventTime", "lastObservedTime")
                        .contains(name);
        return micros ? schema.with("date-time-micros") : schema;
    }

    private Schema schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? Schema.list(schema(arguments[0]))
                    : Schema.map(schema(arguments[1]));
        }
        if (type == String.class) {
            return Schema.scalar("string", "");
        }
        if (type == Integer.class) {
            return Schema.scalar("integer", "int32");
        }
        if (type == Long.class) {
            return Schema.scalar("integer", "int64");
        }
        if (type == Boolean.class) {
            return Schema.scalar("boolean", "");
        }
        if (type == Double.class || type == Float.class) {
            return Schema.scalar("number", "double");
        }
        if (type == OffsetDateTime.class) {
            return Schema.scalar("string", "date-time");
        }
        if (type == byte[].class) {
            return Schema.scalar("string", "byte");
        }
        if (type == Quantity.class) {
            return Schema.scalar("string", "quantity");
        }
        if (type == IntOrString.class) {
            return Schema.UNKNOWN.with(Extensions.NONE.orInteger());
        }
        if (type instanceof Class<?> model && model.getName().startsWith(MODELS)) {
            return of(model);
        }
        return Schema.UNKNOWN.with(Extensions.NONE.preserving());
    }
}
