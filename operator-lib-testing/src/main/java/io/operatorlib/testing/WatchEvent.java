package io.operatorlib.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiWatch;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a watch tells of one object.
 *
 * @param type what happened to it
 * @param object its kind, namespace and name
 * @param revision the server's, after what happened; empty where it bears none that is a number
 */
record WatchEvent(String type, String object, OptionalLong revision) {
    /** Reads a line; empty where it is about no object, but about the watch itself. */
    static Optional<WatchEvent> of(ApiWatch.Line line) {
        var json = JsonParser.parseString(line.json()).getAsJsonObject();
        var type = text(json, "type");
        if (type.equals("BOOKMARK") || type.equals("ERROR")) {
            return Optional.empty();
        }
        var object = json.getAsJsonObject("object");
        var meta = object.getAsJsonObject("metadata");
        return Optional.of(new WatchEvent(
                type,
                text(object, "kind") + " " + text(meta, "namespace") + "/" + text(meta, "name"),
                number(text(meta, "resourceVersion"))));
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    static OptionalLong number(String text) {
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    @Override
    public String toString() {
        return type + " " + object;
    }
}
