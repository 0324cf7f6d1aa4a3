package io.operatorlib.testing.cluster.controllers;

import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.RunningOperator;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The controllers of a cluster at work, all under one name. */
public final class ClusterControllers {
    private final RunningOperator reconcilers;
    private final GarbageCollector collector;
    private final Scheduler.Task collecting;

    private ClusterControllers(RunningOperator reconcilers, GarbageCollector collector, Scheduler scheduler) {
        this.reconcilers = reconcilers;
        this.collector = collector;
        this.collecting = scheduler.fork("garbage-collector", collector::run);
    }

    /**
     * What the controllers are told of their cluster.
     *
     * @param kinds every kind that the API serves now
     * @param provisioner the name by which storage classes mean this cluster's folders
     * @param volumes the folder of new volumes' folders
     * @param deleter deletes a folder of this machine with all that is in it
     * @param caPem the certificate authority that pods trust
     */
    public record Surroundings(
            Supplier<List<KindRef>> kinds, String provisioner, Path volumes, Consumer<Path> deleter, String caPem) {}

    /** Starts all of them; returns at once. */
    public static ClusterControllers start(KubeApi door, Scheduler scheduler, Surroundings around) {
        var namespaces = new Namespaces(new NamespaceEmptier(door, around.kinds()), around.caPem());
        var operator = Operator.named("kube-controller-manager")
                .controller(namespaces.controller())
                .controller(ReplicaSets.controller())
                .controller(new Deployments().controller())
                .controller(new Claims(around.provisioner(), around.volumes()).controller())
                .controller(new PersistentVolumes(around.provisioner(), around.deleter()).controller())
                .controller(ServiceEndpoints.controller())
                .controller(DisruptionBudgets.controller());
        return new ClusterControllers(
                operator.start(new Ports(door, scheduler)),
                new GarbageCollector(door, scheduler, around.kinds()),
                scheduler);
    }

    /**
     * Starts only what keeps data and what loses it: the binding and reclaiming of volumes, and garbage collection. For
     * simulations, in which each controller costs time.
     */
    public static ClusterControllers ofStorage(KubeApi door, Scheduler scheduler, Surroundings around) {
        var operator = Operator.named("kube-controller-manager")
                .controller(new Claims(around.provisioner(), around.volumes()).controller())
                .controller(new PersistentVolumes(around.provisioner(), around.deleter()).controller());
        return new ClusterControllers(
                operator.start(new Ports(door, scheduler)),
                new GarbageCollector(door, scheduler, around.kinds()),
                scheduler);
    }

    /** Starts only what tells how many pods may be evicted. */
    public static RunningOperator ofBudgets(KubeApi door, Scheduler scheduler) {
        return Operator.named("kube-controller-manager")
                .controller(DisruptionBudgets.controller())
                .start(new Ports(door, scheduler));
    }

    /** Stops all of them, in that time at the most. */
    public void stop(Duration atMost) throws InterruptedException {
        collector.stop();
        reconcilers.stop(atMost);
        collecting.join(atMost);
    }
}
