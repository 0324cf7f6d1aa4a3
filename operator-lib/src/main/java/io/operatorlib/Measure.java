package io.operatorlib;

import java.util.Map;
import java.util.TreeMap;

/**
 * A number about one resource, to be shown as a gauge.
 *
 * @param name in words with dots between them, for example {@code shop.orders.open}
 * @param value as it is now
 * @param tags besides the resource's namespace and name; their values are few and known beforehand
 */
public record Measure(String name, double value, Map<String, String> tags) {
    public Measure {
        tags = Map.copyOf(tags);
    }

    public static Measure of(String name, double value) {
        return new Measure(name, value, Map.of());
    }

    /** 1 where it is so, 0 where it is not. */
    public static Measure of(String name, boolean so) {
        return of(name, so ? 1 : 0);
    }

    /** The same, told apart by one more tag. */
    public Measure tag(String key, String is) {
        var more = new TreeMap<>(tags);
        more.put(key, is);
        return new Measure(name, value, more);
    }
}
