package io.operatorlib.testing.apiproxy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.KubeApis;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.RunningOperator;
import io.operatorlib.crd.Crd;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One life of a bulletin, in a namespace of its own: it is posted, edited and taken down, and an operator behind a proxy
 * keeps a ConfigMap for each of its pages. An incarnation of the operator that is killed has a proxy to itself, which
 * closes at that moment, so that nothing it still does is heard of; the next one follows at once.
 */
final class Bulletin implements AutoCloseable {
    record Spec(List<String> pages) {}

    record Status(List<String> pages) {}

    static final Kind<Spec, Status> KIND =
            Kind.of("proxied.operatorlib.io", "v1", "Bulletin", Spec.class, Status.class);

    private static final String FINALIZER = "proxied.operatorlib.io/pages";
    private static final String PAGE = "page";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(20);

    /** What differs from run to run by its nature. */
    private static final Set<String> CHANCE =
            Set.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "lastTransitionTime");

    private final Path kubeconfig;
    private final KubeApi admin;
    private final String namespace;
    private final Scheduler scheduler = new RealScheduler();
    private final List<RunningOperator> operators = new ArrayList<>();
    private ApiProxy proxy;

    /** @param harm says what is to happen at the proxy of the first incarnation */
    Bulletin(Path kubeconfig, KubeApi admin, String namespace, Consumer<Bulletin> harm) throws IOException {
        this.kubeconfig = kubeconfig;
        this.admin = admin;
        this.namespace = namespace;
        this.proxy = ApiProxy.before(kubeconfig);
        harm.accept(this);
        start();
    }

    static Operator operator(String namespace) {
        return Operator.named("bulletins")
                .namespaces(List.of(namespace))
                .controller(Controller.of(KIND)
                        .owns(V1ConfigMap.class)
                        .finalizer(FINALIZER)
                        .reconcile(Bulletin::reconcile));
    }

    private static Plan<Status> reconcile(Observed<Spec, Status> seen) {
        var wished = seen.deleting() ? List.<String>of() : seen.spec().pages();
        Plan<Status> plan = seen.deleting()
                ? Plan.withoutStatus()
                : Plan.of(new Status(wished)).finalizer(FINALIZER);
        for (String page : wished) {
            plan = plan.apply(new V1ConfigMap().metadata(seen.childMeta(page)).data(Map.of(PAGE, page)));
        }
        for (V1ConfigMap there : seen.owned(V1ConfigMap.class)) {
            if (!wished.contains(there.getData().get(PAGE))) {
                plan = plan.delete(there);
            }
        }
        return plan;
    }

    ApiProxy proxy() {
        return proxy;
    }

    private void start() throws IOException {
        Path file = Files.createTempFile(namespace, ".kubeconfig");
        proxy.writeKubeconfig(file);
        var api = KubeApis.fromKubeconfig(file);
        Files.delete(file);
        operators.add(operator(namespace).start(new Ports(api, scheduler)));
    }

    /** Kills the operator; another one takes its place. */
    synchronized void kill() {
        proxy.close();
        proxy = ApiProxy.before(kubeconfig);
        try {
            start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- its life ----

    /** Lives it; returns what there is before the end. */
    Map<String, JsonElement> live() throws InterruptedException {
        send(Method.POST, "/api/v1/namespaces", "application/json", "{'metadata':{'name':'" + namespace + "'}}");
        send(
                Method.POST,
                bulletins(),
                "application/json",
                "{'apiVersion':'proxied.operatorlib.io/v1','kind':'Bulletin','metadata':{'name':'news'},"
                        + "'spec':{'pages':['a','b']}}");
        await("a, b", () -> shows(1, "a", "b"));
        edit("b", "c");
        await("b, c", () -> shows(2, "b", "c"));
        var state = state();
        send(Method.DELETE, bulletins() + "/news", "application/json", "{}");
        await("nothing", () -> state().isEmpty());
        return state;
    }

    private void edit(String... pages) {
        send(
                Method.PATCH,
                bulletins() + "/news",
                "application/merge-patch+json",
                "{'spec':{'pages':['" + String.join("','", pages) + "']}}");
    }

    /** Tells whether the operator is done, by its own word and by what there is. */
    private boolean shows(int generation, String... pages) {
        var state = state();
        var news = state.getOrDefault("Bulletin news", new JsonObject()).getAsJsonObject();
        boolean done = Json.objects(Json.object(news, "status"), "conditions").stream()
                .anyMatch(condition -> Json.text(condition, "type").equals("Reconciled")
                        && Json.text(condition, "status").equals("True")
                        && Json.number(0, condition, "observedGeneration") == generation);
        return done
                && state.size() == 1 + pages.length
                && Stream.of(pages).allMatch(page -> state.containsKey("ConfigMap news-" + page));
    }

    /** All that there is in the namespace, without what differs from run to run. */
    private Map<String, JsonElement> state() {
        var state = new TreeMap<String, JsonElement>();
        for (String collection : List.of(bulletins(), "/api/v1/namespaces/" + namespace + "/configmaps")) {
            var list = send(Method.GET, collection, "", "");
            for (JsonElement item : list.getAsJsonArray("items")) {
                var meta = item.getAsJsonObject().getAsJsonObject("metadata");
                String kind = collection.equals(bulletins()) ? "Bulletin " : "ConfigMap ";
                state.put(kind + meta.get("name").getAsString(), lasting(item));
            }
        }
        return state;
    }

    private JsonElement lasting(JsonElement value) {
        if (value.isJsonArray()) {
            var all = new JsonArray();
            value.getAsJsonArray().forEach(element -> all.add(lasting(element)));
            return all;
        }
        if (!value.isJsonObject()) {
            return value.toString().equals("\"" + namespace + "\"") ? new JsonPrimitive("here") : value;
        }
        var object = new JsonObject();
        value.getAsJsonObject().asMap().forEach((name, field) -> {
            if (!CHANCE.contains(name)) {
                object.add(name, lasting(field));
            }
        });
        return object;
    }

    private String bulletins() {
        return "/apis/proxied.operatorlib.io/v1/namespaces/" + namespace + "/bulletins";
    }

    private JsonObject send(Method method, String path, String type, String body) {
        return send(admin, method, path, type, body);
    }

    private static JsonObject send(KubeApi admin, Method method, String path, String type, String body) {
        var request = ApiRequest.of(method, path);
        try (var reply = admin.send(body.isEmpty() ? request : request.withBody(type, body.replace('\'', '"')))) {
            String text = reply.text();
            if (!reply.ok()) {
                throw new IllegalStateException(method + " " + path + ": " + text);
            }
            return JsonParser.parseString(text).getAsJsonObject();
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = scheduler.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (scheduler.nanoTime() - end > 0) {
                throw new AssertionError("not within " + DEADLINE + ": " + what + "; there is " + state());
            }
            scheduler.sleep(LOOK);
        }
    }

    /** Lets a server know the kind. */
    static void define(KubeApi admin) throws InterruptedException {
        send(
                admin,
                Method.POST,
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                "application/json",
                Crd.hub(KIND).json());
        var list = ApiRequest.of(Method.GET, "/apis/proxied.operatorlib.io/v1/bulletins");
        for (boolean served = false; !served; ) {
            try (var reply = admin.send(list)) {
                served = reply.ok();
            }
            new RealScheduler().sleep(LOOK);
        }
    }

    @Override
    public synchronized void close() {
        proxy.close();
        try {
            for (RunningOperator operator : operators) {
                operator.stop(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
