package io.operatorlib.docs.tutorial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page, as its reader follows it: what is to be done, in order.
 *
 * <ul>
 *   <li>A block of {@code sh} is typed; the block of {@code text} after it is what it prints.
 *   <li>{@code sh terminal=NAME}: in a terminal of that name, where it runs on. What ran there before is ended.
 *   <li>A line that begins {@code Press Ctrl-C in the NAME's terminal} ends what runs there.
 *   <li>{@code sh clone}: in a clone of the project.
 *   <li>A block of anything else after a line that ends with a path in backticks and a colon is put into that file.
 * </ul>
 */
record Page(Path file, List<Action> actions) {
    private static final Pattern FENCE = Pattern.compile("```(\\w+)? ?(\\S+)?");
    private static final Pattern INTO_FILE = Pattern.compile(".*`([\\w./-]+\\.\\w+)`[^`]*:");

    private static final Pattern CTRL_C = Pattern.compile("Press Ctrl-C in the (\\w+)'s terminal.*");

    /** What a reader does. */
    sealed interface Action {}

    /**
     * Types something and looks at what it prints.
     *
     * @param output what the page shows; null where it shows nothing
     */
    record Type(String commands, @Nullable String output) implements Action {}

    /** Starts something that runs on, in a terminal of its own, and waits for what the page shows. */
    record Start(String terminal, String commands, String output) implements Action {}

    /** Ends what runs in a terminal. */
    record End(String terminal) implements Action {}

    /** Types something in a clone of the project. */
    record InClone(String commands) implements Action {}

    /** Writes a file. */
    record Write(String path, String text) implements Action {}

    static Page read(Path file) throws IOException {
        var actions = new ArrayList<Action>();
        String before = "";
        var lines = Files.readAllLines(file).listIterator();
        while (lines.hasNext()) {
            String line = lines.next();
            Matcher fence = FENCE.matcher(line);
            if (fence.matches()) {
                var text = new StringBuilder();
                for (String next = lines.next(); !next.equals("```"); next = lines.next()) {
                    text.append(next).append('\n');
                }
                add(actions, fence, text.toString(), before);
                before = "";
            } else if (!line.isBlank()) {
                Matcher end = CTRL_C.matcher(line);
                if (end.matches()) {
                    actions.add(new End(end.group(1)));
                }
                before = line;
            }
        }
        return new Page(file, actions);
    }

    /** The page for a reader who has done already what is to be done in a clone. */
    Page withoutClone() {
        return new Page(
                file,
                actions.stream().filter(action -> !(action instanceof InClone)).toList());
    }

    private static void add(List<Action> actions, Matcher fence, String text, String before) {
        String language = fence.group(1) == null ? "" : fence.group(1);
        String where = fence.group(2) == null ? "" : fence.group(2);
        Matcher path = INTO_FILE.matcher(before);
        if (language.equals("text")) {
            int last = actions.size() - 1;
            actions.set(last, shown(actions.get(last), text));
        } else if (language.equals("sh") && where.equals("clone")) {
            actions.add(new InClone(text));
        } else if (language.equals("sh") && where.startsWith("terminal=")) {
            actions.add(new Start(where.substring("terminal=".length()), text, ""));
        } else if (language.equals("sh")) {
            actions.add(new Type(text, null));
        } else if (path.matches()) {
            actions.add(new Write(path.group(1), text));
        }
    }

    private static Action shown(Action action, String output) {
        if (action instanceof Type type) {
            return new Type(type.commands(), output);
        }
        if (action instanceof Start start) {
            return new Start(start.terminal(), start.commands(), output);
        }
        throw new IllegalArgumentException("nothing was typed that could print this: " + output);
    }
}
