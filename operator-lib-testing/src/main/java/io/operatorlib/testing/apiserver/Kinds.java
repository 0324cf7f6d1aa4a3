package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.RuleBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which kinds are served: those built in, and those of the CustomResourceDefinitions that are established. */
final class Kinds {
    static final String CRD_GROUP = "apiextensions.k8s.io";
    static final String CRDS = "customresourcedefinitions." + CRD_GROUP;

    private final RuleBook rules;
    private final Supplier<Webhooks> webhooks;
    private final List<ServedKind> builtIn;
    /** By {@code group/version/plural}; replaced as a whole, so that readers need no lock. */
    private volatile Map<String, ServedKind> served;
    /** The served versions of each definition, by its name. */
    private final Map<String, List<ServedKind>> custom = new TreeMap<>();

    Kinds(RuleBook rules, Supplier<Webhooks> webhooks) {
        this.rules = rules;
        this.webhooks = webhooks;
        this.builtIn = BuiltInKinds.of(rules);
        this.served = index(List.of());
    }

    private Map<String, ServedKind> index(List<ServedKind> customKinds) {
        var index = new TreeMap<String, ServedKind>();
        builtIn.forEach(kind -> index.put(path(kind.group(), kind.version(), kind.plural()), kind));
        customKinds.forEach(kind -> index.put(path(kind.group(), kind.version(), kind.plural()), kind));
        return index;
    }

    private static String path(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }

    Optional<ServedKind> find(String group, String version, String plural) {
        return Optional.ofNullable(served.get(path(group, version, plural)));
    }

    /** Tells whether any kind of a group's version is served. */
    boolean serves(String group, String version) {
        return all().stream()
                .anyMatch(kind -> kind.group().equals(group) && kind.version().equals(version));
    }

    /** A kind, at any of its versions, by its name without a version. */
    Optional<ServedKind> find(String group, String plural) {
        return all().stream()
                .filter(kind -> kind.group().equals(group) && kind.plural().equals(plural))
                .findFirst();
    }

    /** In the order of their groups, versions and plurals. */
    List<ServedKind> all() {
        return List.copyOf(served.values());
    }

    /** The versions of a definition that are served now. */
    synchronized List<ServedKind> of(String definition) {
        return custom.getOrDefault(definition, List.of());
    }

    /**
     * Follows a definition that was stored, or null where it was removed.
     *
     * @param name the definition's name
     */
    synchronized void follow(String name, @Nullable JsonObject definition) {
        if (definition == null) {
            custom.remove(name);
        } else {
            custom.put(name, versions(definition));
        }
        var all = new ArrayList<ServedKind>();
        custom.values().forEach(all::addAll);
        served = index(all);
    }

    private List<ServedKind> versions(JsonObject definition) {
        JsonObject spec = Json.object(definition, "spec");
        JsonObject names = Json.object(spec, "names");
        String kind = Json.string(names, "kind");
        String listKind = Json.string(names, "listKind");
        String singular = Json.string(names, "singular");
        var known = new TreeSet<String>();
        for (JsonElement version : Json.array(spec, "versions")) {
            known.add(Json.string(spec, "group") + "/" + Json.string(version.getAsJsonObject(), "name"));
        }
        var conversion = new ObjectVersions(known, Json.object(spec, "conversion"), webhooks);
        var versions = new ArrayList<ServedKind>();
        for (JsonElement element : Json.array(spec, "versions")) {
            JsonObject version = element.getAsJsonObject();
            if (!isTrue(version, "served")) {
                continue;
            }
            String name = Json.string(version, "name");
            versions.add(new ServedKind(
                    Json.string(spec, "group"),
                    name,
                    kind,
                    listKind.isEmpty() ? kind + "List" : listKind,
                    Json.string(names, "plural"),
                    singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular,
                    Json.strings(names, "shortNames"),
                    Json.strings(names, "categories"),
                    Json.string(spec, "scope").equals("Namespaced"),
                    storageVersion(spec),
                    List.copyOf(Json.object(version, "subresources").keySet()),
                    Optional.of(definition),
                    conversion,
                    rules.custom(definition, name)));
        }
        return List.copyOf(versions);
    }

    private static String storageVersion(JsonObject spec) {
        for (JsonElement version : Json.array(spec, "versions")) {
            if (isTrue(version.getAsJsonObject(), "storage")) {
                return Json.string(version.getAsJsonObject(), "name");
            }
        }
        return "";
    }

    private static boolean isTrue(JsonObject object, String name) {
        return object.get(name) != null && object.get(name).getAsBoolean();
    }
}
