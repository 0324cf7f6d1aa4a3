package io.operatorlib.crd;

import com.google.common.reflect.TypeToken;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.annotations.SerializedName;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.RecordShape;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One member of an object's type.
 *
 * @param required whether the user must name it
 * @param byDefault what stands there if the user does not
 */
record Member(String name, Type type, AnnotatedElement annotations, boolean required, Optional<JsonElement> byDefault) {

    /** The type with what stands at its parts. */
    AnnotatedType annotated() {
        return annotations instanceof Method method
                ? method.getAnnotatedReturnType()
                : ((Field) annotations).getAnnotatedType();
    }

    /** The members of a record, of an Immutables value's interface, or of a client-java class; empty for others. */
    static Optional<List<Member>> of(Type type, Codec codec) {
        Class<?> raw = TypeToken.of(type).getRawType();
        if (raw.isRecord()) {
            return Optional.of(ofRecord(type));
        }
        if (raw.getName().startsWith("io.kubernetes.client.")) {
            return Optional.of(ofModel(raw));
        }
        return raw.isInterface() ? Optional.of(ofImmutables(type, raw, codec)) : Optional.empty();
    }

    private static List<Member> ofRecord(Type type) {
        return RecordShape.of(type).components().stream()
                .map(component -> {
                    var byDefault = declaredDefault(component.annotations(), component.raw());
                    boolean required = component.absence() == RecordShape.Absence.REFUSED && byDefault.isEmpty();
                    return new Member(component.name(), component.type(), component.annotations(), required, byDefault);
                })
                .toList();
    }

    private static Optional<JsonElement> declaredDefault(AnnotatedElement annotations, Class<?> raw) {
        Default declared = annotations.getAnnotation(Default.class);
        if (declared == null) {
            return Optional.empty();
        }
        boolean text = raw == String.class || raw.isEnum() || raw == java.time.Duration.class;
        if (text && !declared.value().startsWith("\"")) {
            return Optional.of(new JsonPrimitive(declared.value()));
        }
        try {
            return Optional.of(JsonParser.parseString(declared.value()));
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("@Default is not JSON: " + declared.value(), e);
        }
    }

    private static List<Member> ofModel(Class<?> raw) {
        Set<String> required = requiredOf(raw);
        return Arrays.stream(raw.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(SerializedName.class))
                .map(field -> {
                    String name = nameOf(field);
                    return new Member(name, field.getGenericType(), field, required.contains(name), Optional.empty());
                })
                .toList();
    }

    private static String nameOf(Field field) {
        var named = field.getAnnotation(SerializedName.class);
        return named == null ? field.getName() : named.value();
    }

    // each model class has the names of its required fields in a public static set
    private static Set<String> requiredOf(Class<?> model) {
        try {
            Object names = model.getField("openapiRequiredFields").get(null);
            return names instanceof Set<?> set
                    ? set.stream().map(String::valueOf).collect(java.util.stream.Collectors.toSet())
                    : Set.of();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(model + " is no class of a Kubernetes object", e);
        }
    }

    private static List<Member> ofImmutables(Type type, Class<?> raw, Codec codec) {
        return Arrays.stream(raw.getMethods())
                .filter(method -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() != void.class)
                // reflection gives methods in no order: the schema's is that of the names
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> ofAccessor(type, raw, method, codec))
                .toList();
    }

    private static Member ofAccessor(Type type, Class<?> raw, Method method, Codec codec) {
        Type declared =
                TypeToken.of(type).resolveType(method.getGenericReturnType()).getType();
        Class<?> plain = TypeToken.of(declared).getRawType();
        boolean optional = plain == Optional.class;
        Type value = optional
                ? TypeToken.of(declared)
                        .resolveType(Optional.class.getTypeParameters()[0])
                        .getType()
                : declared;
        boolean collection = Collection.class.isAssignableFrom(plain) || Map.class.isAssignableFrom(plain);
        boolean nullable = Stream.concat(
                        Arrays.stream(method.getAnnotations()),
                        Arrays.stream(method.getAnnotatedReturnType().getAnnotations()))
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
        var byDefault = method.isDefault()
                ? valueOf(raw, method).map(codec::encode)
                : declaredDefault(method, TypeToken.of(value).getRawType());
        boolean required = !optional && !collection && !nullable && !method.isDefault() && byDefault.isEmpty();
        var named = method.getAnnotation(SerializedName.class);
        return new Member(named == null ? method.getName() : named.value(), value, method, required, byDefault);
    }

    /** What a default method gives; empty where it asks other accessors, and so has no value of its own. */
    private static Optional<Object> valueOf(Class<?> type, Method method) {
        InvocationHandler handler = (proxy, called, arguments) -> {
            if (called.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, called, arguments);
            }
            throw new UnsupportedOperationException(called.getName());
        };
        try {
            Object blank = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
            @Nullable Object value = method.invoke(blank);
            return Optional.ofNullable(value);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
