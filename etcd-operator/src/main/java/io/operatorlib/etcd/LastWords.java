package io.operatorlib.etcd;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.models.V1ContainerStateTerminated;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a member's container ended, in the words of etcd's log where Kubernetes shows its end. */
final class LastWords {
    /** Where the log does not end with a cause, these are none either. */
    private static final Set<String> NO_CAUSES = Set.of("Error", "Completed", "ContainerStatusUnknown");

    /** What is shown may begin in the middle of a line: it is not JSON then, but its fields are whole. */
    private static final Pattern FATAL = Pattern.compile("\":\"(fatal|panic)\"");

    private static final List<Pattern> TOLD = Stream.of("msg", "error")
            .map(field -> Pattern.compile("\"" + field + "\":(\"(?:[^\"\\\\]|\\\\.)*\")"))
            .toList();

    private static final String PANIC = "panic: ";

    /** A condition's message is read by people. */
    private static final int LONGEST = 300;

    private LastWords() {}

    /** Empty where nothing tells it. */
    static String of(V1ContainerStateTerminated ended) {
        var lines = Objects.requireNonNullElse(ended.getMessage(), "").lines().toList();
        String reason = Objects.requireNonNullElse(ended.getReason(), "");
        return lines.stream()
                .flatMap(line -> cause(line).stream())
                .findFirst()
                .map(cause -> "etcd: " + cause.substring(0, Math.min(LONGEST, cause.length())))
                .orElse(NO_CAUSES.contains(reason) ? "" : reason);
    }

    private static Optional<String> cause(String line) {
        if (line.startsWith(PANIC)) {
            return Optional.of(line.substring(PANIC.length()));
        }
        if (!FATAL.matcher(line).find()) {
            return Optional.empty();
        }
        return Optional.of(TOLD.stream()
                        .flatMap(field -> field.matcher(line).results().limit(1))
                        .map(found -> new Gson().fromJson(found.group(1), String.class))
                        .collect(Collectors.joining(": ")))
                .filter(cause -> !cause.isEmpty());
    }
}
