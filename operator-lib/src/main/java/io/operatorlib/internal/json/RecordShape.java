package io.operatorlib.internal.json;

import com.google.common.reflect.TypeToken;
import com.google.gson.annotations.SerializedName;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a record appears in JSON: one member for each component.
 *
 * @param components in the order of their declaration
 */
public record RecordShape(Class<?> type, List<Component> components) {

    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    /** What becomes of a component whose member is absent or null. */
    public enum Absence {
        /** It cannot be: the member is required. */
        REFUSED,
        /** The component is an empty list, set or map. */
        EMPTY,
        /** The component is null. */
        NULL
    }

    /**
     * One component.
     *
     * @param name the member's name: the component's own, or that of its {@code @SerializedName}
     * @param type the component's type, type variables resolved
     * @param accessor reads it, and carries its annotations
     */
    public record Component(String name, Type type, Method accessor, Absence absence) {
        /** What the member can be annotated on. */
        public AnnotatedElement annotations() {
            return accessor;
        }

        public Class<?> raw() {
            return TypeToken.of(type).getRawType();
        }
    }

    /**
     * The shape of a record type.
     *
     * @throws IllegalArgumentException if a component's type cannot stand in JSON
     */
    public static RecordShape of(Type type) {
        TypeToken<?> token = TypeToken.of(type);
        var components = Arrays.stream(token.getRawType().getRecordComponents())
                .map(component -> component(token, component))
                .toList();
        return new RecordShape(token.getRawType(), components);
    }

    private static Component component(TypeToken<?> token, RecordComponent component) {
        Type type = token.resolveType(component.getGenericType()).getType();
        Class<?> raw = TypeToken.of(type).getRawType();
        if (OPTIONALS.contains(raw)) {
            throw new IllegalArgumentException(
                    "component " + component.getName() + " of record " + token + " is an " + raw.getSimpleName()
                            + ", which has no form in JSON: give it the plain type and mark it @Nullable");
        }
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        var named = accessor.getAnnotation(SerializedName.class);
        String name = named == null ? component.getName() : named.value();
        return new Component(name, type, accessor, absence(component, raw));
    }

    private static Absence absence(RecordComponent component, Class<?> raw) {
        if (nullable(component)) {
            return Absence.NULL;
        }
        boolean collection = Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw);
        return collection ? Absence.EMPTY : Absence.REFUSED;
    }

    // by its simple name: whichever of the libraries the author took it from
    private static boolean nullable(RecordComponent component) {
        return Stream.of(
                        component.getAnnotations(),
                        component.getAnnotatedType().getAnnotations(),
                        component.getAccessor().getAnnotations())
                .flatMap(Arrays::stream)
                .map(Annotation::annotationType)
                .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }
}
