package io.operatorlib.testing.chaos;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.ServedKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is in a cluster when everything is over, without what differs from run to run by its nature: UIDs, versions,
 * times, Events, Leases. What differs by chance, a drawn name for example, shows in several runs without faults.
 *
 * @param objects the leaves of each object, by their paths; by its collection and its name
 * @param made how many objects of each resource were made on the way, without those in the place of what users took away
 */
record EndState(Map<String, Map<String, String>> objects, Map<String, Integer> made) {
    private static final Set<String> PASSING = Set.of("events", "leases");
    private static final Set<String> CHANCE = Set.of(
            "uid",
            "resourceVersion",
            "generation",
            "observedGeneration",
            "creationTimestamp",
            "managedFields",
            // the next that is free
            "clusterIP",
            "clusterIPs",
            "nodePort");
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
        var made = cluster.made();
        cluster.takenAway().forEach((resource, count) -> made.merge(resource, -count, Integer::sum));
        made.keySet().removeIf(resource -> PASSING.contains(resource.replaceFirst("[.].*", "")));
        return new EndState(objects, made);
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

    /** In what this differs from what runs without faults agree upon, the objects' own words first. */
    List<String> differences(List<EndState> faultFree) {
        var differences = new ArrayList<String>();
        for (var object : faultFree.get(0).objects.keySet()) {
            var twins = new ArrayList<Map<String, String>>();
            faultFree.stream()
                    .map(run -> run.objects.get(object))
                    .filter(Objects::nonNull)
                    .forEach(twins::add);
            if (twins.size() == faultFree.size()) {
                var mine = objects.get(object);
                if (mine == null) {
                    differences.add(object + " is not there");
                } else {
                    compare(object, mine, twins, differences);
                }
            }
        }
        counts(faultFree, EndState::there, (expected, found) -> !expected.equals(found))
                .forEach((resource, counts) -> differences.add(
                        counts.found() + " " + resource + " where runs without" + " faults have " + counts.expected()));
        return differences;
    }

    /** Where another number of objects was made than all runs without faults have made. */
    List<String> madeOtherwise(List<EndState> faultFree) {
        return told(faultFree, (expected, found) -> !expected.equals(found));
    }

    /** Where more objects were made than any run without faults has made. */
    List<String> madeTooMany(List<EndState> faultFree) {
        return told(faultFree, (expected, found) -> found > expected);
    }

    private List<String> told(List<EndState> faultFree, Wrong wrong) {
        var told = new ArrayList<String>();
        counts(faultFree, EndState::made, wrong).forEach((resource, made) -> {
            int left = there().getOrDefault(resource, 0);
            int leftThen = faultFree.get(0).there().getOrDefault(resource, 0);
            told.add(resource + " were made " + made.found() + " times and taken away " + (made.found() - left)
                    + " times, where runs without faults make " + made.expected() + " and take away "
                    + (made.expected() - leftThen));
        });
        return told;
    }

    private static void compare(
            String object, Map<String, String> mine, List<Map<String, String>> twins, List<String> differences) {
        var keys = new KeysByChance(twins.stream().map(Map::keySet).toList());
        var paths = new TreeSet<>(mine.keySet());
        paths.addAll(twins.get(0).keySet());
        for (var path : paths) {
            var expected = twins.get(0).get(path);
            boolean agreed = twins.stream().allMatch(twin -> Objects.equals(expected, twin.get(path)));
            boolean wrong = agreed && !Objects.equals(expected, mine.get(path));
            if (wrong && !(expected == null && keys.isOneOfThem(path))) {
                differences.add(object + " has " + path.substring(1) + " " + shown(mine.get(path))
                        + " where runs without faults have " + shown(expected));
            }
        }
    }

    private static String shown(@Nullable String value) {
        return value == null ? "nothing" : "\"" + value + "\"";
    }

    private record Counts(int expected, int found) {}

    /** Whether a number is wrong. */
    private interface Wrong {
        boolean is(Integer expected, Integer found);
    }

    /** The numbers that all runs without faults agree upon, and that are wrong here. */
    private Map<String, Counts> counts(
            List<EndState> faultFree, Function<EndState, Map<String, Integer>> of, Wrong wrong) {
        var resources = new TreeSet<>(of.apply(this).keySet());
        faultFree.forEach(run -> resources.addAll(of.apply(run).keySet()));
        var counts = new TreeMap<String, Counts>();
        for (var resource : resources) {
            var expected = new HashSet<Integer>();
            faultFree.forEach(run -> expected.add(of.apply(run).getOrDefault(resource, 0)));
            int found = of.apply(this).getOrDefault(resource, 0);
            int agreed = expected.iterator().next();
            if (expected.size() == 1 && wrong.is(agreed, found)) {
                counts.put(resource, new Counts(agreed, found));
            }
        }
        return counts;
    }

    private Map<String, Integer> there() {
        var counts = new TreeMap<String, Integer>();
        objects.keySet().forEach(object -> counts.merge(object.substring(0, object.indexOf(' ')), 1, Integer::sum));
        return counts;
    }
}
