package io.operatorlib.crd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The changes of what a single value may be: enum, format, bounds, pattern, null. */
record ValueDiff(JsonObject old, JsonObject now, BiConsumer<Impact, String> add) {
    private static final List<String> LOWER = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> UPPER = List.of("maximum", "maxLength", "maxItems", "maxProperties");
    static final Set<String> KEYWORDS = keywords();

    private static Set<String> keywords() {
        var keywords = new TreeSet<>(LOWER);
        keywords.addAll(UPPER);
        keywords.addAll(List.of("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"));
        keywords.addAll(List.of("enum", "format", "pattern", "nullable"));
        return keywords;
    }

    void compare() {
        enumeration();
        format();
        LOWER.forEach(keyword -> bound(keyword, "exclusiveMinimum", 1));
        UPPER.forEach(keyword -> bound(keyword, "exclusiveMaximum", -1));
        multiple();
        demand("pattern", "pattern");
        if (Json.flag(old, "uniqueItems") != Json.flag(now, "uniqueItems")) {
            boolean narrower = Json.flag(now, "uniqueItems");
            say(narrower, narrower ? "no two entries may be the same" : "entries may be the same");
        }
        if (Json.flag(old, "nullable") != Json.flag(now, "nullable")) {
            boolean narrower = !Json.flag(now, "nullable");
            say(narrower, narrower ? "null is no longer allowed" : "null is allowed");
        }
    }

    private void say(boolean narrower, String what) {
        add.accept(narrower ? Impact.BREAKING : Impact.SAFE, what);
    }

    private void enumeration() {
        List<JsonElement> had = Json.list(old, "enum");
        List<JsonElement> has = Json.list(now, "enum");
        if (had.isEmpty() && !has.isEmpty()) {
            say(true, "only " + has + " is allowed");
        } else if (has.isEmpty() && !had.isEmpty()) {
            say(false, "any value is allowed");
        } else {
            Set<String> before = DefinitionDiff.texts(had);
            Set<String> after = DefinitionDiff.texts(has);
            DefinitionDiff.minus(before, after).forEach(gone -> say(true, "value " + gone + " removed"));
            DefinitionDiff.minus(after, before).forEach(more -> say(false, "value " + more + " added"));
        }
    }

    private void format() {
        String had = Json.text(old, "format");
        String has = Json.text(now, "format");
        if (had.equals(has)) {
            return;
        }
        boolean wider = has.isEmpty()
                || (had.equals("int32") && has.equals("int64"))
                || (had.equals("float") && has.equals("double"))
                // what every integer and every number is
                || (had.isEmpty() && (has.equals("int64") || has.equals("double")))
                || (had.startsWith("int") && has.equals("double"));
        say(
                !wider,
                had.isEmpty()
                        ? "format " + has + " added"
                        : "format " + had + (has.isEmpty() ? " removed" : " changed to " + has));
    }

    /** @param towards the sign of a difference that narrows */
    private void bound(String keyword, String exclusive, int towards) {
        BigDecimal had = number(old, keyword);
        BigDecimal has = number(now, keyword);
        boolean value = keyword.equals("minimum") || keyword.equals("maximum");
        if (!value && towards > 0) {
            had = had == null ? BigDecimal.ZERO : had;
            has = has == null ? BigDecimal.ZERO : has;
        }
        int difference = had == null || has == null ? 0 : has.compareTo(had) * towards;
        if (had == null && has != null) {
            say(true, keyword + " " + has + " added");
        } else if (has == null && had != null) {
            say(false, keyword + " " + had + " removed");
        } else if (difference != 0) {
            say(difference > 0, keyword + " changed from " + had + " to " + has);
        } else if (value && has != null && Json.flag(old, exclusive) != Json.flag(now, exclusive)) {
            boolean narrower = Json.flag(now, exclusive);
            say(narrower, keyword + " " + has + (narrower ? " itself is no longer allowed" : " itself is allowed"));
        }
    }

    private void multiple() {
        BigDecimal had = number(old, "multipleOf");
        BigDecimal has = number(now, "multipleOf");
        if (had != null && has != null && had.compareTo(has) != 0) {
            say(had.remainder(has).signum() != 0, "multipleOf changed from " + had + " to " + has);
        } else if (had == null || has == null) {
            demand("multipleOf", "multipleOf");
        }
    }

    private void demand(String keyword, String name) {
        JsonElement had = old.get(keyword);
        JsonElement has = now.get(keyword);
        if (!Json.equal(had, has)) {
            say(has != null, name + " " + DefinitionDiff.changed(had, has));
        }
    }

    private static @Nullable BigDecimal number(JsonObject schema, String keyword) {
        return schema.get(keyword) instanceof JsonPrimitive primitive && primitive.isNumber()
                ? primitive.getAsBigDecimal()
                : null;
    }
}
