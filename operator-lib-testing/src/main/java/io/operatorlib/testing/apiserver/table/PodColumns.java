package io.operatorlib.testing.apiserver.table;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of pods: the state of the containers, told in one word. */
final class PodColumns {

    private PodColumns() {}

    static List<Column> columns() {
        return List.of(
                Column.NAME,
                Column.text("Ready", PodColumns::ready),
                Column.text("Status", PodColumns::status),
                Column.text("Restarts", PodColumns::restarts),
                Column.AGE,
                Column.text(
                                "IP",
                                pod -> pod.list("status.podIPs").stream()
                                        .map(address -> address.text("ip"))
                                        .findFirst()
                                        .orElse(pod.text("status.podIP", "<none>")))
                        .wide(),
                Column.text("Node", pod -> pod.text("spec.nodeName", "<none>")).wide(),
                Column.text("Nominated Node", pod -> pod.text("status.nominatedNodeName", "<none>"))
                        .wide(),
                Column.text("Readiness Gates", PodColumns::gates).wide());
    }

    private static String ready(View pod) {
        Set<String> sidecars = sidecars(pod);
        long ready = Stream.concat(
                        pod.list("status.containerStatuses").stream().filter(status -> status.has("state.running")),
                        pod.list("status.initContainerStatuses").stream()
                                .filter(status -> sidecars.contains(status.text("name"))))
                .filter(status -> status.truth("ready"))
                .count();
        return ready + "/" + (pod.size("spec.containers") + sidecars.size());
    }

    private static Set<String> sidecars(View pod) {
        return pod.list("spec.initContainers").stream()
                .filter(container -> container.text("restartPolicy").equals("Always"))
                .map(container -> container.text("name"))
                .collect(Collectors.toSet());
    }

    private static String status(View pod) {
        String phase = pod.text("status.phase");
        if (pod.has("metadata.deletionTimestamp")) {
            if (pod.text("status.reason").equals("NodeLost")) {
                return "Unknown";
            }
            if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                return "Terminating";
            }
        }
        String initializing = initializing(pod);
        if (!initializing.isEmpty() && !pod.conditionTrue("Initialized")) {
            return initializing;
        }
        boolean gated = pod.ofType("status.conditions", "PodScheduled")
                .filter(condition -> condition.text("reason").equals("SchedulingGated"))
                .isPresent();
        String reason = gated ? "SchedulingGated" : pod.text("status.reason", phase);
        boolean running = false;
        List<View> statuses = pod.list("status.containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            View status = statuses.get(i);
            if (!status.text("state.waiting.reason").isEmpty()) {
                reason = status.text("state.waiting.reason");
            } else if (status.has("state.terminated")) {
                reason = ending(status.at("state.terminated"));
            } else if (status.truth("ready") && status.has("state.running")) {
                running = true;
            }
        }
        if (reason.equals("Completed") && running) {
            return pod.conditionTrue("Ready") ? "Running" : "NotReady";
        }
        return reason;
    }

    /** What the first init container that has not done its work says; empty where all have. */
    private static String initializing(View pod) {
        Set<String> sidecars = sidecars(pod);
        List<View> statuses = pod.list("status.initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            View status = statuses.get(i);
            View ended = status.at("state.terminated");
            boolean started = sidecars.contains(status.text("name")) && status.truth("started");
            if (started || (ended.exists() && ended.number("exitCode") == 0)) {
                continue;
            }
            if (ended.exists()) {
                return "Init:" + ending(ended);
            }
            String waiting = status.text("state.waiting.reason");
            return waiting.isEmpty() || waiting.equals("PodInitializing")
                    ? "Init:" + i + "/" + pod.size("spec.initContainers")
                    : "Init:" + waiting;
        }
        return "";
    }

    private static String ending(View terminated) {
        String reason = terminated.text("reason");
        if (!reason.isEmpty()) {
            return reason;
        }
        return terminated.number("signal") != 0
                ? "Signal:" + terminated.number("signal")
                : "ExitCode:" + terminated.number("exitCode");
    }

    private static String restarts(View pod) {
        Set<String> sidecars = sidecars(pod);
        boolean initializing = !initializing(pod).isEmpty() && !pod.conditionTrue("Initialized");
        List<View> counted = Stream.concat(
                        initializing ? Stream.empty() : pod.list("status.containerStatuses").stream(),
                        pod.list("status.initContainerStatuses").stream()
                                .filter(status -> initializing || sidecars.contains(status.text("name"))))
                .toList();
        long restarts = counted.stream()
                .mapToLong(status -> status.number("restartCount"))
                .sum();
        String last = counted.stream()
                .map(status -> status.text("lastState.terminated.finishedAt"))
                .max(String::compareTo)
                .orElse("");
        return restarts == 0 || last.isEmpty()
                ? Long.toString(restarts)
                : restarts + " (" + HumanDuration.since(last, pod.now()) + " ago)";
    }

    private static String gates(View pod) {
        List<View> gates = pod.list("spec.readinessGates");
        if (gates.isEmpty()) {
            return "<none>";
        }
        long passed = gates.stream()
                .filter(gate -> pod.conditionTrue(gate.text("conditionType")))
                .count();
        return passed + "/" + gates.size();
    }
}
