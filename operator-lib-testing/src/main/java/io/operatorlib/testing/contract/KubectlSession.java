package io.operatorlib.testing.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A session at an unmodified kubectl: shell commands, with what they print on real Kubernetes. Who claims to be one has
 * the same printed, but for times, ages, UIDs, addresses, generated names and runs of blanks.
 *
 * @param head what is said of it where it is written down
 * @param steps in their order: each may rest on those before it
 */
public record KubectlSession(String head, List<Step> steps) {
    /** The version whose words the sessions are in: others print the same otherwise. */
    public static final String KUBECTL = "v1.34.";

    /** What an API server alone can be asked; it needs no pods that run. */
    public static final String SERVER = "server";

    /** What needs pods that run, and controllers. */
    public static final String PODS = "pods";

    /** In this order: what one has replaced, the next does not see. */
    private static final Map<Pattern, String> NORMAL = normal();

    /**
     * A command and what came of it.
     *
     * @param command for {@code sh -c}
     * @param printed standard error after standard output; last the exit code in brackets
     */
    public record Step(String command, String printed) {}

    private static Map<Pattern, String> normal() {
        var normal = new LinkedHashMap<Pattern, String>();
        // kubectl's own log, in which a deadline that passes while it watches stands now and then
        normal.put(Pattern.compile("(?m)^[EIW]\\d{4} \\S+ +\\d+ \\S+\\] .*\\n"), "");
        normal.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ][\\d:.]+( ?[+-]\\d{4}|Z)"), "<time>");
        normal.put(Pattern.compile("\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]+ [+-]\\d{4}"), "<time>");
        normal.put(Pattern.compile("\\b(\\d+m)?\\d+(\\.\\d+)?m?s\\b"), "<age>");
        normal.put(Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}"), "<uid>");
        normal.put(Pattern.compile("Resource Version:\\s+\\d+"), "RV");
        normal.put(Pattern.compile("\"?resourceVersion\"?: \"\\d+\""), "RV");
        normal.put(Pattern.compile("\\bmade-[a-z0-9]{5}\\b"), "made-<generated>");
        normal.put(Pattern.compile("\\b([a-z]+)-[0-9a-f]{8,10}(-[a-z0-9]{5})?\\b"), "$1-<generated>");
        normal.put(Pattern.compile("pod-template-hash=[0-9a-f]{8,10}"), "pod-template-hash=<generated>");
        normal.put(Pattern.compile("(LIVE|MERGED)-\\d+"), "$1");
        normal.put(Pattern.compile("kubectl-edit-\\d+\\.yaml"), "<edited>");
        normal.put(Pattern.compile("\\b(10|127|172)(\\.\\d+){3}(:\\d+)?"), "<address>");
        normal.put(Pattern.compile("\\bnode\\d\\b|\\blocal\\b"), "<node>");
        normal.put(Pattern.compile("[ \\t]+"), " ");
        normal.put(Pattern.compile("(?m) $"), "");
        return normal;
    }

    /** One of the sessions that there are. */
    public static KubectlSession named(String name) throws IOException {
        try (InputStream in = KubectlSession.class.getResourceAsStream("kubectl-" + name + ".session")) {
            if (in == null) {
                throw new IOException("there is no session " + name);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static KubectlSession parse(String text) {
        var steps = new ArrayList<Step>();
        var blocks = List.of(text.split("(?m)^\\$ "));
        for (String block : blocks.subList(1, blocks.size())) {
            var command = new ArrayList<String>();
            var printed = new ArrayList<String>();
            for (String line : block.lines().toList()) {
                if (command.isEmpty()) {
                    command.add(line);
                } else if (printed.isEmpty() && line.startsWith("> ")) {
                    command.add(line.substring(2));
                } else {
                    printed.add(line);
                }
            }
            steps.add(new Step(String.join("\n", command), String.join("\n", printed)));
        }
        return new KubectlSession(blocks.get(0), List.copyOf(steps));
    }

    /** The session as it is written in its file. */
    public String text() {
        var text = new StringBuilder(head);
        for (Step step : steps) {
            text.append("$ ").append(step.command().replace("\n", "\n> ")).append('\n');
            text.append(step.printed()).append('\n');
        }
        return text.toString();
    }

    /**
     * Types the commands.
     *
     * @param shell runs a command and gives what it printed, standard error after standard output, and last the exit
     *     code in brackets on a line of its own
     * @return the same session with what was printed now
     */
    public KubectlSession played(Function<String, String> shell) {
        return new KubectlSession(
                head,
                steps.stream()
                        .map(step -> new Step(step.command(), normalised(shell.apply(step.command()))))
                        .toList());
    }

    /** The commands that printed something else in another session, with both, for people. */
    public String differences(KubectlSession other) {
        var words = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            Step here = steps.get(i);
            Step there = other.steps.get(i);
            if (!here.equals(there)) {
                words.append("\n$ ").append(here.command());
                words.append("\n--- expected\n").append(there.printed());
                words.append("\n--- printed\n").append(here.printed()).append('\n');
            }
        }
        return words.toString();
    }

    private static String normalised(String printed) {
        String normal = printed;
        for (var each : NORMAL.entrySet()) {
            normal = each.getKey().matcher(normal).replaceAll(each.getValue());
        }
        return normal.strip();
    }
}
