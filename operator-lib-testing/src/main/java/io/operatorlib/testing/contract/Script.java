package io.operatorlib.testing.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of the contract: cases that are run one after another in a namespace of their own.
 *
 * <p>{@code == sentence} begins a case. A step is a line {@code METHOD path?query}, its body in the lines after it, and
 * {@code -> code} with the recorded body in the next line. {@code AWAIT path} asks until it is answered with 200;
 * {@code WATCH path?query} records the events that come without waiting. Lines that begin with {@code #} are remarks.
 *
 * @param name the file's
 */
record Script(String name, List<Case> cases) {

    /** A sentence, and the steps that show that it is true. */
    record Case(String sentence, List<Step> steps) {}

    /**
     * One request and its recorded answer.
     *
     * @param method the HTTP method, with the kind of a patch in parentheses; {@code AWAIT} or {@code WATCH}
     * @param code empty where nothing was recorded yet
     * @param answer JSON, one line; for a watch one line for each event
     */
    record Step(String method, String target, String body, Optional<Integer> code, List<String> answer) {
        Step answered(int newCode, List<String> newAnswer) {
            return new Step(method, target, body, Optional.of(newCode), newAnswer);
        }
    }

    static Script parse(String name, List<String> lines) {
        var cases = new ArrayList<Case>();
        var steps = new ArrayList<Step>();
        String sentence = "";
        int i = 0;
        while (i < lines.size()) {
            String line = lines.get(i++);
            if (line.startsWith("== ")) {
                add(cases, sentence, steps);
                sentence = line.substring(3);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                int end = i;
                while (end < lines.size() && !begins(lines.get(end))) {
                    end++;
                }
                steps.add(step(line, lines.subList(i, end)));
                i = end;
            }
        }
        add(cases, sentence, steps);
        return new Script(name, List.copyOf(cases));
    }

    private static void add(List<Case> cases, String sentence, List<Step> steps) {
        if (!steps.isEmpty()) {
            cases.add(new Case(sentence, List.copyOf(steps)));
            steps.clear();
        }
    }

    private static boolean begins(String line) {
        return line.startsWith("== ") || line.matches("(GET|POST|PUT|DELETE|AWAIT|WATCH|PATCH\\([a-z]+\\)) .*");
    }

    private static Step step(String head, List<String> rest) {
        int space = head.indexOf(' ');
        var body = new StringBuilder();
        Optional<Integer> code = Optional.empty();
        var answer = new ArrayList<String>();
        for (String line : rest) {
            if (line.startsWith("-> ")) {
                code = Optional.of(Integer.valueOf(line.substring(3).strip()));
            } else if (code.isPresent() && !line.isBlank()) {
                answer.add(line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                body.append(line.strip());
            }
        }
        return new Step(head.substring(0, space), head.substring(space + 1).strip(), body.toString(), code, answer);
    }

    /** As it stands in its file. */
    String text() {
        var text = new StringBuilder();
        for (Case one : cases) {
            text.append("== ").append(one.sentence()).append('\n');
            for (Step step : one.steps()) {
                text.append(step.method()).append(' ').append(step.target()).append('\n');
                if (!step.body().isEmpty()) {
                    text.append(step.body()).append('\n');
                }
                step.code().ifPresent(code -> text.append("-> ").append(code).append('\n'));
                step.answer().forEach(line -> text.append(line).append('\n'));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
