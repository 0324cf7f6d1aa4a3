package io.operatorlib.postgres;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the instances of a cluster answered; those that did not answer are not among them. */
public record Instances(SortedMap<String, InstanceState> answers) {
    public Instances {
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
    }

    public static Instances of(Map<String, InstanceState> answers) {
        return new Instances(new TreeMap<>(answers));
    }
}
