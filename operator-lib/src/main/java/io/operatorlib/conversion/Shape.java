package io.operatorlib.conversion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.internal.json.Json;
import java.util.List;

/**
 * What the schema says of one place in an object.
 *
 * @param schema empty where it says nothing
 */
record Shape(JsonObject schema) {
    private static final Shape UNKNOWN = new Shape(new JsonObject());

    /** The shape of a whole object at the hub's version. */
    static Shape ofHub(Kind<?, ?> kind) {
        return of(Crd.hub(kind), 0);
    }

    /** The shape of a whole object at another version. */
    static Shape ofSpoke(Kind<?, ?> hub, Kind<?, ?> kind) {
        return of(Crd.hub(hub).spoke(CrdVersion.of(kind)), 1);
    }

    private static Shape of(Crd crd, int version) {
        JsonObject tree =
                Json.objects(Json.parse(crd.json()), "spec", "versions").get(version);
        return new Shape(Json.object(tree, "schema", "openAPIV3Schema"));
    }

    Shape member(String name) {
        if (Json.at(schema, "properties", name) instanceof JsonObject known) {
            return new Shape(known);
        }
        return at("additionalProperties");
    }

    Shape entry() {
        return at("items");
    }

    private Shape at(String name) {
        return Json.at(schema, name) instanceof JsonObject inner ? new Shape(inner) : UNKNOWN;
    }

    /** The members that tell a list's entries apart; none where the list is one value. */
    List<String> keys() {
        return texts("x-kubernetes-list-map-keys");
    }

    List<String> required() {
        return texts("required");
    }

    private List<String> texts(String name) {
        return Json.list(schema, name).stream().map(JsonElement::getAsString).toList();
    }
}
