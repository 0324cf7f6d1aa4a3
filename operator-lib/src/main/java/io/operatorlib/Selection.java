package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which objects of a type a controller follows, and what it keeps of them: an immutable value.
 *
 * <p>Objects may be selected by labels and fields, which the API server does, so that the others are never sent. What is
 * kept may be smaller than the object: a value that is made of it while it is read, after which the rest is dropped.
 * Two selections that keep values of the same class are taken to make them the same way.
 *
 * @param type client-java's class for the objects
 * @param seenAs the class of what is kept: {@code type} itself, or a record or Immutables value
 * @param projection makes what is kept; free of effects
 * @param labels the labels that an object must have
 * @param fields the fields that an object must have, by their paths; the API server knows which it can select by
 */
public record Selection<K extends KubernetesObject, V>(
        Class<K> type,
        Class<V> seenAs,
        Function<K, V> projection,
        SortedMap<String, String> labels,
        SortedMap<String, String> fields) {

    public Selection {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** All objects of a type, whole. */
    public static <K extends KubernetesObject> Selection<K, K> of(Class<K> type) {
        return new Selection<>(type, type, Function.identity(), new TreeMap<>(), new TreeMap<>());
    }

    /** Those among them that have a label. */
    public Selection<K, V> labelled(String name, String value) {
        return new Selection<>(type, seenAs, projection, with(labels, name, value), fields);
    }

    /** Those among them that have a value in a field, for example {@code metadata.name} or {@code spec.nodeName}. */
    public Selection<K, V> where(String path, String value) {
        return new Selection<>(type, seenAs, projection, labels, with(fields, path, value));
    }

    /**
     * Of each object keeps what is made of it.
     *
     * @param otherSeenAs a record or Immutables value, by which the reconciler asks for them
     */
    public <W> Selection<K, W> as(Class<W> otherSeenAs, Function<K, W> otherProjection) {
        return new Selection<>(type, otherSeenAs, otherProjection, labels, fields);
    }

    private static SortedMap<String, String> with(SortedMap<String, String> map, String name, String value) {
        var more = new TreeMap<>(map);
        more.put(name, value);
        return more;
    }
}
