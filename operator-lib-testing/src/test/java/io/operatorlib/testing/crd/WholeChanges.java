package io.operatorlib.testing.crd;

import static io.operatorlib.testing.crd.Trials.definition;
import static io.operatorlib.testing.crd.Trials.version;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.function.Consumer;

/** Changes of a definition beside the schema of a field. */
final class WholeChanges {
    private static final String TEXT = "{'type':'string'}";

    private WholeChanges() {}

    static List<CrdTrial> all() {
        return List.of(
                trial(
                        "BREAKING!",
                        "scope: changed from Namespaced to Cluster",
                        crd -> {},
                        crd -> spec(crd).addProperty("scope", "Cluster")),
                trial(
                        "BREAKING!",
                        "names.kind: changed from K to Other",
                        crd -> {},
                        crd -> names(crd).addProperty("kind", "Other")),
                trial(
                        "RISKY",
                        "names.singular: changed from \"k\" to \"one\"",
                        crd -> {},
                        crd -> names(crd).addProperty("singular", "one")),
                trial(
                        "RISKY",
                        "names.listKind: changed from \"KList\" to \"Ks\"",
                        crd -> {},
                        crd -> names(crd).addProperty("listKind", "Ks")),
                trial("SAFE", "names.shortNames: zz added", crd -> {}, crd -> set(names(crd), "shortNames", "['zz']")),
                trial(
                        "RISKY",
                        "names.shortNames: yy removed",
                        crd -> set(names(crd), "shortNames", "['yy']"),
                        crd -> {}),
                trial(
                        "SAFE",
                        "names.categories: all added",
                        crd -> {},
                        crd -> set(names(crd), "categories", "['all']")),
                trial(
                        "RISKY",
                        "names.categories: all removed",
                        crd -> set(names(crd), "categories", "['all']"),
                        crd -> {}),
                trial("SAFE", "v1: deprecated", crd -> {}, crd -> first(crd).addProperty("deprecated", true)),
                trial("SAFE", "v1: no longer deprecated", crd -> first(crd).addProperty("deprecated", true), crd -> {}),
                trial("SAFE", "v1: another warning", WholeChanges::deprecated, crd -> {
                    deprecated(crd);
                    first(crd).addProperty("deprecationWarning", "use v2");
                }),
                trial(
                        "BREAKING!",
                        "v1: the status can no longer be written by itself",
                        crd -> {},
                        crd -> first(crd).remove("subresources")),
                trial(
                        "RISKY",
                        "v1: the status is written by itself: one that is written with the spec is ignored",
                        crd -> first(crd).remove("subresources"),
                        crd -> {}),
                trial("SAFE", "v1: can be scaled", crd -> {}, crd -> scaled(crd, ".status.n")),
                trial("BREAKING!", "v1: can no longer be scaled", crd -> scaled(crd, ".status.n"), crd -> {}),
                trial(
                        "RISKY",
                        "v1: scaled by other fields: changed from",
                        crd -> scaled(crd, ".status.n"),
                        crd -> scaled(crd, ".status.m")),
                trial(
                        "SAFE",
                        "v1: kubectl get shows other columns",
                        crd -> {},
                        crd -> set(
                                first(crd),
                                "additionalPrinterColumns",
                                "[{'name':'F','type':'string','jsonPath':'.spec.f'}]")),
                trial(
                        "SAFE",
                        "v1: selectable by .spec.f",
                        crd -> {},
                        crd -> set(first(crd), "selectableFields", "[{'jsonPath':'.spec.f'}]")),
                trial(
                        "BREAKING!",
                        "v1: no longer selectable by .spec.f",
                        crd -> set(first(crd), "selectableFields", "[{'jsonPath':'.spec.f'}]"),
                        crd -> {}),
                trial(
                        "RISKY",
                        "conversion: the versions are converted by a webhook",
                        crd -> {},
                        crd -> webhook(crd, 443)),
                of(
                        "BREAKING",
                        "conversion: the versions are not converted any more",
                        converted(both("v1")),
                        both("v1")),
                of(
                        "SAFE",
                        "conversion: one version is left, and nothing to convert",
                        converted(unserved(both("v1"), false)),
                        definition(version("v1", true, TEXT))),
                trial(
                        "SAFE",
                        "conversion: the webhook is called in another way",
                        crd -> webhook(crd, 443),
                        crd -> webhook(crd, 444)),
                of(
                        "SAFE",
                        "v2: version added",
                        definition(version("v1", true, TEXT)),
                        definition(version("v1", true, TEXT), version("v2", false, TEXT))),
                of(
                        "RISKY",
                        "v2: version added with another schema and without conversion",
                        definition(version("v1", true, TEXT)),
                        definition(version("v1", true, TEXT), version("v2", false, "{'type':'string','maxLength':9}"))),
                of(
                        "BREAKING!",
                        "v2: version removed while it is served",
                        both("v1"),
                        definition(version("v1", true, TEXT))),
                of(
                        "SAFE",
                        "v2: version removed, which was neither served nor stored",
                        unserved(both("v1"), false),
                        definition(version("v1", true, TEXT))),
                of(
                        "BREAKING!",
                        "v1: version removed while objects may be stored in it",
                        both("v1"),
                        definition(version("v2", true, TEXT))),
                of("BREAKING!", "v2: no longer served, and nobody was warned", both("v1"), unserved(both("v1"), false)),
                of(
                        "RISKY",
                        "v2: no longer served, after it was deprecated",
                        deprecatedSecond(both("v1")),
                        unserved(both("v1"), true)),
                of("SAFE", "v2: served", unserved(both("v1"), false), both("v1")),
                of("RISKY", "v2: objects are stored in it from now on instead of in v1", both("v1"), both("v2")));
    }

    private static CrdTrial of(String impact, String says, JsonObject before, JsonObject after) {
        return CrdTrial.of(impact, says, before, after, "'x'");
    }

    private static CrdTrial trial(String impact, String says, Consumer<JsonObject> before, Consumer<JsonObject> after) {
        JsonObject old = definition(version("v1", true, TEXT));
        JsonObject now = old.deepCopy();
        before.accept(old);
        after.accept(now);
        return of(impact, says, old, now);
    }

    private static JsonObject both(String storage) {
        return definition(version("v1", storage.equals("v1"), TEXT), version("v2", storage.equals("v2"), TEXT));
    }

    private static JsonObject second(JsonObject crd) {
        return Json.objects(crd, "spec", "versions").get(1);
    }

    private static JsonObject deprecatedSecond(JsonObject crd) {
        second(crd).addProperty("deprecated", true);
        return crd;
    }

    private static JsonObject unserved(JsonObject crd, boolean deprecated) {
        second(crd).addProperty("served", false);
        return deprecated ? deprecatedSecond(crd) : crd;
    }

    private static JsonObject spec(JsonObject crd) {
        return Json.object(crd, "spec");
    }

    private static JsonObject names(JsonObject crd) {
        return Json.object(crd, "spec", "names");
    }

    private static JsonObject first(JsonObject crd) {
        return Json.objects(crd, "spec", "versions").get(0);
    }

    private static void set(JsonObject in, String name, String json) {
        in.add(name, com.google.gson.JsonParser.parseString(json.replace('\'', '"')));
    }

    private static void deprecated(JsonObject crd) {
        first(crd).addProperty("deprecated", true);
    }

    private static void scaled(JsonObject crd, String status) {
        set(
                Json.object(first(crd), "subresources"),
                "scale",
                "{'specReplicasPath':'.spec.n','statusReplicasPath':'" + status + "'}");
    }

    private static JsonObject converted(JsonObject crd) {
        webhook(crd, 443);
        return crd;
    }

    private static void webhook(JsonObject crd, int port) {
        set(
                spec(crd),
                "conversion",
                "{'strategy':'Webhook','webhook':{'conversionReviewVersions':['v1'],"
                        + "'clientConfig':{'service':{'namespace':'default','name':'none','path':'/','port':" + port
                        + "}}}}");
    }
}
