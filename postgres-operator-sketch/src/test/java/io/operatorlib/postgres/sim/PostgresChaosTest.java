package io.operatorlib.postgres.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Fault.Kind;
import io.operatorlib.testing.chaos.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The real operator and the real instances on the model of PostgreSQL, under their shipped roles, hurt by seeds. */
class PostgresChaosTest {
    private final ShippedRole role = PostgresStage.shippedRole();

    @ChaosTest(seeds = 2, minutes = 2)
    void whateverHappensOneWritesNoneIsLostThatMustNotBeAndTheClusterIsWholeInTheEnd(Chaos chaos) {
        var report = chaos.play(workload());
        System.out.println(report.line());
        assertThat(report.times()).isNotEmpty();
    }

    /**
     * Who is the primary in the end, and on which timeline, is up to what happened: most that happens here takes that away
     * for good, edits among it. With an even seed commits wait for a replica. The stage itself sees to it that never two let
     * clients write, and that none is lost that must not be.
     */
    private Workload<PostgresStage> workload() {
        return Workload.in("postgres", sim -> new PostgresStage(sim, role), PostgresStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3, sim.seed() % 2 == 0))
                .edit("a smaller lag", stage -> stage.edit("{\"failover\":{\"maximumLagBytes\":8388608}}"))
                .fault(edit("size 2", stage -> stage.resize(2)))
                .fault(edit("size 3", stage -> stage.resize(3)))
                .fault(edit("size 4", stage -> stage.resize(4)))
                .fault(edit("another primary", PostgresStage::switchOver))
                .fault(edit("restart for 64MB", stage -> stage.setParameter(ModelServer.NEEDS_RESTART, "64MB")))
                .fault(edit("restart for 96MB", stage -> stage.setParameter(ModelServer.NEEDS_RESTART, "96MB")))
                .fault(harm(
                        "an instance's processes die",
                        (sim, stage, choice) -> any(stage, choice).ifPresent(ModelInstances.Running::kill)))
                .fault(harm("an instance and its data are lost", PostgresChaosTest::lose))
                .fault(harm(
                        "no data can be rewound",
                        (sim, stage, choice) -> stage.world().forbidRewinding()))
                .fault(Fault.lasting("an instance stands still", Kind.PODS, PostgresChaosTest::still)
                        .destroying())
                .fault(Fault.lasting("an instance is cut off", Kind.NETWORK, PostgresChaosTest::cutOff)
                        .destroying())
                .fault(Fault.lasting("two instances are kept apart", Kind.NETWORK, PostgresChaosTest::cut)
                        .destroying())
                .desired("as many instances as wished serve, and clients can write", PostgresStage::isWhole);
    }

    private static Fault<PostgresStage> edit(String what, Consumer<PostgresStage> edit) {
        return Fault.<PostgresStage>once(what, Kind.CONFIGURATION, (sim, stage, choice) -> edit.accept(stage))
                .destroying();
    }

    private static Fault<PostgresStage> harm(String what, Fault.Act<PostgresStage> act) {
        return Fault.<PostgresStage>once(what, Kind.PODS, act).destroying();
    }

    private static Optional<ModelInstances.Running> any(PostgresStage stage, RandomGenerator choice) {
        List<ModelInstances.Running> all = stage.running();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(choice.nextInt(all.size())));
    }

    // only where the cluster is whole: else the loss would be nobody's fault but this test's
    private static void lose(Sim sim, PostgresStage stage, RandomGenerator choice) {
        if (stage.isWhole() && stage.running().size() > 1) {
            any(stage, choice).ifPresent(stage::lose);
        }
    }

    private static Runnable still(Sim sim, PostgresStage stage, RandomGenerator choice) {
        var victim = any(stage, choice);
        victim.ifPresent(instance -> stage.still(instance, true));
        return () -> victim.ifPresent(instance -> stage.still(instance, false));
    }

    private static Runnable cutOff(Sim sim, PostgresStage stage, RandomGenerator choice) {
        var victim = any(stage, choice);
        var fault = new ApiFault.Partition();
        victim.ifPresent(instance -> instance.life().begin(fault));
        return () -> victim.ifPresent(instance -> instance.life().end(fault));
    }

    private static Runnable cut(Sim sim, PostgresStage stage, RandomGenerator choice) {
        any(stage, choice)
                .ifPresent(one -> any(stage, choice)
                        .ifPresent(other -> stage.world().cut(one.server().name, other.server().name)));
        return stage.world()::heal;
    }
}
