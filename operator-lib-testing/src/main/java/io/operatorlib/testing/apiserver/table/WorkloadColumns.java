package io.operatorlib.testing.apiserver.table;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The columns of what makes pods: Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs. */
final class WorkloadColumns {

    private static final List<Column> TEMPLATE = List.of(
            Column.text("Containers", set -> set.joined("spec.template.spec.containers", each -> each.text("name")))
                    .wide(),
            Column.text("Images", set -> set.joined("spec.template.spec.containers", each -> each.text("image")))
                    .wide(),
            Column.text("Selector", set -> set.selector("spec.selector")).wide());

    private WorkloadColumns() {}

    static List<Column> deployments() {
        return withTemplate(
                Column.NAME,
                Column.text("Ready", WorkloadColumns::ready),
                Column.text("Up-to-date", set -> Long.toString(set.number("status.updatedReplicas"))),
                Column.text("Available", set -> Long.toString(set.number("status.availableReplicas"))),
                Column.AGE);
    }

    static List<Column> replicaSets() {
        return withTemplate(
                Column.NAME,
                Column.integer("Desired", set -> set.number("spec.replicas")),
                Column.integer("Current", set -> set.number("status.replicas")),
                Column.integer("Ready", set -> set.number("status.readyReplicas")),
                Column.AGE);
    }

    static List<Column> statefulSets() {
        return Stream.concat(
                        Stream.of(Column.NAME, Column.text("Ready", WorkloadColumns::ready), Column.AGE),
                        TEMPLATE.stream().limit(2))
                .toList();
    }

    static List<Column> daemonSets() {
        return withTemplate(
                Column.NAME,
                Column.integer("Desired", set -> set.number("status.desiredNumberScheduled")),
                Column.integer("Current", set -> set.number("status.currentNumberScheduled")),
                Column.integer("Ready", set -> set.number("status.numberReady")),
                Column.integer("Up-to-date", set -> set.number("status.updatedNumberScheduled")),
                Column.integer("Available", set -> set.number("status.numberAvailable")),
                Column.text("Node Selector", set -> set.pairs("spec.template.spec.nodeSelector")),
                Column.AGE);
    }

    static List<Column> jobs() {
        return withTemplate(
                Column.NAME,
                Column.text("Status", WorkloadColumns::jobStatus),
                Column.text("Completions", WorkloadColumns::completions),
                Column.text("Duration", WorkloadColumns::jobDuration),
                Column.AGE);
    }

    private static List<Column> withTemplate(Column... own) {
        return Stream.concat(Stream.of(own), TEMPLATE.stream()).toList();
    }

    private static String ready(View set) {
        return set.number("status.readyReplicas") + "/" + set.number("spec.replicas");
    }

    private static String jobStatus(View job) {
        if (job.conditionTrue("Complete")) {
            return "Complete";
        }
        if (job.conditionTrue("Failed")) {
            return "Failed";
        }
        if (job.has("metadata.deletionTimestamp")) {
            return "Terminating";
        }
        return Stream.of("Suspended", "FailureTarget", "SuccessCriteriaMet")
                .filter(job::conditionTrue)
                .findFirst()
                .orElse("Running");
    }

    private static String completions(View job) {
        long done = job.number("status.succeeded");
        if (job.has("spec.completions")) {
            return done + "/" + job.number("spec.completions");
        }
        long parallelism = job.number("spec.parallelism");
        return done + "/1" + (parallelism > 1 ? " of " + parallelism : "");
    }

    private static String jobDuration(View job) {
        String start = job.text("status.startTime");
        if (start.isEmpty()) {
            return "";
        }
        String end = job.text("status.completionTime");
        return end.isEmpty()
                ? HumanDuration.since(start, job.now())
                : HumanDuration.of(Duration.between(Instant.parse(start), Instant.parse(end)));
    }
}
