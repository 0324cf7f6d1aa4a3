package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which resources the objects of a watched type concern, as their mapper said when each was last told: so that a
 * resource finds its objects without a look at all of them, and the one that an object concerned before is told too.
 */
final class Concerned {
    private final Map<ResourceKey, Set<ResourceKey>> resources = new HashMap<>();
    private final Map<ResourceKey, TreeSet<ResourceKey>> objects = new HashMap<>();

    /** Notes which resources an object concerns now, and tells those that it concerns or concerned. */
    synchronized Set<ResourceKey> changed(ResourceKey object, Set<ResourceKey> now) {
        Set<ResourceKey> before = now.isEmpty() ? resources.remove(object) : resources.put(object, Set.copyOf(now));
        var told = new TreeSet<>(now);
        if (before != null) {
            told.addAll(before);
            before.forEach(resource -> remove(resource, object));
        }
        now.forEach(resource ->
                objects.computeIfAbsent(resource, any -> new TreeSet<>()).add(object));
        return told;
    }

    private void remove(ResourceKey resource, ResourceKey object) {
        var its = objects.get(resource);
        if (its != null && its.remove(object) && its.isEmpty()) {
            objects.remove(resource);
        }
    }

    /** The resources that an object concerned when that was last noted. */
    synchronized Set<ResourceKey> last(ResourceKey object) {
        return resources.getOrDefault(object, Set.of());
    }

    /** The objects that concern a resource, in the order of their keys. */
    synchronized List<ResourceKey> of(ResourceKey resource) {
        var its = objects.get(resource);
        return its == null ? List.of() : new ArrayList<>(its);
    }
}
