package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What the annotations of a field add to its schema. */
final class Constraints {
    private Constraints() {}

    /**
     * Adds them.
     *
     * @throws IllegalArgumentException if one of them does not go with the field's type
     */
    static void add(JsonObject schema, AnnotatedElement field, String path) {
        String type = Json.text(schema, "type");
        on(field, Description.class, it -> schema.addProperty("description", it.value()));
        on(
                field,
                Format.class,
                it -> schema.addProperty(
                        "format", only(it, path, type, "string").value()));
        on(
                field,
                Minimum.class,
                it -> bound(
                        schema,
                        "Minimum",
                        only(it, path, type, "integer", "number").value(),
                        it.exclusive()));
        on(
                field,
                Maximum.class,
                it -> bound(
                        schema,
                        "Maximum",
                        only(it, path, type, "integer", "number").value(),
                        it.exclusive()));
        on(
                field,
                MultipleOf.class,
                it -> schema.addProperty(
                        "multipleOf", only(it, path, type, "integer", "number").value()));
        on(
                field,
                MinLength.class,
                it -> schema.addProperty(
                        "minLength", only(it, path, type, "string").value()));
        on(
                field,
                MaxLength.class,
                it -> schema.addProperty(
                        "maxLength", only(it, path, type, "string").value()));
        on(
                field,
                Pattern.class,
                it -> schema.addProperty(
                        "pattern", only(it, path, type, "string").value()));
        String entries = type.equals("array") ? "Items" : "Properties";
        on(
                field,
                MinItems.class,
                it -> schema.addProperty(
                        "min" + entries, only(it, path, type, "array", "object").value()));
        on(
                field,
                MaxItems.class,
                it -> schema.addProperty(
                        "max" + entries, only(it, path, type, "array", "object").value()));
        on(field, ListMapKeys.class, it -> keys(schema, only(it, path, type, "array")));
        on(field, Atomic.class, it -> {
            only(it, path, type, "array", "object");
            schema.addProperty("x-kubernetes-" + (type.equals("array") ? "list" : "map") + "-type", "atomic");
        });
        on(field, EmbeddedResource.class, it -> {
            schema.addProperty("type", "object");
            schema.addProperty("x-kubernetes-embedded-resource", true);
            schema.addProperty("x-kubernetes-preserve-unknown-fields", true);
        });
        SchemaRule.add(schema, SchemaRule.on(field));
    }

    private static void bound(JsonObject schema, String which, long value, boolean exclusive) {
        schema.addProperty(which.toLowerCase(Locale.ROOT), value);
        if (exclusive) {
            schema.addProperty("exclusive" + which, true);
        }
    }

    private static void keys(JsonObject schema, ListMapKeys keys) {
        schema.addProperty("x-kubernetes-list-type", "map");
        schema.add("x-kubernetes-list-map-keys", Json.array(List.of(keys.value())));
    }

    private static <A extends Annotation> void on(AnnotatedElement field, Class<A> annotation, Consumer<A> then) {
        Optional.ofNullable(field.getAnnotation(annotation)).ifPresent(then);
    }

    private static <A extends Annotation> A only(A annotation, String path, String type, String... types) {
        if (!Arrays.asList(types).contains(type)) {
            throw new IllegalArgumentException("@" + annotation.annotationType().getSimpleName() + " on " + path
                    + " does not go with the type " + (type.isEmpty() ? "of any value" : type));
        }
        return annotation;
    }
}
