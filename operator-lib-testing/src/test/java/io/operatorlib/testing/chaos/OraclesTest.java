package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.Program;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimPorts;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each oracle sees the bug that is planted for it; what the zoo shows is not shown again. */
@Execution(ExecutionMode.CONCURRENT)
class OraclesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    private static String told(Path folder, Workload<SimCluster> workload) {
        var failure = catchThrowableOfType(
                ChaosFailure.class, () -> Chaos.of(3).faults(0).into(folder).play(workload));
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
    void anExceptionThatEscapesAReconcileThoughAllIsWellInTheEnd(@TempDir Path folder) {
        var once = new ConcurrentSkipListSet<String>();
        var clumsy = new Zoo("clumsy", repaired -> seen -> {
            if (once.add(seen.meta().uid())) {
                throw new IndexOutOfBoundsException("it stumbled");
            }
            return Zoo.SOUND.reconciler().of(true).reconcile(seen);
        });
        assertThat(told(folder, clumsy.workload()))
                .startsWith(Verdict.NOTHING_ESCAPES)
                .contains(
                        "the reconciler of Room default/kitchen threw java.lang.IndexOutOfBoundsException: it stumbled"
                                + " at io.operatorlib.testing.chaos.OraclesTest");
    }

    @Test
    void whatTellsOfTheWorldIsNoMistake(@TempDir Path folder) {
        var refused = new Zoo("refused", repaired -> seen -> {
            if (seen.now().getEpochSecond() % 7 == 0) {
                throw new IllegalStateException("no answer", new IOException("connection reset"));
            }
            return Zoo.SOUND.reconciler().of(true).reconcile(seen);
        });
        assertThat(Chaos.of(3).into(folder).play(refused.workload()).seeds()).isEqualTo(3);
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

    @Test
    void aWriteOfOneWhoDoesNotLead(@TempDir Path folder) {
        Program impatient = ports -> {
            takeLease(ports);
            create(ports, ports.incarnation(), "");
        };
        assertThat(told(folder, Workload.elected("impatient", LEASES + "/work", impatient)))
                .matches(
                        "nothing is written by an old leader: .* operator-\\d wrote configmaps default/operator-\\d while the"
                                + " Lease was of \"operator-\\d_1\"");
    }

    @Test
    void anActOfOneWhoDoesNotLeadInAWorldOfItsOwn(@TempDir Path folder) {
        Program impatient = ports -> {
            takeLease(ports);
            var unused = ports.effect("ring the bell", () -> "rung", IllegalStateException::new);
        };
        var workload = Workload.in(
                        "belfry",
                        sim -> {
                            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
                            cluster.replicas(impatient);
                            return cluster;
                        },
                        cluster -> cluster)
                .elected(LEASES + "/work");
        assertThat(told(folder, workload))
                .matches(
                        "nothing is written by an old leader: .* operator-\\d did \"ring the bell\" while the Lease was of"
                                + " \"operator-\\d_1\"");
    }

    /** Believes to lead from then on, as the other one does, too. */
    private static void takeLease(SimPorts ports) throws InterruptedException {
        send(
                ports,
                ApiRequest.of(ApiRequest.Method.POST, LEASES)
                        .withBody(
                                "application/json",
                                "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\":"
                                        + " {\"name\": \"work\"}, \"spec\": {\"leaseDurationSeconds\": 15,"
                                        + " \"holderIdentity\": \"" + ports.incarnation() + "_1\"}}"));
        ports.scheduler().sleep(Duration.ofMinutes(1));
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
