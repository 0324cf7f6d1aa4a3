package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Secret;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdPolicy;
import io.operatorlib.internal.access.AccessCheck;
import io.operatorlib.internal.access.Permissions;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The roles that an operator's wiring gives, and the check that it has them. */
class AccessTest {
    private static final Caller GREETER = Caller.user("greeter");
    private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    private static final String BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    private static final Controller<GreetingSpec, GreetingStatus> CONTROLLER = Controller.of(World.GREETING)
            .owns(V1ConfigMap.class)
            .watches(V1Secret.class, secret -> Set.of())
            .finalizer("demo.operatorlib.io/pages")
            .reconcile(seen -> {
                var plan = Plan.of(new GreetingStatus(1)).note("Greeted", "hello");
                for (V1ConfigMap page : seen.owned(V1ConfigMap.class)) {
                    if (seen.deleting()) {
                        plan = plan.delete(page);
                    }
                }
                return seen.deleting()
                        ? plan
                        : plan.finalizer("demo.operatorlib.io/pages")
                                .apply(new V1ConfigMap()
                                        .metadata(seen.childMeta("page"))
                                        .data(Map.of("a", "b")));
            });

    private static final Operator OPERATOR =
            Operator.named("greeter").crd(Crd.hub(World.GREETING)).controller(CONTROLLER);

    private static Map<?, ?> metadata(Object role) {
        return (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) role).get("metadata"));
    }

    private static void grant(World world, String roles) {
        for (Object role : new Yaml().loadAll(roles)) {
            String name = String.valueOf(metadata(role).get("name"));
            world.post(ROLES, new Gson().toJson(role));
            world.post(
                    BINDINGS,
                    "{'metadata':{'name':'" + name + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                            + "'kind':'ClusterRole','name':'" + name + "'},'subjects':[{'kind':'User','name':'greeter',"
                            + "'apiGroup':'rbac.authorization.k8s.io'}]}");
        }
    }

    @Test
    void withTheRolesOfItsWiringAnOperatorDoesAllItsWork() {
        try (var world = new World()) {
            grant(world, OPERATOR.roles());
            world.sim.operator(() -> world.server.as(GREETER), ports -> {
                var unused = OPERATOR.start(new Ports(ports.kubeApi(), ports.scheduler()));
            });
            world.greet("hello", "a");
            world.settle("hello");
            assertThat(world.items("/apis/events.k8s.io/v1/namespaces/default/events"))
                    .hasSize(1);
            world.deleteGreeting("hello");
            world.sim.eventually(
                    World.SOON, "it is gone", () -> world.greeting("hello").isEmpty());
        }
    }

    @Test
    void whatIsMissingIsNamedUntilItIsGranted() {
        try (var world = new World()) {
            var checks = new ArrayList<AccessCheck>();
            world.sim.operator(() -> world.server.as(GREETER), ports -> {
                var check = new AccessCheck(
                        ports.kubeApi(),
                        ports.scheduler(),
                        Permissions.of(List.of(Crd.hub(World.GREETING)), CrdPolicy.APPLY, List.of(CONTROLLER)),
                        List.of());
                checks.add(check);
                check.start();
            });
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(checks.get(0).missing())
                    .contains(
                            "list greetings.demo.operatorlib.io",
                            "patch greetings/status.demo.operatorlib.io",
                            "update greetings/finalizers.demo.operatorlib.io",
                            "watch configmaps",
                            "create events.events.k8s.io",
                            "patch customresourcedefinitions.apiextensions.k8s.io greetings.demo.operatorlib.io")
                    .doesNotContain("delete configmaps");
            grant(world, OPERATOR.roles());
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(checks.get(0).missing()).isEmpty();
        }
    }

    @Test
    void anOperatorOfSomeNamespacesNeedsRolesThere() {
        var roles = OPERATOR.namespaces(List.of("a", "b")).roles();
        var kinds = new ArrayList<String>();
        for (Object document : new Yaml().loadAll(roles)) {
            var role = (Map<?, ?>) document;
            var meta = metadata(document);
            kinds.add(role.get("kind") + " " + meta.get("name")
                    + (meta.containsKey("namespace") ? " in " + meta.get("namespace") : ""));
        }
        assertThat(kinds)
                .containsExactly(
                        "ClusterRole greeter",
                        "Role greeter in a",
                        "Role greeter in b",
                        "Role greeter-plans in a",
                        "Role greeter-plans in b");
    }
}
