package io.operatorlib.testing.crd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.ResourceKey;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One trial on a server: an object is stored, the definition changes, and what became of the object is told. */
final class CrdTrialRun {
    private static final KindRef CRDS =
            new KindRef("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final CrdTrial trial;
    private final String kind;
    private final KubeClient client;
    private final Scheduler scheduler;
    private final List<String> harms = new ArrayList<>();
    private JsonObject stored = new JsonObject();
    private boolean refused;

    CrdTrialRun(CrdTrial trial, String kind, KubeApi api, Scheduler scheduler) {
        this.trial = trial;
        this.kind = kind;
        this.client = new KubeClient(api);
        this.scheduler = scheduler;
    }

    private ResourceKey definition() {
        return new ResourceKey("", plural() + "." + Trials.GROUP);
    }

    private String plural() {
        return kind.toLowerCase(Locale.ROOT) + "s";
    }

    private KindRef at(String version) {
        return new KindRef(Trials.GROUP, version, kind, plural(), true);
    }

    private JsonObject manifest(String name) {
        var object = Json.parse("{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"keep\":\"me\",\"n\":1}}");
        if (!trial.value().equals("-")) {
            Json.object(object, "spec").add("f", JsonParser.parseString(trial.value()));
        }
        return object;
    }

    void define() {
        client.create(CRDS, "", Trials.marked(Trials.named(trial.before(), kind), "before"), "trial");
    }

    void store() {
        await("it is served", () -> {
            try {
                client.create(at("v1"), "default", manifest("old"), "trial");
                return true;
            } catch (ApiException e) {
                if (e.code() == 404 || e.alreadyExists()) {
                    return e.alreadyExists();
                }
                throw e;
            }
        });
        if (served(trial.before(), "v1", "status")) {
            client.mergePatch(at("v1"), key(), "status", Json.parse("{\"status\":{\"n\":1,\"m\":1}}"), "trial");
        }
        stored = client.get(at("v1"), key());
    }

    private static boolean served(JsonObject definition, String version, String subresource) {
        return Json.objects(definition, "spec", "versions").stream()
                .anyMatch(known -> Json.text(known, "name").equals(version)
                        && Json.flag(known, "served")
                        && Json.object(known, "subresources").has(subresource));
    }

    private static ResourceKey key() {
        return new ResourceKey("default", "old");
    }

    void change() {
        while (true) {
            JsonObject live = client.get(CRDS, definition());
            JsonObject next = Trials.marked(Trials.named(trial.after(), kind), "after");
            Json.object(next, "metadata").addProperty("resourceVersion", Json.resourceVersion(live));
            try {
                client.replace(CRDS, definition(), next, "trial");
                return;
            } catch (ApiException e) {
                if (!e.conflict()) {
                    refused = true;
                    harms.add("the definition is refused: " + e.status());
                    return;
                }
            }
        }
    }

    /** What the change has done to the object, and to who writes the old manifest. */
    List<String> harms() {
        if (refused) {
            return harms;
        }
        List<String> before = versions(trial.before());
        List<String> after = versions(trial.after());
        after.forEach(version ->
                await("the new definition is in use", () -> read(version).has("after")));
        if (trial.impact() != Impact.RISKY) { // one that went with notice may go
            before.stream()
                    .filter(version -> !after.contains(version))
                    .forEach(version -> harms.add(version + " is not served"));
        }
        for (String version : after) {
            harm(version, "unreadable", () -> lost(version));
            harm(version, "unwritable", () -> {
                JsonObject changed = client.get(at(version), key());
                Json.object(changed, "metadata").add("labels", Json.parse("{\"at\":\"" + version + "\"}"));
                client.replace(at(version), key(), changed, "trial");
            });
            harm(
                    version,
                    "the old manifest is refused",
                    () -> client.create(at(version), "default", manifest("again-" + version), "trial"));
        }
        for (String version : after) {
            for (String subresource : List.of("status", "scale")) {
                if (served(trial.before(), version, subresource)) {
                    harm(
                            version,
                            "no " + subresource,
                            () -> client.send(ApiRequest.of(
                                    ApiRequest.Method.GET, at(version).path(key(), subresource))));
                }
            }
        }
        selectable();
        return harms;
    }

    private void selectable() {
        for (JsonObject version : Json.objects(trial.before(), "spec", "versions")) {
            for (JsonObject field : Json.objects(version, "selectableFields")) {
                String path = Json.text(field, "jsonPath").substring(1);
                harm(
                        "v1",
                        "not selectable",
                        () -> client.send(ApiRequest.of(ApiRequest.Method.GET, at("v1").collection("default"))
                                .with("fieldSelector", path + "=x")));
            }
        }
    }

    private static List<String> versions(JsonObject definition) {
        return Json.objects(definition, "spec", "versions").stream()
                .filter(version -> Json.flag(version, "served"))
                .map(version -> Json.text(version, "name"))
                .toList();
    }

    private JsonObject read(String version) {
        try {
            return client.get(at(version), key());
        } catch (ApiException e) {
            return new JsonObject();
        }
    }

    private void lost(String version) {
        JsonObject now = client.get(at(version), key());
        for (String part : List.of("spec", "status")) {
            if (!within(stored.get(part), now.get(part))) {
                harms.add(version + ": " + stored.get(part) + " became " + now.get(part));
            }
        }
    }

    /** Tells whether all that was there is there. */
    private static boolean within(@Nullable JsonElement old, @Nullable JsonElement now) {
        if (old instanceof JsonObject before && now instanceof JsonObject after) {
            return before.entrySet().stream().allMatch(member -> within(member.getValue(), after.get(member.getKey())));
        }
        if (old != null && old.isJsonArray() && now != null && now.isJsonArray()) {
            var before = old.getAsJsonArray();
            var after = now.getAsJsonArray();
            for (int i = 0; i < before.size(); i++) {
                if (i >= after.size() || !within(before.get(i), after.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return old == null || Json.equal(old, now);
    }

    private void harm(String version, String how, Runnable act) {
        try {
            act.run();
        } catch (ApiException e) {
            harms.add(version + ": " + how + ": " + e.status());
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (scheduler.nanoTime() - end > 0) {
                throw new AssertionError(trial + ": waited in vain until " + what);
            }
            try {
                scheduler.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
