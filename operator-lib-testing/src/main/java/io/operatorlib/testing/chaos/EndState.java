package io.operatorlib.testing.chaos;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.ServedKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is in a cluster when everything is over, without what differs from run to run by its nature: UIDs, versions,
 * times, Events, Leases. What differs by chance, a drawn name for example, shows in two runs without faults.
 *
 * @param objects the leaves of each object, by their paths; by its collection and its name
 */
record EndState(Map<String, Map<String, String>> objects) {
    private static final Set<String> PASSING = Set.of("events", "leases");
    private static final Set<String> CHANCE =
            Set.of("uid", "resourceVersion", "generation", "observedGeneration", "creationTimestamp", "managedFields");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*");

    static EndState of(SimCluster cluster) {
        var objects = new TreeMap<String, Map<String, String>>();
        for (ServedKind kind : cluster.server().served()) {
            if (!PASSING.contains(kind.plural()) && kind.version().equals(kind.storageVersion())) {
                var root = kind.group().isEmpty() ? "/api/" : "/apis/";
                for (JsonObject object : cluster.list(root + kind.apiVersion() + "/" + kind.plural())) {
                    var leaves = new TreeMap<String, String>();
                    flatten("", object, leaves);
                    objects.put(kind.resource() + " " + name(object), leaves);
                }
            }
        }
        return new EndState(objects);
    }

    private static String name(JsonObject object) {
        var meta = object.getAsJsonObject("metadata");
        var name = meta.get("name").getAsString();
        return meta.has("namespace") ? meta.get("namespace").getAsString() + "/" + name : name;
    }

    private static void flatten(String path, JsonElement value, Map<String, String> leaves) {
        if (value.isJsonObject()) {
            value.getAsJsonObject().entrySet().stream()
                    .filter(field -> !CHANCE.contains(field.getKey()))
                    .forEach(field -> flatten(path + "." + field.getKey(), field.getValue(), leaves));
        } else if (value.isJsonArray()) {
            for (int i = 0; i < value.getAsJsonArray().size(); i++) {
                flatten(path + "[" + i + "]", value.getAsJsonArray().get(i), leaves);
            }
        } else if (!value.isJsonNull() && !TIME.matcher(value.getAsString()).matches()) {
            leaves.put(path, value.getAsString());
        }
    }

    /** In what this differs from what two runs without faults agree upon. */
    List<String> differences(EndState one, EndState other) {
        var differences = new ArrayList<String>();
        for (var entry : one.objects.entrySet()) {
            var object = entry.getKey();
            var twin = other.objects.get(object);
            if (twin != null) {
                var mine = objects.get(object);
                if (mine == null) {
                    differences.add(object + " is not there");
                } else {
                    compare(object, mine, entry.getValue(), twin, differences);
                }
            }
        }
        compareCounts(one, other, differences);
        return differences;
    }

    private static void compare(
            String object,
            Map<String, String> mine,
            Map<String, String> one,
            Map<String, String> other,
            List<String> differences) {
        var paths = new TreeSet<>(mine.keySet());
        paths.addAll(one.keySet());
        for (var path : paths) {
            var expected = one.get(path);
            if (Objects.equals(expected, other.get(path)) && !Objects.equals(expected, mine.get(path))) {
                differences.add(object + " has " + path.substring(1) + " " + shown(mine.get(path))
                        + " where runs without" + " faults have " + shown(expected));
            }
        }
    }

    private static String shown(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "nothing" : "\"" + value + "\"";
    }

    private void compareCounts(EndState one, EndState other, List<String> differences) {
        var mine = counts();
        var counts = one.counts();
        var collections = new TreeSet<>(mine.keySet());
        collections.addAll(counts.keySet());
        for (var collection : collections) {
            int expected = counts.getOrDefault(collection, 0);
            int found = mine.getOrDefault(collection, 0);
            if (other.counts().getOrDefault(collection, 0) == expected && found != expected) {
                differences.add(found + " " + collection + " where runs without faults have " + expected);
            }
        }
    }

    private Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        objects.keySet().forEach(object -> counts.merge(object.substring(0, object.indexOf(' ')), 1, Integer::sum));
        return counts;
    }
}
