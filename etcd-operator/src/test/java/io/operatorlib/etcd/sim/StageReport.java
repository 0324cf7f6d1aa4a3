package io.operatorlib.etcd.sim;

import io.operatorlib.testing.SimCluster;
import java.util.List;

/** How a simulated cluster stands, in words: for the report of what did not come in time. */
record StageReport(SimCluster cluster, EtcdWorld world, ModelRuntime runtime) {

    String text() {
        var text = new StringBuilder();
        cluster.get(EtcdStage.CLUSTERS + "/" + EtcdStage.NAME)
                .ifPresent(etcd -> text.append(etcd.get("status")).append('\n'));
        cluster.list(EtcdStage.PODS)
                .forEach(pod -> text.append("pod ")
                        .append(EtcdStage.name(pod))
                        .append(' ')
                        .append(pod.getAsJsonObject("spec").get("schedulingGates"))
                        .append(' ')
                        .append(pod.get("status"))
                        .append('\n'));
        for (var collection : List.of(EtcdStage.CLAIMS, EtcdStage.VOLUMES)) {
            cluster.list(collection)
                    .forEach(object -> text.append(collection)
                            .append(' ')
                            .append(object.get("metadata"))
                            .append(' ')
                            .append(object.get("status"))
                            .append('\n'));
        }
        world.running(process -> true)
                .forEach(process -> text.append("etcd ")
                        .append(process)
                        .append(' ')
                        .append(process.applied().peers())
                        .append(process.leads ? " leads" : "")
                        .append(world.canRead(process) ? " reads" : "")
                        .append('\n'));
        text.append(world.clusters().size())
                .append(" clusters; data directories: ")
                .append(runtime.dataDirs().size())
                .append('\n');
        return text.toString();
    }
}
