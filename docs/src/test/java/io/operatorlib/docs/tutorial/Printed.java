package io.operatorlib.docs.tutorial;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a command printed, without what differs from run to run: ages, times, addresses, generated names, and how wide
 * columns are. In what a page shows, {@code …} stands for any text, and for any number of lines where it is the whole
 * line.
 */
record Printed(List<String> lines) {
    private static final String ANY = "…";

    static Printed of(String raw) {
        var lines = new ArrayList<String>();
        raw.replaceAll("\u001b\\[[0-9;]*m", "").lines().map(Printed::plain).forEach(lines::add);
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return new Printed(lines);
    }

    private static String plain(String line) {
        return line.replaceAll("\\b\\d\\d:\\d\\d:\\d\\d\\b", "<time>")
                .replaceAll("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b", "<address>")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uid>")
                .replaceAll("-[0-9a-f]{8,10}-[a-z0-9]{5}\\b", "-<generated>")
                .replaceAll("\\bdb-[a-z0-9]{5}\\b", "db-<generated>")
                .replaceAll("\\b[0-9a-f]{15,16}\\b", "<id>")
                .replaceAll("\\b\\d+(\\.\\d+)?(ms|[smhd])(\\d+[smhd])?\\b", "<age>")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** Tells whether this is what the page shows. */
    boolean is(Printed shown) {
        return matches(shown.lines(), 0);
    }

    /** Tells whether what the page shows has been printed, in that order, with whatever between. */
    boolean has(Printed shown) {
        int at = 0;
        for (String line : lines) {
            if (at < shown.lines().size() && same(shown.lines().get(at), line)) {
                at++;
            }
        }
        return at == shown.lines().size();
    }

    private boolean matches(List<String> shown, int from) {
        if (shown.isEmpty()) {
            return from == lines.size();
        }
        List<String> rest = shown.subList(1, shown.size());
        if (shown.get(0).equals(ANY)) {
            for (int i = from; i <= lines.size(); i++) {
                if (matches(rest, i)) {
                    return true;
                }
            }
            return false;
        }
        return from < lines.size() && same(shown.get(0), lines.get(from)) && matches(rest, from + 1);
    }

    private static boolean same(String shown, String line) {
        var regex = new ArrayList<String>();
        for (String part : shown.split(ANY, -1)) {
            regex.add(Pattern.quote(part));
        }
        return line.matches(String.join(".*", regex));
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
