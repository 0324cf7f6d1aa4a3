package io.operatorlib.testing.apiserver.schema;

import static dev.cel.common.CelOverloadDecl.newGlobalOverload;
import static dev.cel.common.CelOverloadDecl.newMemberOverload;

import com.google.errorprone.annotations.Immutable;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Kubernetes' functions of CEL are called, take, give and do. */
final class CelFunctions {
    private static final CelType T = TypeParamType.create("T");
    private static final CelType LIST = ListType.create(T);
    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final CelType URL = OpaqueType.create("kubernetes.URL");
    private static final CelType IP = OpaqueType.create("net.IP");

    final Map<String, List<CelOverloadDecl>> declarations = new LinkedHashMap<>();
    final List<CelFunctionBinding> bindings = new ArrayList<>();

    void all() {
        lists();
        expressions();
        quantities();
        CelAddresses.declare(this, IP, URL);
    }

    private void lists() {
        member("isSorted", "list_is_sorted", SimpleType.BOOL, arguments -> isSorted(list(arguments)), LIST);
        member("min", "list_min", T, arguments -> Collections.min(comparables(arguments)), LIST);
        member("max", "list_max", T, arguments -> Collections.max(comparables(arguments)), LIST);
        member(
                "indexOf",
                "list_index_of",
                SimpleType.INT,
                arguments -> (long) list(arguments).indexOf(arguments[1]),
                LIST,
                T);
        member(
                "lastIndexOf",
                "list_last_index_of",
                SimpleType.INT,
                arguments -> (long) list(arguments).lastIndexOf(arguments[1]),
                LIST,
                T);
        member("sum", "list_sum_int", SimpleType.INT, CelFunctions::sum, ListType.create(SimpleType.INT));
        member("sum", "list_sum_double", SimpleType.DOUBLE, CelFunctions::sum, ListType.create(SimpleType.DOUBLE));
    }

    private static List<?> list(Object[] arguments) {
        return (List<?>) arguments[0];
    }

    @SuppressWarnings("unchecked")
    private static List<Comparable<Object>> comparables(Object[] arguments) {
        List<?> list = list(arguments);
        if (list.isEmpty()) {
            throw new IllegalArgumentException("min called on empty list");
        }
        return (List<Comparable<Object>>) list;
    }

    @SuppressWarnings("unchecked")
    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (((Comparable<Object>) list.get(i - 1)).compareTo(list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object sum(Object[] arguments) {
        List<?> list = list(arguments);
        if (!list.isEmpty() && list.get(0) instanceof Double) {
            return list.stream().mapToDouble(element -> (Double) element).sum();
        }
        return list.stream().mapToLong(element -> (Long) element).reduce(0, Math::addExact);
    }

    private void expressions() {
        CelType texts = ListType.create(SimpleType.STRING);
        member(
                "find",
                "string_find_string",
                SimpleType.STRING,
                arguments -> {
                    Matcher matcher = Pattern.compile((String) arguments[1]).matcher((String) arguments[0]);
                    return matcher.find() ? matcher.group() : "";
                },
                SimpleType.STRING,
                SimpleType.STRING);
        member(
                "findAll",
                "string_find_all_string",
                texts,
                arguments -> findAll(arguments, Long.MAX_VALUE),
                SimpleType.STRING,
                SimpleType.STRING);
        member(
                "findAll",
                "string_find_all_string_int",
                texts,
                arguments -> findAll(arguments, (Long) arguments[2]),
                SimpleType.STRING,
                SimpleType.STRING,
                SimpleType.INT);
    }

    private static List<String> findAll(Object[] arguments, long limit) {
        Matcher matcher = Pattern.compile((String) arguments[1]).matcher((String) arguments[0]);
        List<String> found = new ArrayList<>();
        while ((limit < 0 || found.size() < limit) && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private void quantities() {
        global(
                "quantity",
                "string_to_quantity",
                QUANTITY,
                arguments -> CelQuantity.of((String) arguments[0]),
                SimpleType.STRING);
        global(
                "isQuantity",
                "is_quantity_string",
                SimpleType.BOOL,
                arguments -> Quantities.parse((String) arguments[0]).isPresent(),
                SimpleType.STRING);
        quantity("isGreaterThan", SimpleType.BOOL, (a, b) -> a.compareTo(b) > 0);
        quantity("isLessThan", SimpleType.BOOL, (a, b) -> a.compareTo(b) < 0);
        quantity("compareTo", SimpleType.INT, (a, b) -> (long) a.compareTo(b));
        quantity("add", QUANTITY, CelQuantity::add);
        quantity("sub", QUANTITY, CelQuantity::sub);
        member(
                "add",
                "quantity_add_int",
                QUANTITY,
                arguments -> ((CelQuantity) arguments[0]).add(CelQuantity.of((Long) arguments[1])),
                QUANTITY,
                SimpleType.INT);
        member(
                "sub",
                "quantity_sub_int",
                QUANTITY,
                arguments -> ((CelQuantity) arguments[0]).sub(CelQuantity.of((Long) arguments[1])),
                QUANTITY,
                SimpleType.INT);
        member(
                "sign",
                "quantity_sign",
                SimpleType.INT,
                a -> (long) ((CelQuantity) a[0]).value().signum(),
                QUANTITY);
        member("isInteger", "quantity_is_integer", SimpleType.BOOL, a -> ((CelQuantity) a[0]).isInteger(), QUANTITY);
        member(
                "asInteger",
                "quantity_as_integer",
                SimpleType.INT,
                a -> ((CelQuantity) a[0]).value().longValueExact(),
                QUANTITY);
        member(
                "asApproximateFloat",
                "quantity_as_float",
                SimpleType.DOUBLE,
                a -> ((CelQuantity) a[0]).value().doubleValue(),
                QUANTITY);
    }

    @Immutable
    private interface OnQuantities {
        Object apply(CelQuantity a, CelQuantity b);
    }

    private void quantity(String name, CelType result, OnQuantities body) {
        member(
                name,
                "quantity_" + name,
                result,
                arguments -> body.apply((CelQuantity) arguments[0], (CelQuantity) arguments[1]),
                QUANTITY,
                QUANTITY);
    }

    /** Declares a function that is called on its first argument. */
    void member(String name, String id, CelType result, CelFunctionOverload body, CelType target, CelType... others) {
        List<CelType> types = new ArrayList<>(List.of(target));
        types.addAll(Arrays.asList(others));
        declare(name, newMemberOverload("kubernetes_" + id, result, types));
        bind("kubernetes_" + id, body, types);
    }

    /** Declares a function of its own. */
    void global(String name, String id, CelType result, CelFunctionOverload body, CelType... arguments) {
        declare(name, newGlobalOverload("kubernetes_" + id, result, Arrays.asList(arguments)));
        bind("kubernetes_" + id, body, Arrays.asList(arguments));
    }

    private void declare(String name, CelOverloadDecl overload) {
        declarations.computeIfAbsent(name, key -> new ArrayList<>()).add(overload);
    }

    private void bind(String id, CelFunctionOverload body, List<CelType> types) {
        List<Class<?>> classes = new ArrayList<>();
        for (CelType type : types) {
            classes.add(javaType(type));
        }
        bindings.add(CelFunctionBinding.from(id, classes, body));
    }

    private static Class<?> javaType(CelType type) {
        if (type instanceof ListType) {
            return List.class;
        }
        if (type == SimpleType.STRING) {
            return String.class;
        }
        if (type == SimpleType.INT) {
            return Long.class;
        }
        if (type == QUANTITY) {
            return CelQuantity.class;
        }
        return Object.class;
    }
}
