package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.operatorlib.testing.apiserver.Managers.Manager;
import io.operatorlib.testing.apiserver.Managers.Owned;
import io.operatorlib.testing.apiserver.schema.Cause;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Who owns which fields: the rules of server-side apply.
 *
 * <p><b>Flow.</b> A write's managers are the live object's. An update takes every field that it changes from all others
 * and gives it to the writer. An apply claims all fields of its configuration, changed or not; those that it would
 * change and others own are conflicts, unless it is forced; those that it claimed the last time and now does not, and
 * nobody else owns, leave the object.
 */
final class Ownership {
    static final String APPLY = "Apply";
    private static final String UPDATE = "Update";
    private static final String MANAGED_FIELDS = "managedFields";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Identities identities;

    Ownership(Identities identities) {
        this.identities = identities;
    }

    /**
     * Who writes.
     *
     * @param operation {@code Apply} or {@code Update}
     */
    record Writer(String manager, String operation, String subresource) {
        static Writer update(Options options, String subresource) {
            return new Writer(options.fieldManager(), UPDATE, subresource);
        }

        static Writer apply(Options options, String subresource) {
            return new Writer(options.fieldManager(), APPLY, subresource);
        }
    }

    /**
     * An object with an apply carried out.
     *
     * @param managers the {@code managedFields} to be
     */
    record Applied(JsonObject object, JsonArray managers) {}

    /** The new object with its managed fields, after an update of the old one, or a creation where that is empty. */
    JsonObject track(ServedKind kind, JsonObject before, JsonObject next, Writer writer) {
        if (writer.operation().equals(APPLY) || writer.subresource().equals("binding")) {
            return next;
        }
        JsonArray known = managed(before, next);
        FieldSets.Difference difference = difference(kind, before, next, writer.subresource());
        if (difference.changed().empty() && difference.removed().empty()) {
            return withManagers(next, known);
        }
        Managers managers = Managers.of(known);
        takeFromOthers(managers, difference);
        Manager self = Manager.of(writer, kind.apiVersion());
        FieldSet mine = managers.fields(self).union(difference.changed());
        if (!difference.changed().empty()) {
            // a scale has no place for the time, so a real server loses it
            String time = writer.subresource().equals("scale") ? "" : identities.now();
            managers.set(self, new Owned(mine, kind.apiVersion(), time));
        }
        return withManagers(next, managers.json());
    }

    private static JsonObject withManagers(JsonObject object, JsonArray managers) {
        return Meta.with(object, MANAGED_FIELDS, managers.isEmpty() ? null : managers);
    }

    /** A writer may set them directly; a list with nothing in it forgets them. */
    private static JsonArray managed(JsonObject before, JsonObject next) {
        JsonElement sent = Meta.of(next).get(MANAGED_FIELDS);
        return sent instanceof JsonArray given ? given : Json.array(Meta.of(before), MANAGED_FIELDS);
    }

    private static FieldSets.Difference difference(
            ServedKind kind, JsonObject before, JsonObject next, String subresource) {
        JsonElement from = before.isEmpty() ? Skeletons.of(kind) : before;
        FieldSets.Difference all = FieldSets.between(from, next, kind.rules().fields());
        return new FieldSets.Difference(
                taken(kind, stripped(all.changed()), subresource), taken(kind, stripped(all.removed()), subresource));
    }

    /** Without what the main resource, or the status, does not take from a writer. */
    private static FieldSet taken(ServedKind kind, FieldSet set, String subresource) {
        if (subresource.equals("status")) {
            return set.without("f:spec");
        }
        return subresource.isEmpty() && kind.has("status") ? set.without("f:status") : set;
    }

    /** Without what belongs to the server. */
    private static FieldSet stripped(FieldSet set) {
        FieldSet stripped = set.without("f:apiVersion").without("f:kind");
        for (String name : List.of(
                "name",
                "namespace",
                "creationTimestamp",
                "selfLink",
                "uid",
                "generation",
                "resourceVersion",
                MANAGED_FIELDS,
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            stripped = stripped.without("f:metadata", "f:" + name);
        }
        return stripped;
    }

    private static void takeFromOthers(Managers managers, FieldSets.Difference difference) {
        FieldSet gone = difference.changed().union(difference.removed());
        for (var entry : managers.all()) {
            Owned owned = entry.getValue();
            FieldSet left = owned.fields().difference(gone);
            managers.set(entry.getKey(), new Owned(left, owned.apiVersion(), owned.time()));
        }
    }

    /**
     * Applies a configuration.
     *
     * @param live what is there; empty for a creation
     * @throws ApiError 409 where others own what would change, and it is not forced
     */
    Applied apply(ServedKind kind, JsonObject live, JsonObject configuration, Writer writer, boolean force) {
        FieldSchema schema = kind.rules().fields();
        JsonArray known = Json.array(Meta.of(live), MANAGED_FIELDS);
        Managers managers = Managers.of(known);
        Manager self = Manager.of(writer, kind.apiVersion());
        FieldSet last = managers.fields(self);
        String since = managers.time(self);
        FieldSet claimed = stripped(FieldSets.claimed(configuration, schema));
        JsonObject merged = (JsonObject) ApplyMerge.merged(live, configuration, schema);
        managers.set(self, new Owned(claimed, kind.apiVersion(), identities.now()));
        JsonObject pruned = (JsonObject) ApplyMerge.pruned(merged, last, managers.everything(), schema);
        FieldSets.Difference all = FieldSets.between(live, pruned, schema);
        var difference = new FieldSets.Difference(stripped(all.changed()), stripped(all.removed()));
        if (!force) {
            checkConflicts(managers, self, difference.changed().difference(formerlyApplied(live, writer, schema)));
        }
        takeFromOthers(managers, self, difference);
        if (difference.changed().empty() && difference.removed().empty()) {
            // an apply that changes no value keeps its manager's time, even where it changes what the manager owns
            managers.set(self, new Owned(claimed, kind.apiVersion(), since));
        }
        boolean same = last.equals(claimed)
                && difference.changed().empty()
                && difference.removed().empty();
        return new Applied(pruned, same ? known : managers.json());
    }

    /**
     * What kubectl has applied by itself, client-side, and nobody has changed since: kubectl may take it over.
     */
    private static FieldSet formerlyApplied(JsonObject live, Writer writer, FieldSchema schema) {
        String text = Json.string(Json.object(Meta.of(live), "annotations"), LAST_APPLIED);
        if (!writer.manager().equals("kubectl") || text.isEmpty()) {
            return FieldSet.EMPTY;
        }
        try {
            JsonObject last = JsonParser.parseString(text).getAsJsonObject();
            FieldSets.Difference since = FieldSets.between(last, live, schema);
            return FieldSets.claimed(last, schema).difference(since.changed()).difference(since.removed());
        } catch (JsonParseException | IllegalStateException e) {
            return FieldSet.EMPTY; // anybody may write anything into an annotation
        }
    }

    private static void takeFromOthers(Managers managers, Manager self, FieldSets.Difference difference) {
        Owned mine = new Owned(managers.fields(self), "", "");
        for (var entry : managers.all()) {
            if (entry.getKey().equals(self)) {
                mine = entry.getValue();
            }
        }
        takeFromOthers(managers, difference);
        managers.set(self, mine);
    }

    private static void checkConflicts(Managers managers, Manager self, FieldSet changed) {
        var causes = new ArrayList<Cause>();
        for (var entry : managers.all()) {
            if (!entry.getKey().equals(self)) {
                String who = who(entry.getKey(), entry.getValue());
                entry.getValue()
                        .fields()
                        .intersection(changed)
                        .paths()
                        .forEach(path -> causes.add(new Cause("FieldManagerConflict", who, path)));
            }
        }
        if (!causes.isEmpty()) {
            causes.sort(java.util.Comparator.comparing(Cause::message).thenComparing(Cause::field));
            throw ApiError.applyConflicts(causes);
        }
    }

    private static String who(Manager manager, Owned owned) {
        String text = "conflict with \"" + manager.name() + "\"";
        if (!manager.subresource().isEmpty()) {
            text += " with subresource \"" + manager.subresource() + "\"";
        }
        if (manager.operation().equals(UPDATE)) {
            text += " using " + owned.apiVersion();
        }
        return text;
    }
}
