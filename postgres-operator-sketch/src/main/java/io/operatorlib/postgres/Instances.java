package io.operatorlib.postgres;

import java.util.SortedMap;

/** What the instances of a cluster answered; those that did not answer are not among them. */
public record Instances(SortedMap<String, InstanceState> answers) {}
