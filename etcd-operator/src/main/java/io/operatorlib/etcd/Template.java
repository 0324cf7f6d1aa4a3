package io.operatorlib.etcd;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a spec that members are made from. A cluster keeps the one that it began with: every later member is made
 * from it, whatever the spec says meanwhile, so that all members are of one kind.
 */
record Template(
        String version,
        @Nullable String repository,
        @Nullable String image,
        @Nullable Storage storage,
        @Nullable V1ResourceRequirements resources,
        @Nullable Scheduling scheduling,
        @Nullable EtcdOptions options) {

    private static final String REPOSITORY = "quay.io/coreos/etcd";
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    static Template of(EtcdClusterSpec spec) {
        return new Template(
                spec.version(),
                spec.repository(),
                spec.image(),
                spec.storage(),
                spec.resources(),
                spec.scheduling(),
                spec.options());
    }

    static Template parse(String json) {
        return GSON.fromJson(json, Template.class);
    }

    String json() {
        return GSON.toJson(tree());
    }

    private JsonObject tree() {
        return (JsonObject) pruned(GSON.toJsonTree(this));
    }

    /** The fields in which another template differs, with what each side says. */
    List<String> differences(Template wished) {
        var here = tree();
        var there = wished.tree();
        var names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        var differences = new ArrayList<String>();
        for (String name : names) {
            var runs = here.get(name);
            var wish = there.get(name);
            if (!String.valueOf(runs).equals(String.valueOf(wish))) {
                differences.add("spec." + name + " (members have " + show(runs) + ", wished is " + show(wish) + ")");
            }
        }
        return differences;
    }

    /** Without nulls and empty collections: what says nothing is as good as absent. */
    private static JsonElement pruned(JsonElement json) {
        if (!json.isJsonObject()) {
            return json;
        }
        var kept = new JsonObject();
        for (var entry : json.getAsJsonObject().entrySet()) {
            var value = pruned(entry.getValue());
            boolean empty = value.isJsonNull()
                    || (value.isJsonArray() && value.getAsJsonArray().isEmpty())
                    || (value.isJsonObject() && value.getAsJsonObject().isEmpty());
            if (!empty) {
                kept.add(entry.getKey(), value);
            }
        }
        return kept;
    }

    private static String show(@Nullable JsonElement value) {
        if (value == null) {
            return "the default";
        }
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    String imageName() {
        if (image != null) {
            return image;
        }
        return (repository == null ? REPOSITORY : repository) + ":v" + plainVersion();
    }

    /** Without the {@code v} that some write before it. */
    String plainVersion() {
        return version.startsWith("v") ? version.substring(1) : version;
    }

    Scheduling schedule() {
        return scheduling == null ? Scheduling.DEFAULT : scheduling;
    }

    Storage.@Nullable Persistent persistent() {
        return storage == null ? null : storage.persistent();
    }

    /**
     * Tells whether this etcd says by {@code /readyz} and {@code /livez} how it is; an older one says only
     * {@code /health}, which needs a quorum.
     */
    boolean hasReadyz() {
        var parts = plainVersion().split("\\.", -1);
        int minor = Integer.parseInt(parts[1]);
        int patch = Integer.parseInt(parts[2].replaceAll("[^0-9].*", ""));
        return minor > 5 || (minor == 5 && patch >= 11) || (minor == 4 && patch >= 29);
    }
}
