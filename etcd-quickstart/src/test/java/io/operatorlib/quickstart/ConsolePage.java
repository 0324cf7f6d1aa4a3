package io.operatorlib.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of documentation with what was typed and what came of it: blocks of {@code console}, in which a line that
 * begins with a dollar is a command — with what follows up to {@code EOF}, where it reads that — and other lines are
 * its output.
 */
final class ConsolePage {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\n(.*?)^```$");

    private final String text;

    ConsolePage(String text) {
        this.text = text;
    }

    /** A command and its output, without the dollar, each without the last line break. */
    record Step(String command, String output) {}

    List<Step> steps() {
        return BLOCK.matcher(text)
                .results()
                .flatMap(block -> steps(block.group(1)).stream())
                .toList();
    }

    /** The same page with other outputs, in the order of the steps. */
    String with(List<String> outputs) {
        var next = outputs.iterator();
        return BLOCK.matcher(text)
                .replaceAll(block -> Matcher.quoteReplacement(steps(block.group(1)).stream()
                        .map(step -> "$ " + step.command() + "\n" + lines(next.next()))
                        .collect(Collectors.joining("", "```console\n", "```"))));
    }

    private static String lines(String output) {
        return output.isEmpty() ? "" : output + "\n";
    }

    private static List<Step> steps(String block) {
        var steps = new ArrayList<Step>();
        for (String part : block.split("(?m)^\\$ ", -1)) {
            if (!part.isEmpty()) {
                int end = part.indexOf('\n');
                if (part.substring(0, end).contains("<<EOF")) {
                    end = part.indexOf("\nEOF\n") + "\nEOF".length();
                }
                steps.add(
                        new Step(part.substring(0, end), part.substring(end + 1).strip()));
            }
        }
        return steps;
    }
}
