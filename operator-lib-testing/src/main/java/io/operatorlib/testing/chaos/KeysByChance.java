package io.operatorlib.testing.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Where the keys of an object's parts are drawn: there several runs have keys that the others have not. */
final class KeysByChance {
    private static final Pattern SEPARATOR = Pattern.compile("(?=[.\\[])");

    private final List<Set<String>> known = new ArrayList<>();
    private final Set<String> drawn = new TreeSet<>();

    /** @param runs the paths of the same object in several runs */
    KeysByChance(List<Set<String>> runs) {
        for (var paths : runs) {
            var prefixes = new TreeSet<String>();
            paths.forEach(path -> prefixes.addAll(prefixes(path)));
            known.add(prefixes);
        }
        runs.forEach(paths -> paths.forEach(path -> drawn.add(parentOfStranger(path))));
        drawn.remove(EVERYBODYS);
    }

    /** Stands for the parent of a path that every run has. */
    private static final String EVERYBODYS = "\n";

    /** Whether a path is one that another run could have had. */
    boolean isOneOfThem(String path) {
        return drawn.contains(parentOfStranger(path));
    }

    private String parentOfStranger(String path) {
        var parent = "";
        for (var prefix : prefixes(path)) {
            if (!known.stream().allMatch(run -> run.contains(prefix))) {
                return parent;
            }
            parent = prefix;
        }
        return EVERYBODYS;
    }

    private static List<String> prefixes(String path) {
        var prefixes = new ArrayList<String>();
        var text = new StringBuilder();
        for (var part : SEPARATOR.split(path)) {
            prefixes.add(text.append(part).toString());
        }
        return prefixes;
    }
}
