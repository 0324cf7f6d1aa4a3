package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The definition of a custom resource: an immutable value, made from a {@link Kind}. The schema comes from the kind's
 * types (records, Immutables values, client-java's model classes) and the annotations of this package; the status
 * subresource is always on, and the status has {@code conditions} and {@code observedGeneration} whether or not its
 * type names them.
 */
public final class Crd {
    /** In which release of the operator a definition was written. */
    static final String RELEASE = "operatorlib.io/release";

    private final CrdVersion hub;
    private final List<CrdVersion> spokes;
    private final Names names;
    private final Optional<ConversionWebhook> conversion;
    private final Optional<Release> release;
    private final boolean takesOver;

    private record Names(List<String> shortNames, List<String> categories) {}

    private Crd(
            CrdVersion hub,
            List<CrdVersion> spokes,
            Names names,
            Optional<ConversionWebhook> conversion,
            Optional<Release> release,
            boolean takesOver) {
        this.hub = hub;
        this.spokes = spokes;
        this.names = names;
        this.conversion = conversion;
        this.release = release;
        this.takesOver = takesOver;
    }

    /** The definition of a kind, with that kind's version as the stored one. */
    public static Crd hub(Kind<?, ?> kind) {
        return hub(CrdVersion.of(kind));
    }

    /** The definition of a kind, with this version as the stored one. */
    public static Crd hub(CrdVersion version) {
        Kind<?, ?> kind = version.kind();
        if (kind.group().isEmpty() || !kind.group().contains(".")) {
            throw new IllegalArgumentException("the group of a custom resource has a dot in it: " + kind);
        }
        return new Crd(version, List.of(), new Names(List.of(), List.of()), Optional.empty(), Optional.empty(), false);
    }

    private Crd with(CrdVersion otherHub) {
        return new Crd(otherHub, spokes, names, conversion, release, takesOver);
    }

    private Crd with(Names others) {
        return new Crd(hub, spokes, others, conversion, release, takesOver);
    }

    /**
     * One more version, which is not stored. Its schema is that of its types: a spec is not required unless it is
     * {@link CrdVersion#strict}, and where the status has conditions of its own they stay as they are.
     *
     * @throws IllegalArgumentException if it is the version of another kind, or one that is there already
     */
    public Crd spoke(CrdVersion version) {
        Kind<?, ?> kind = version.kind();
        if (!(kind.plural() + "." + kind.group()).equals(name())
                || !kind.kind().equals(kind().kind())
                || kind.namespaced() != kind().namespaced()) {
            throw new IllegalArgumentException(kind + " is no version of " + kind());
        }
        if (versions().stream().anyMatch(known -> known.kind().version().equals(kind.version()))) {
            throw new IllegalArgumentException(kind + " is there twice");
        }
        return new Crd(hub, CrdVersion.plus(spokes, version), names, conversion, release, takesOver);
    }

    /** Of the versions that are not stored serves only these; the others keep their names, and can be served later. */
    public Crd serving(Predicate<String> which) {
        var others = spokes.stream()
                .map(spoke -> which.test(spoke.kind().version()) ? spoke : spoke.unserved())
                .toList();
        return new Crd(hub, others, names, conversion, release, takesOver);
    }

    /** Tells whether it serves that version. */
    public boolean serves(String version) {
        return versions().stream().anyMatch(known -> known.kind().version().equals(version) && known.isServed());
    }

    /** Has the versions converted; without, they differ in {@code apiVersion} alone. */
    public Crd convertedBy(ConversionWebhook webhook) {
        return new Crd(hub, spokes, names, Optional.of(webhook), release, takesOver);
    }

    /**
     * The release of the operator with which this definition came, for example {@code 1.4.0}: a definition that a newer
     * release has written is left as it is. It need not change while the definition does not.
     */
    public Crd release(String text) {
        return new Crd(hub, spokes, names, conversion, Optional.of(Release.of(text)), takesOver);
    }

    /**
     * Takes the place of another's definition of the same name that has no schema, as soon as it has no stored object
     * that this one would refuse. Otherwise such a definition is left as it is.
     */
    public Crd takingOver() {
        return new Crd(hub, spokes, names, conversion, release, true);
    }

    /** Further names that kubectl knows it by. */
    public Crd shortNames(String... shortNames) {
        return with(new Names(List.of(shortNames), names.categories));
    }

    /** Groups of kinds that kubectl lists it among, for example {@code all}. */
    public Crd categories(String... categories) {
        return with(new Names(names.shortNames, List.of(categories)));
    }

    /** {@link CrdVersion#column} of the hub. */
    public Crd column(String name, String jsonPath, String type) {
        return with(hub.column(name, jsonPath, type));
    }

    /** One more column, of text. */
    public Crd column(String name, String jsonPath) {
        return column(name, jsonPath, "string");
    }

    /**
     * Turns on the scale subresource, which {@code kubectl scale} and autoscalers use.
     *
     * @param specPath where the wished number is, for example {@code .spec.size}
     * @param statusPath where the observed number is, for example {@code .status.size}
     */
    public Crd scale(String specPath, String statusPath) {
        return scale(specPath, statusPath, "");
    }

    /**
     * Turns on the scale subresource, with a label selector for autoscalers.
     *
     * @param selectorPath where the status has the selector, as text
     */
    public Crd scale(String specPath, String statusPath, String selectorPath) {
        return with(hub.scale(specPath, statusPath, selectorPath));
    }

    /** A rule over the whole object, which may look at {@code self.metadata.name}; see {@link Rule}. */
    public Crd rule(String expression, String message) {
        return with(hub.rule(expression, message));
    }

    /** What the kind is for, as {@code kubectl explain} shows it. */
    public Crd description(String text) {
        return with(hub.description(text));
    }

    /** {@link CrdVersion#selectable} of the hub. */
    public Crd selectable(String... jsonPaths) {
        return with(hub.selectable(jsonPaths));
    }

    /** The kind at the version that is stored. */
    public Kind<?, ?> kind() {
        return hub.kind();
    }

    /** All versions, the stored one first. */
    public List<CrdVersion> versions() {
        return Stream.concat(Stream.of(hub), spokes.stream()).toList();
    }

    /** The definition's name, {@code plural.group}. */
    public String name() {
        return kind().plural() + "." + kind().group();
    }

    boolean takesOver() {
        return takesOver;
    }

    Optional<Release> release() {
        return release;
    }

    /** The definition as a manifest in YAML: the same text for the same definition, byte for byte. */
    public String yaml() {
        return Yaml.of(tree());
    }

    /** The definition as a manifest in JSON: the same text for the same definition, byte for byte. */
    public String json() {
        return tree().toString();
    }

    JsonObject tree() {
        var metadata = new JsonObject();
        metadata.addProperty("name", name());
        release.ifPresent(of -> {
            var annotations = new JsonObject();
            annotations.addProperty(RELEASE, of.text());
            metadata.add("annotations", annotations);
        });
        var tree = new JsonObject();
        tree.addProperty("apiVersion", "apiextensions.k8s.io/v1");
        tree.addProperty("kind", "CustomResourceDefinition");
        tree.add("metadata", metadata);
        tree.add("spec", spec());
        return tree;
    }

    private JsonObject spec() {
        var versions = new JsonArray();
        versions.add(hub.tree(true));
        spokes.forEach(spoke -> versions.add(spoke.tree(false)));
        var spec = new JsonObject();
        spec.addProperty("group", kind().group());
        spec.add("names", names());
        spec.addProperty("scope", kind().namespaced() ? "Namespaced" : "Cluster");
        spec.add("versions", versions);
        conversion.ifPresent(webhook -> spec.add("conversion", webhook.tree()));
        return spec;
    }

    private JsonObject names() {
        String kind = kind().kind();
        var json = new JsonObject();
        json.addProperty("kind", kind);
        json.addProperty("listKind", kind + "List");
        json.addProperty("plural", kind().plural());
        json.addProperty("singular", kind.toLowerCase(Locale.ROOT));
        if (!names.shortNames.isEmpty()) {
            json.add("shortNames", Json.array(names.shortNames));
        }
        if (!names.categories.isEmpty()) {
            json.add("categories", Json.array(names.categories));
        }
        return json;
    }

    @Override
    public String toString() {
        return name() + "/" + kind().version();
    }
}
