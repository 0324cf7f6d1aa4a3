package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.Program;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimPorts;
import io.operatorlib.testing.apiserver.Caller;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each oracle sees the bug that is planted for it; what the zoo shows is not shown again. */
@Execution(ExecutionMode.CONCURRENT)
class OraclesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static String told(Path folder, Workload<SimCluster> workload) {
        var failure = catchThrowableOfType(
                ChaosFailure.class, () -> Chaos.of(3).into(folder).play(workload));
        assertThat(failure).isNotNull();
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    @Test
    void anExceptionThatEscapesAProgram(@TempDir Path folder) {
        assertThat(told(folder, Workload.of("stumbling", ports -> {
                    ports.scheduler().sleep(Duration.ofMinutes(1));
                    throw new IllegalStateException("it stumbled");
                })))
                .startsWith("no exception escapes: uncaught in operator-1/main")
                .contains("it stumbled");
    }

    @Test
    void aRuleThatDoesNotHoldForAMoment(@TempDir Path folder) {
        var hasty = Workload.of("hasty", ports -> {
                    create(ports, "one", "");
                    create(ports, "two", "");
                    send(ports, ApiRequest.of(ApiRequest.Method.DELETE, MAPS + "/two"));
                })
                .always(
                        "there is never a second one",
                        cluster -> cluster.get(MAPS + "/two").isEmpty());
        assertThat(told(folder, hasty)).startsWith("there is never a second one: not always: ");
    }

    @Test
    void aRequestThatItsRolesRefuse(@TempDir Path folder) {
        Program nosy = ports -> send(ports, ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/default/secrets"));
        var workload = Workload.in(
                "nosy",
                sim -> {
                    var cluster = SimCluster.in(sim, Caller.user("nosy"));
                    cluster.operator(nosy);
                    return cluster;
                },
                cluster -> cluster);
        assertThat(told(folder, workload)).startsWith("the operator's roles refuse what it asks for: ");
    }

    @Test
    void aChildOfAnOwnerThatIsGone(@TempDir Path folder) {
        Program late = ports -> {
            create(ports, "owner", "");
            send(ports, ApiRequest.of(ApiRequest.Method.DELETE, MAPS + "/owner"));
            ports.scheduler().sleep(Duration.ofMinutes(6));
            create(ports, "child", """
                    , "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "u-1"}]""");
        };
        assertThat(told(folder, Workload.of("late", late)))
                .isEqualTo("nothing is made for an owner that is gone: not always: nothing is made for an owner that is"
                        + " gone: configmaps default/child was made for ConfigMap owner, which is gone");
    }

    private static void create(SimPorts ports, String name, String more) {
        send(
                ports,
                ApiRequest.of(ApiRequest.Method.POST, MAPS)
                        .withBody(
                                "application/json",
                                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"" + name
                                        + "\"" + more + "}}"));
    }

    private static void send(SimPorts ports, ApiRequest request) {
        try (var reply = ports.kubeApi().send(request)) {
            assertThat(reply.status()).isGreaterThanOrEqualTo(200);
        }
    }
}
