package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
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
                it -> schema.addProperty(
                        "minimum", only(it, path, type, "integer", "number").value()));
        on(
                field,
                Maximum.class,
                it -> schema.addProperty(
                        "maximum", only(it, path, type, "integer", "number").value()));
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
        SchemaRule.add(schema, SchemaRule.on(field));
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
