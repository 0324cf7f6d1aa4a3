package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Optional;

/** A definition as the API server has it. */
record LiveCrd(JsonObject json) {

    /** The release that wrote it; empty where none is told, or none that can be read. */
    Optional<Release> release() {
        String text = Json.text(json, "metadata", "annotations", Crd.RELEASE);
        return Release.readable(text) ? Optional.of(Release.of(text)) : Optional.empty();
    }

    /** Tells whether a later release has written it than the one that the definition came with. */
    boolean newerThan(Crd crd) {
        return release().isPresent()
                && crd.release()
                        .filter(ours -> release().get().compareTo(ours) > 0)
                        .isPresent();
    }

    /** Tells whether it does not say yet that the definition's release, or a later one, stands behind it. */
    boolean unclaimed(Crd crd) {
        return crd.release()
                .filter(ours ->
                        release().filter(known -> known.compareTo(ours) >= 0).isEmpty())
                .isPresent();
    }

    List<JsonObject> versions() {
        return Json.objects(json, "spec", "versions");
    }

    boolean serves(String version) {
        return versions().stream()
                .anyMatch(known -> Json.text(known, "name").equals(version) && Json.flag(known, "served"));
    }

    /** Tells whether it says nothing about its objects: then it is none that this library has made. */
    boolean schemaless() {
        return versions().stream()
                .allMatch(version -> Json.object(version, "schema", "openAPIV3Schema", "properties")
                        .isEmpty());
    }

    /** The definition as if what another says of its versions had been said of them: names, scope and versions stay. */
    JsonObject described(JsonObject other) {
        JsonObject described = json.deepCopy();
        Json.object(described, "spec").remove("preserveUnknownFields");
        for (JsonObject version : Json.objects(described, "spec", "versions")) {
            Json.objects(other, "spec", "versions").stream()
                    .filter(known -> Json.text(known, "name").equals(Json.text(version, "name")))
                    .forEach(known -> {
                        version.add("schema", known.get("schema"));
                        version.add("subresources", known.get("subresources"));
                    });
        }
        return described;
    }

    String resourceVersion() {
        return Json.resourceVersion(json);
    }

    /** What is still missing before it is served; empty where nothing is. */
    Optional<String> missing() {
        var names = condition("NamesAccepted");
        if (Json.text(names, "status").equals("False")) {
            throw new CrdException("the names of the definition " + Json.text(json, "metadata", "name") + " are taken: "
                    + Json.text(names, "message"));
        }
        if (!Json.text(names, "status").equals("True")) {
            return Optional.of("its names are not accepted yet");
        }
        var established = condition("Established");
        return Json.text(established, "status").equals("True")
                ? Optional.empty()
                : Optional.of("it is not established yet: " + Json.text(established, "message"));
    }

    private JsonObject condition(String type) {
        return Json.objects(json, "status", "conditions").stream()
                .filter(condition -> Json.text(condition, "type").equals(type))
                .findFirst()
                .orElseGet(JsonObject::new);
    }
}
