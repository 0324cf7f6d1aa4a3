package io.operatorlib.testing.chaos;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws what happened in a run as one page that needs nothing else: a lane for what was done to the world for a while and
 * one for what was done at once, one for the events that were kept from the operator, one for each of its lives, and one
 * for each object that it wrote.
 */
final class Timeline {
    /** Begins the note that a step begins. */
    static final String BEGINS = "begins: ";

    /** Begins the note that a step that does not last is done. */
    static final String DOES = "does: ";

    /** Begins the note that a step ends. */
    static final String ENDS = "ends: ";

    private static final String HARM = "done to it";
    private static final String AT_ONCE = "done at once";
    private static final String KEPT = "kept from it";
    private static final String LIFE = "operator-";
    private static final String PAGE = "timeline.html";
    private static final Pattern EVENT = Pattern.compile("\\s*([0-9.]+)  (\\S+)\\s+(.*?)(?:  #[0-9a-f]{16})?");
    private static final Pattern EFFECT = Pattern.compile("effect (\\d+): (.*)");
    private static final Pattern REPLY = Pattern.compile("(\\d{3}) (.*)");
    private static final Pattern HIDDEN = Pattern.compile("event (hidden|told late|dropped): (.*)");
    private static final Pattern CRASH = Pattern.compile("crash of (.*)");

    private final Map<String, JsonArray> lanes = new LinkedHashMap<>();
    private final Map<String, JsonObject> open = new LinkedHashMap<>();
    private final Map<String, JsonObject> unanswered = new LinkedHashMap<>();
    private double last;

    private Timeline() {
        lanes.put(HARM, new JsonArray());
        lanes.put(AT_ONCE, new JsonArray());
        lanes.put(KEPT, new JsonArray());
    }

    /** The page of one run. */
    static String of(String title, Schedule schedule, String failure, List<String> events) {
        var timeline = new Timeline();
        events.forEach(timeline::take);
        timeline.open.values().forEach(bar -> bar.addProperty("to", timeline.last));
        var data = new JsonObject();
        data.addProperty("title", title);
        data.addProperty("failure", failure);
        data.addProperty("schedule", schedule.toString());
        data.addProperty("end", timeline.last);
        var drawn = new JsonArray();
        timeline.lanes.values().removeIf(JsonArray::isEmpty);
        timeline.lanes.entrySet().stream()
                .sorted(Comparator.comparing(lane -> place(lane.getKey())))
                .forEach(named -> {
                    var lane = new JsonObject();
                    lane.addProperty("name", named.getKey());
                    lane.add("marks", named.getValue());
                    drawn.add(lane);
                });
        data.add("lanes", drawn);
        // a "</script>" within a text would end the page's
        return page().replace("\"DATA\"", data.toString().replace("</", "<\\/"));
    }

    /** What was done, then what was kept, then all lives, then the objects, each as they came. */
    private static int place(String lane) {
        if (List.of(HARM, AT_ONCE, KEPT).contains(lane)) {
            return 0;
        }
        return lane.startsWith(LIFE) ? 1 : 2;
    }

    private static String page() {
        try (InputStream in = Objects.requireNonNull(Timeline.class.getResourceAsStream(PAGE), PAGE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(String line) {
        Matcher event = EVENT.matcher(line);
        if (!event.matches()) {
            return;
        }
        last = Double.parseDouble(event.group(1));
        String actor = event.group(2);
        String what = event.group(3);
        String program = actor.replaceFirst("/.*", "");
        if (what.startsWith(BEGINS)) {
            String name = what.substring(BEGINS.length());
            open.put(name, mark(HARM, name, "fault"));
        } else if (what.startsWith(DOES)) {
            mark(AT_ONCE, what.substring(DOES.length()), "fault");
        } else if (what.startsWith(ENDS)) {
            end(what.substring(ENDS.length()));
        } else if (program.startsWith(LIFE)) {
            operator(program, actor, what);
        }
        Matcher hidden = HIDDEN.matcher(what);
        if (hidden.matches()) {
            hidden(hidden.group(1), hidden.group(2));
        }
        Matcher crash = CRASH.matcher(what);
        if (crash.matches()) {
            end(crash.group(1));
            mark(crash.group(1), "crash", "bad");
        }
    }

    private void hidden(String what, String event) {
        if (what.equals("hidden")) {
            open.put(KEPT + event, mark(KEPT, event, "kept"));
        } else {
            end(KEPT + event);
            mark(KEPT, what + ": " + event, what.equals("dropped") ? "bad" : "write");
        }
    }

    private void operator(String program, String actor, String what) {
        if (!lanes.containsKey(program)) {
            open.put(program, mark(program, program, "life"));
        }
        Matcher effect = EFFECT.matcher(what);
        Matcher reply = REPLY.matcher(what);
        if (effect.matches()) {
            unanswered.put(actor, mark(object(effect.group(2)), what, "write"));
        } else if (reply.matches()) {
            var write = unanswered.remove(actor);
            if (write != null && !reply.group(1).startsWith("2")) {
                write.add("kind", new JsonPrimitive("refused"));
            }
            if (write != null) {
                write.addProperty("label", write.get("label").getAsString() + " → " + reply.group(1));
            }
        } else if (what.equals("reply lost") && unanswered.containsKey(actor)) {
            Objects.requireNonNull(unanswered.remove(actor)).addProperty("kind", "bad");
        }
    }

    // an act has a name and no path: it is its own object
    private static String object(String request) {
        String[] words = request.split("[ ?]");
        return words.length > 1 && words[1].startsWith("/") ? words[1].replaceFirst("/(status|scale)$", "") : words[0];
    }

    private void end(String name) {
        var bar = open.remove(name);
        if (bar != null) {
            bar.addProperty("to", last);
        }
    }

    private JsonObject mark(String lane, String label, String kind) {
        var mark = new JsonObject();
        mark.addProperty("at", last);
        mark.addProperty("label", label);
        mark.addProperty("kind", kind);
        lanes.computeIfAbsent(lane, any -> new JsonArray()).add(mark);
        return mark;
    }
}
