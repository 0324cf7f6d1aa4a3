package io.operatorlib.crd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The changes from one definition to another; those of schemas are {@link SchemaDiff}'s. */
final class DefinitionDiff {
    private final JsonObject before;
    private final JsonObject after;
    private final List<CrdChange> changes = new ArrayList<>();

    DefinitionDiff(JsonObject before, JsonObject after) {
        this.before = Json.object(before, "spec");
        this.after = Json.object(after, "spec");
        stored = texts(Json.list(before, "status", "storedVersions"));
        names();
        conversion();
        if (Json.flag(this.before, "preserveUnknownFields") && !Json.flag(this.after, "preserveUnknownFields")) {
            add(Impact.BREAKING, "preserveUnknownFields", "what the schema does not name is pruned now");
        }
        List<JsonObject> old = Json.objects(this.before, "versions");
        for (JsonObject version : old) {
            String name = Json.text(version, "name");
            named(Json.objects(this.after, "versions"), name)
                    .ifPresentOrElse(next -> version(name, version, next), () -> removed(name, version));
        }
        for (JsonObject version : Json.objects(this.after, "versions")) {
            if (named(old, Json.text(version, "name")).isEmpty()) {
                added(version);
            }
        }
        storage();
    }

    private final Set<String> stored;

    List<CrdChange> changes() {
        return List.copyOf(changes);
    }

    private void add(Impact impact, String where, String what) {
        changes.add(new CrdChange(impact, where, what));
    }

    private void names() {
        fixed("group", Json.text(before, "group"), Json.text(after, "group"));
        fixed("scope", Json.text(before, "scope"), Json.text(after, "scope"));
        JsonObject old = Json.object(before, "names");
        JsonObject now = Json.object(after, "names");
        for (String name : List.of("plural", "kind")) {
            fixed("names." + name, Json.text(old, name), Json.text(now, name));
        }
        for (String name : List.of("singular", "listKind")) {
            String next = Json.text(now, name);
            if (!next.isEmpty() && !next.equals(Json.text(old, name))) {
                add(Impact.RISKY, "names." + name, changed(Json.at(old, name), Json.at(now, name)));
            }
        }
        for (String name : List.of("shortNames", "categories")) {
            Set<String> had = texts(Json.list(old, name));
            Set<String> has = texts(Json.list(now, name));
            minus(had, has).forEach(gone -> add(Impact.RISKY, "names." + name, gone + " removed"));
            minus(has, had).forEach(more -> add(Impact.SAFE, "names." + name, more + " added"));
        }
    }

    private void fixed(String where, String old, String now) {
        if (!old.equals(now)) {
            add(Impact.BREAKING, where, "changed from " + old + " to " + now + ": that is another kind");
        }
    }

    private void conversion() {
        JsonObject old = Json.object(before, "conversion");
        JsonObject now = Json.object(after, "conversion");
        String strategy = strategy(old);
        String next = strategy(now);
        if (!strategy.equals(next)) {
            boolean alone = Json.list(after, "versions").size() == 1;
            if (next.equals("None")) {
                add(
                        alone ? Impact.SAFE : Impact.BREAKING,
                        "conversion",
                        alone
                                ? "one version is left, and nothing to convert"
                                : "the versions are not converted any more");
            } else {
                add(
                        Impact.RISKY,
                        "conversion",
                        "the versions are converted by a webhook: where it does not answer, nothing is read");
            }
        } else if (next.equals("Webhook") && !Json.equal(client(old, now), client(now, now))) {
            add(Impact.SAFE, "conversion", "the webhook is called in another way");
        }
    }

    private static String strategy(JsonObject conversion) {
        String strategy = Json.text(conversion, "strategy");
        return strategy.isEmpty() ? "None" : strategy;
    }

    /** How the webhook is called; without the authorities where those are left to another to write. */
    private static JsonObject client(JsonObject conversion, JsonObject wished) {
        JsonObject client = Json.object(conversion, "webhook").deepCopy();
        if (Json.at(wished, "webhook", "clientConfig", "caBundle") == null) {
            Json.object(client, "clientConfig").remove("caBundle");
        }
        return client;
    }

    private void removed(String name, JsonObject version) {
        if (stored.contains(name)) {
            add(Impact.BREAKING, name, "version removed while objects may be stored in it: migrate them first");
        } else if (Json.flag(version, "served")) {
            add(Impact.BREAKING, name, "version removed while it is served: stop to serve it in a release before");
        } else {
            add(Impact.SAFE, name, "version removed, which was neither served nor stored");
        }
    }

    private void added(JsonObject version) {
        boolean converted = !strategy(Json.object(after, "conversion")).equals("None");
        boolean alike = Json.objects(after, "versions").stream()
                .allMatch(other -> Json.equal(other.get("schema"), version.get("schema")));
        add(
                converted || alike || !Json.flag(version, "served") ? Impact.SAFE : Impact.RISKY,
                Json.text(version, "name"),
                converted || alike
                        ? "version added"
                        : "version added with another schema and without conversion: what it does not name is lost when"
                                + " an object is written through it");
    }

    private void storage() {
        String old = storage(before);
        String now = storage(after);
        if (!old.isEmpty() && !old.equals(now)) {
            add(
                    Impact.RISKY,
                    now,
                    "objects are stored in it from now on instead of in " + old
                            + ": a release that does not know it cannot take over again");
        }
    }

    private static String storage(JsonObject spec) {
        return Json.objects(spec, "versions").stream()
                .filter(version -> Json.flag(version, "storage"))
                .map(version -> Json.text(version, "name"))
                .findFirst()
                .orElse("");
    }

    private void version(String name, JsonObject old, JsonObject now) {
        if (Json.flag(old, "served") && !Json.flag(now, "served")) {
            boolean warned = Json.flag(old, "deprecated");
            add(
                    warned ? Impact.RISKY : Impact.BREAKING,
                    name,
                    warned
                            ? "no longer served, after it was deprecated"
                            : "no longer served, and nobody was warned: deprecate it in a release before");
        } else if (!Json.flag(old, "served") && Json.flag(now, "served")) {
            add(Impact.SAFE, name, "served");
        }
        if (Json.flag(old, "deprecated") != Json.flag(now, "deprecated")) {
            add(Impact.SAFE, name, Json.flag(now, "deprecated") ? "deprecated" : "no longer deprecated");
        } else if (!Json.text(old, "deprecationWarning").equals(Json.text(now, "deprecationWarning"))) {
            add(Impact.SAFE, name, "another warning");
        }
        subresources(name, Json.object(old, "subresources"), Json.object(now, "subresources"));
        selectable(name, old, now);
        if (!Json.equal(old.get("additionalPrinterColumns"), now.get("additionalPrinterColumns"))) {
            add(Impact.SAFE, name, "kubectl get shows other columns");
        }
        new SchemaDiff(name, changes)
                .compare(
                        Json.object(old, "schema", "openAPIV3Schema"),
                        Json.object(now, "schema", "openAPIV3Schema"),
                        "");
    }

    private void subresources(String name, JsonObject old, JsonObject now) {
        if (old.has("status") != now.has("status")) {
            add(
                    now.has("status") ? Impact.RISKY : Impact.BREAKING,
                    name,
                    now.has("status")
                            ? "the status is written by itself: one that is written with the spec is ignored"
                            : "the status can no longer be written by itself");
        }
        if (old.has("scale") && !now.has("scale")) {
            add(Impact.BREAKING, name, "can no longer be scaled");
        } else if (!old.has("scale") && now.has("scale")) {
            add(Impact.SAFE, name, "can be scaled");
        } else if (!Json.equal(old.get("scale"), now.get("scale"))) {
            add(Impact.RISKY, name, "scaled by other fields: " + changed(old.get("scale"), now.get("scale")));
        }
    }

    private void selectable(String name, JsonObject old, JsonObject now) {
        Set<String> had = new TreeSet<>();
        Json.objects(old, "selectableFields").forEach(field -> had.add(Json.text(field, "jsonPath")));
        Set<String> has = new TreeSet<>();
        Json.objects(now, "selectableFields").forEach(field -> has.add(Json.text(field, "jsonPath")));
        minus(had, has).forEach(gone -> add(Impact.BREAKING, name, "no longer selectable by " + gone));
        minus(has, had).forEach(more -> add(Impact.SAFE, name, "selectable by " + more));
    }

    private static Optional<JsonObject> named(List<JsonObject> versions, String name) {
        return versions.stream()
                .filter(version -> Json.text(version, "name").equals(name))
                .findFirst();
    }

    static String changed(@Nullable JsonElement old, @Nullable JsonElement now) {
        return old == null ? "added as " + now : now == null ? old + " removed" : "changed from " + old + " to " + now;
    }

    static Set<String> texts(List<JsonElement> elements) {
        var texts = new TreeSet<String>();
        elements.forEach(element -> texts.add(element.isJsonPrimitive() ? element.getAsString() : element.toString()));
        return texts;
    }

    static Set<String> minus(Set<String> all, Set<String> without) {
        var rest = new TreeSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
