package io.operatorlib.testing.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.RunningOperator;
import io.operatorlib.crd.Crd;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimPorts;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A simulated API server, an operator of greetings, and a user: what the tests of this package have in common. */
final class World implements AutoCloseable {
    static final Kind<GreetingSpec, GreetingStatus> GREETING =
            Kind.of("demo.operatorlib.io", "v1", "Greeting", GreetingSpec.class, GreetingStatus.class);

    /** The same kind, read by somebody who takes the text for a number. */
    static final Kind<StrictSpec, GreetingStatus> STRICT =
            Kind.of("demo.operatorlib.io", "v1", "Greeting", StrictSpec.class, GreetingStatus.class);

    static final Duration SOON = Duration.ofSeconds(30);

    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    record GreetingSpec(@Nullable String text, @Nullable List<String> pages) {
        GreetingSpec {
            pages = pages == null ? List.of() : List.copyOf(pages);
        }
    }

    record StrictSpec(int text) {}

    record GreetingStatus(int pages) {}

    final Sim sim;
    final ApiServer server;
    final List<RunningOperator> running = new ArrayList<>();
    private final List<Scheduler> schedulers = new ArrayList<>();

    World() {
        this(1);
    }

    World(long seed) {
        sim = Sim.seeded(seed);
        server = ApiServer.create(sim.scheduler());
        post(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                Crd.hub(GREETING).json());
    }

    /** Starts the operator, with one controller. */
    void start(Controller<?, ?> controller) {
        start(Operator.named("greeter").controller(controller));
    }

    void start(Operator operator) {
        start(operator, ports -> new Ports(ports.kubeApi(), ports.scheduler()));
    }

    void start(Operator operator, Function<SimPorts, Ports> with) {
        sim.operator(() -> server.as(Caller.user("greeter", Caller.MASTERS)), ports -> {
            schedulers.add(ports.scheduler());
            running.add(operator.start(with.apply(ports)));
        });
    }

    /** The time of the operator's newest incarnation. */
    Scheduler schedulerOfOperator() {
        return schedulers.get(schedulers.size() - 1);
    }

    JsonObject send(Method method, String path, String type, String body) {
        var response =
                server.as(Caller.ADMIN).send(ApiRequest.of(method, path).withBody(type, body.replace('\'', '"')));
        String text = response.text();
        if (!response.ok()) {
            throw new IllegalStateException(method + " " + path + ": " + text);
        }
        sim.changed();
        return JsonParser.parseString(text).getAsJsonObject();
    }

    JsonObject post(String path, String body) {
        return send(Method.POST, path, "application/json", body);
    }

    JsonObject patch(String path, String body) {
        return send(Method.PATCH, path, "application/merge-patch+json", body);
    }

    JsonObject greet(String name, String text) {
        return post(
                GREETINGS,
                "{'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','metadata':{'name':'" + name
                        + "'},'spec':{'text':'" + text + "'}}");
    }

    void patchGreeting(String name, String body) {
        patch(GREETINGS + "/" + name, body);
    }

    void patchStatus(String name, String body) {
        patch(GREETINGS + "/" + name + "/status", body);
    }

    void deleteGreeting(String name) {
        delete(GREETINGS + "/" + name);
    }

    void deleteMap(String name) {
        delete(MAPS + "/" + name);
    }

    void delete(String path) {
        send(Method.DELETE, path, "", "");
    }

    void patchMap(String name, String body) {
        patch(MAPS + "/" + name, body);
    }

    void patchPodStatus(String name, String body) {
        patch("/api/v1/namespaces/default/pods/" + name + "/status", body);
    }

    Optional<JsonObject> find(String path) {
        var response = server.as(Caller.ADMIN).send(ApiRequest.of(Method.GET, path));
        String text = response.text();
        return response.ok() ? Optional.of(JsonParser.parseString(text).getAsJsonObject()) : Optional.empty();
    }

    Optional<JsonObject> greeting(String name) {
        return find(GREETINGS + "/" + name);
    }

    Optional<JsonObject> map(String name) {
        return find(MAPS + "/" + name);
    }

    List<JsonObject> maps() {
        return items(MAPS);
    }

    List<JsonObject> items(String path) {
        var items = new ArrayList<JsonObject>();
        find(path).orElseThrow().getAsJsonArray("items").forEach(item -> items.add(item.getAsJsonObject()));
        return items;
    }

    /** A condition of a greeting, as {@code status reason}; empty where there is none. */
    String condition(String name, String type) {
        return conditionObject(name, type)
                .map(condition -> condition.get("status").getAsString() + " "
                        + condition.get("reason").getAsString())
                .orElse("");
    }

    Optional<JsonObject> conditionObject(String name, String type) {
        var status =
                greeting(name).map(object -> object.getAsJsonObject("status")).orElse(null);
        if (status == null || !status.has("conditions")) {
            return Optional.empty();
        }
        for (var element : status.getAsJsonArray("conditions")) {
            var condition = element.getAsJsonObject();
            if (condition.get("type").getAsString().equals(type)) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    /** Lets the operator work until the greeting is reconciled, and then until it is at rest. */
    void settle(String name) {
        sim.eventually(
                SOON,
                name + " is reconciled",
                () -> condition(name, "Reconciled").equals("True Reconciled"));
        sim.pass(Duration.ofSeconds(5));
    }

    @Override
    public void close() {
        sim.close();
    }
}
