package io.operatorlib.testing.cluster.kubelet;

import java.util.List;

/** An address and its names: one line of a hosts file. */
public record HostEntry(String address, List<String> names) {
    public HostEntry {
        names = List.copyOf(names);
    }

    /** The line, without its end. */
    public String line() {
        return address + " " + String.join(" ", names);
    }
}
