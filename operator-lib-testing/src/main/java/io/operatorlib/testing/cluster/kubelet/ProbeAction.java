package io.operatorlib.testing.cluster.kubelet;

import java.util.List;
import java.util.Map;

/** What a probe does, with every port already a number and every host an address. */
public sealed interface ProbeAction {

    /** Succeeds where the reply's status is one of 200 to 399. */
    record Http(String scheme, String host, int port, String path, Map<String, String> headers) implements ProbeAction {
        public Http {
            headers = Map.copyOf(headers);
        }
    }

    /** Succeeds where a connection is accepted. */
    record Tcp(String host, int port) implements ProbeAction {}

    /** Succeeds where the command, run in the container, ends with 0. */
    record Exec(List<String> command) implements ProbeAction {
        public Exec {
            command = List.copyOf(command);
        }
    }
}
