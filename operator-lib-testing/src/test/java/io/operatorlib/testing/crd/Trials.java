package io.operatorlib.testing.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.Locale;

/** Makes the definitions of trials. */
final class Trials {
    static final String GROUP = "changes.operatorlib.io";

    private Trials() {}

    /** A version whose spec has a field {@code f} with a schema. */
    static JsonObject version(String name, boolean storage, String schemaOfF) {
        return Json.parse("""
                {"name":"%s","served":true,"storage":%s,"subresources":{"status":{}},
                 "schema":{"openAPIV3Schema":{"type":"object","properties":{
                   "spec":{"type":"object","properties":{"f":%s,"keep":{"type":"string"},"n":{"type":"integer"}}},
                   "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}
                """.formatted(name, storage, schemaOfF.replace('\'', '"')));
    }

    static JsonObject definition(JsonObject... versions) {
        var array = new JsonArray();
        for (JsonObject version : versions) {
            array.add(version);
        }
        var spec = new JsonObject();
        spec.addProperty("group", GROUP);
        spec.addProperty("scope", "Namespaced");
        spec.add("names", new JsonObject());
        spec.add("versions", array);
        spec.add("conversion", Json.parse("{\"strategy\":\"None\"}"));
        var definition = new JsonObject();
        definition.addProperty("apiVersion", "apiextensions.k8s.io/v1");
        definition.addProperty("kind", "CustomResourceDefinition");
        definition.add("metadata", new JsonObject());
        definition.add("spec", spec);
        return definition;
    }

    /** The definition with names of its own; what a trial says of names itself stays. */
    static JsonObject named(JsonObject definition, String kind) {
        String plural = kind.toLowerCase(Locale.ROOT) + "s";
        JsonObject named = definition.deepCopy();
        JsonObject names = Json.object(named, "spec", "names");
        for (String[] each : new String[][] {
            {"kind", kind}, {"listKind", kind + "List"}, {"plural", plural}, {"singular", kind.toLowerCase(Locale.ROOT)}
        }) {
            if (!names.has(each[0])) {
                names.addProperty(each[0], each[1]);
            }
        }
        Json.object(named, "metadata").addProperty("name", plural + "." + GROUP);
        return named;
    }

    /** The definition with a field of which each object tells by its default whether the server knows it yet. */
    static JsonObject marked(JsonObject definition, String mark) {
        JsonObject marked = definition.deepCopy();
        for (JsonObject version : Json.objects(marked, "spec", "versions")) {
            Json.object(version, "schema", "openAPIV3Schema", "properties")
                    .add(mark, Json.parse("{\"type\":\"string\",\"default\":\"yes\"}"));
        }
        return marked;
    }
}
