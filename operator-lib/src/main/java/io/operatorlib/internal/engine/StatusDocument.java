package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.Condition;
import io.operatorlib.Kind;
import io.operatorlib.Outcome;
import io.operatorlib.internal.json.Json;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A status as JSON: the fields that the plan reports, {@code observedGeneration}, and the conditions with the times of
 * their last transitions. Pure functions.
 */
final class StatusDocument {
    /** The API's limit for a condition's message is 32 KiB; nobody reads that much, and the status is copied often. */
    private static final int LONGEST_MESSAGE = 1024;

    private static final String CONDITIONS = "conditions";
    private static final String GENERATION = "observedGeneration";

    private StatusDocument() {}

    /** What stands in the condition {@code Reconciled}. */
    static Condition reconciled(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            return Condition.of(
                    Condition.RECONCILED, false, failed.reason(), shortened(failed.step() + ": " + failed.message()));
        }
        return Condition.of(Condition.RECONCILED, true, "Reconciled", "the last plan was carried out");
    }

    /**
     * The status after a plan.
     *
     * @param fields the status' own fields, as the plan has them
     * @param live the status as it stands, from which conditions that hold on keep their times
     */
    static JsonObject of(JsonObject fields, List<Condition> conditions, JsonObject live, long generation, Instant now) {
        var status = fields.deepCopy();
        status.addProperty(GENERATION, generation);
        var array = new JsonArray();
        conditions.forEach(condition -> array.add(json(condition, live, generation, now)));
        status.add(CONDITIONS, array);
        return status;
    }

    /** For which generation of an object its status was written last; 0 where there is none. */
    static long observedGeneration(JsonObject object) {
        return Json.number(0, object, "status", GENERATION);
    }

    /** The status of one of Kubernetes' own kinds: the plan's fields, with its conditions where it has some. */
    static JsonObject withConditions(JsonObject fields, List<Condition> conditions, JsonObject live, Instant now) {
        if (conditions.isEmpty()) {
            return fields;
        }
        var array = new JsonArray();
        for (Condition condition : conditions) {
            JsonObject json = json(condition, live, 0, now);
            json.remove(GENERATION); // most of them have no such field
            array.add(json);
        }
        return Json.with(fields, CONDITIONS, array);
    }

    /** The status where there was no plan: as it stands, but for the condition {@code Reconciled}. */
    static JsonObject withoutPlan(Condition reconciled, JsonObject live, long generation, Instant now) {
        var status = live.deepCopy();
        var array = new JsonArray();
        Json.objects(live, CONDITIONS).stream()
                .filter(other -> !Json.text(other, "type").equals(reconciled.type()))
                .forEach(array::add);
        array.add(json(reconciled, live, generation, now));
        status.add(CONDITIONS, array);
        return status;
    }

    /** The plan's conditions, and the engine's own last; one of each type. */
    static List<Condition> with(List<Condition> conditions, Condition reconciled) {
        var all = new ArrayList<>(conditions);
        all.removeIf(other -> other.type().equals(reconciled.type()));
        all.add(reconciled);
        return all;
    }

    /**
     * Tells whether a kind's status has a place for what the engine adds. Kubernetes' own kinds have fixed ones: for
     * them the plan's status is the whole status.
     */
    static boolean open(Kind<?, ?> kind) {
        return kind.status() != Void.class && !model(kind.spec()) && !model(kind.status());
    }

    private static boolean model(Type type) {
        return type instanceof Class<?> c && c.getName().startsWith("io.kubernetes.client.openapi.models.");
    }

    private static JsonObject json(Condition condition, JsonObject live, long generation, Instant now) {
        String status = condition.status().text();
        Optional<String> since = Json.objects(live, CONDITIONS).stream()
                .filter(other -> Json.text(other, "type").equals(condition.type())
                        && Json.text(other, "status").equals(status))
                .map(other -> Json.text(other, "lastTransitionTime"))
                .filter(time -> !time.isEmpty())
                .findFirst();
        var json = new JsonObject();
        json.addProperty("type", condition.type());
        json.addProperty("status", status);
        json.addProperty(GENERATION, generation);
        json.addProperty(
                "lastTransitionTime",
                since.orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()));
        json.addProperty("reason", condition.reason());
        json.addProperty("message", shortened(condition.message()));
        return json;
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
