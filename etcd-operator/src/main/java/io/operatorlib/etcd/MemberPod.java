package io.operatorlib.etcd;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1EnvVarSource;
import io.kubernetes.client.openapi.models.V1HTTPGetAction;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectFieldSelector;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodAffinityTerm;
import io.kubernetes.client.openapi.models.V1PodAntiAffinity;
import io.kubernetes.client.openapi.models.V1PodSchedulingGate;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1SeccompProfile;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1TCPSocketAction;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import io.kubernetes.client.openapi.models.V1WeightedPodAffinityTerm;
import io.operatorlib.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders the pod of a member. */
final class MemberPod {
    static final String GATE = EtcdCluster.GROUP + "/listed";
    static final String CONTAINER = "etcd";

    private static final String NODE = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String DATA_VOLUME = "data";
    private static final String DATA_MOUNT = "/var/lib/etcd";

    /** Handing leadership over and closing the database take about a second; a busy disk may take many. */
    private static final long GRACE_SECONDS = 60;

    /** Fast enough that a member that is up is known to be; each probe costs etcd one read. */
    private static final int READINESS_PERIOD_SECONDS = 1;

    private static final int READINESS_FAILURES = 3;

    /** A member that is slow is not to be killed: two minutes of silence are more than any election or defragmentation. */
    private static final int LIVENESS_PERIOD_SECONDS = 10;

    private static final int LIVENESS_FAILURES = 12;
    private static final int PROBE_TIMEOUT_SECONDS = 5;

    /** An arbitrary user without rights; the volume's group makes the data its own. */
    private static final long USER = 65532;

    private final Observed<?, ?> seen;
    private final Latch latch;

    MemberPod(Observed<?, ?> seen, Latch latch) {
        this.seen = seen;
        this.latch = latch;
    }

    /** A seed member, behind its gate: the one place where a cluster is begun. */
    V1Pod seed(String name) {
        return pod(name, "new", latch.seeds(), true);
    }

    /**
     * A member to be, behind its gate.
     *
     * @param listed the peer URLs in the member list
     */
    V1Pod candidate(String name, List<String> listed) {
        var members = Stream.concat(
                        listed.stream().map(url -> EtcdCluster.memberName(seen.meta(), url)), Stream.of(name))
                .sorted()
                .toList();
        return pod(name, "existing", members, true);
    }

    /**
     * A member that has its data on its volume. Were the directory empty nevertheless, etcd would not start: alone, and
     * joining nobody, it can neither join under the old ID nor begin a cluster.
     */
    V1Pod restored(String name) {
        return latch.hasFormed() || !latch.seeds().contains(name)
                ? pod(name, "existing", List.of(name), false)
                : pod(name, "new", latch.seeds(), false);
    }

    private V1Pod pod(String name, String state, List<String> members, boolean gated) {
        var meta = seen.ownedMeta(name)
                .labels(EtcdCluster.labels(seen.meta(), name))
                .annotations(new TreeMap<>(Map.of(
                        EtcdCluster.TOKEN_ANNOTATION, latch.token(),
                        EtcdCluster.CLUSTER_ID_ANNOTATION, Long.toHexString(latch.clusterId()),
                        EtcdCluster.TEMPLATE_ANNOTATION, latch.template().json(),
                        EtcdCluster.INITIAL_CLUSTER_ANNOTATION, String.join(" ", members))));
        var scheduling = latch.template().schedule();
        var spec = new V1PodSpec()
                .hostname(name)
                .subdomain(seen.meta().name())
                .restartPolicy("Always")
                .terminationGracePeriodSeconds(GRACE_SECONDS)
                .automountServiceAccountToken(false)
                .enableServiceLinks(false)
                .securityContext(podSecurity())
                .affinity(affinity(scheduling))
                .tolerations(tolerations(scheduling))
                .addContainersItem(container(name, state, members))
                .addVolumesItem(volume(name));
        if (!scheduling.nodeSelector().isEmpty()) {
            spec.nodeSelector(scheduling.nodeSelector());
        }
        if (!scheduling.topologySpreadConstraints().isEmpty()) {
            spec.topologySpreadConstraints(scheduling.topologySpreadConstraints());
        }
        if (scheduling.priorityClassName() != null) {
            spec.priorityClassName(scheduling.priorityClassName());
        }
        if (gated) {
            spec.addSchedulingGatesItem(new V1PodSchedulingGate().name(GATE));
        }
        return new V1Pod().metadata(meta).spec(spec);
    }

    private V1Container container(String name, String state, List<String> members) {
        var template = latch.template();
        var container = new V1Container()
                .name(CONTAINER)
                .image(template.imageName())
                .terminationMessagePolicy("FallbackToLogsOnError") // what etcd dies of stands in its log
                .addCommandItem("etcd")
                .args(arguments(name, state, members))
                .addEnvItem(new V1EnvVar()
                        .name("POD_IP")
                        .valueFrom(
                                new V1EnvVarSource().fieldRef(new V1ObjectFieldSelector().fieldPath("status.podIP"))))
                .addEnvItem(new V1EnvVar()
                        .name("ETCDCTL_ENDPOINTS") // for kubectl exec: a member does not listen on loopback
                        .value("http://$(POD_IP):" + EtcdCluster.CLIENT_PORT))
                .addPortsItem(port("client", EtcdCluster.CLIENT_PORT))
                .addPortsItem(port("peer", EtcdCluster.PEER_PORT))
                .addPortsItem(port("metrics", EtcdCluster.METRICS_PORT))
                .addVolumeMountsItem(new V1VolumeMount().name(DATA_VOLUME).mountPath(DATA_MOUNT))
                .readinessProbe(readiness(template))
                .livenessProbe(liveness(template))
                .securityContext(new V1SecurityContext()
                        .allowPrivilegeEscalation(false)
                        .readOnlyRootFilesystem(true)
                        .capabilities(new V1Capabilities().addDropItem("ALL")));
        if (template.resources() != null) {
            container.resources(template.resources());
        }
        return container;
    }

    private List<String> arguments(String name, String state, List<String> members) {
        var meta = seen.meta();
        var arguments = new ArrayList<>(List.of(
                "--name=" + name,
                "--data-dir=" + DATA_MOUNT + "/data",
                "--listen-peer-urls=http://$(POD_IP):" + EtcdCluster.PEER_PORT,
                "--listen-client-urls=http://$(POD_IP):" + EtcdCluster.CLIENT_PORT,
                "--listen-metrics-urls=http://$(POD_IP):" + EtcdCluster.METRICS_PORT,
                "--advertise-client-urls=" + EtcdCluster.clientUrl(meta, name),
                "--initial-advertise-peer-urls=" + EtcdCluster.peerUrl(meta, name),
                "--initial-cluster-state=" + state,
                "--initial-cluster-token=" + latch.token(),
                "--initial-cluster="
                        + members.stream()
                                .map(member -> member + "=" + EtcdCluster.peerUrl(meta, member))
                                .collect(Collectors.joining(",")),
                "--strict-reconfig-check=true",
                "--logger=zap"));
        if (latch.template().options() != null) {
            arguments.addAll(latch.template().options().flags());
        }
        return arguments;
    }

    /** Whether it can serve a read by quorum. */
    private static V1Probe readiness(Template template) {
        return new V1Probe()
                .httpGet(get(template.hasReadyz() ? "/readyz" : "/health"))
                .periodSeconds(READINESS_PERIOD_SECONDS)
                .failureThreshold(READINESS_FAILURES)
                .timeoutSeconds(PROBE_TIMEOUT_SECONDS);
    }

    /** Whether the process lives: nothing that a quorum is needed for, lest a restart make an outage worse. */
    private static V1Probe liveness(Template template) {
        var probe = new V1Probe()
                .initialDelaySeconds(LIVENESS_PERIOD_SECONDS)
                .periodSeconds(LIVENESS_PERIOD_SECONDS)
                .failureThreshold(LIVENESS_FAILURES)
                .timeoutSeconds(PROBE_TIMEOUT_SECONDS);
        return template.hasReadyz()
                ? probe.httpGet(get("/livez"))
                : probe.tcpSocket(new V1TCPSocketAction().port(new IntOrString(EtcdCluster.METRICS_PORT)));
    }

    private static V1HTTPGetAction get(String path) {
        return new V1HTTPGetAction().path(path).port(new IntOrString(EtcdCluster.METRICS_PORT));
    }

    private static V1ContainerPort port(String name, int number) {
        return new V1ContainerPort().name(name).containerPort(number).protocol("TCP");
    }

    private static V1PodSecurityContext podSecurity() {
        return new V1PodSecurityContext()
                .runAsNonRoot(true)
                .runAsUser(USER)
                .runAsGroup(USER)
                .fsGroup(USER)
                .fsGroupChangePolicy("OnRootMismatch")
                .seccompProfile(new V1SeccompProfile().type("RuntimeDefault"));
    }

    private V1Volume volume(String name) {
        var volume = new V1Volume().name(DATA_VOLUME);
        if (latch.template().persistent() != null) {
            return volume.persistentVolumeClaim(new V1PersistentVolumeClaimVolumeSource().claimName(name));
        }
        var storage = latch.template().storage();
        var emptyDir = new V1EmptyDirVolumeSource();
        if (storage != null && storage.emptyDir() != null && storage.emptyDir().sizeLimit() != null) {
            emptyDir.sizeLimit(Quantity.fromString(storage.emptyDir().sizeLimit()));
        }
        return volume.emptyDir(emptyDir);
    }

    private @Nullable V1Affinity affinity(Scheduling scheduling) {
        if (scheduling.affinity() != null) {
            return scheduling.affinity();
        }
        var strength =
                scheduling.antiAffinity() == null ? Scheduling.AntiAffinity.PREFERRED : scheduling.antiAffinity();
        var apart = new V1PodAntiAffinity().addPreferredDuringSchedulingIgnoredDuringExecutionItem(avoids(ZONE, 50));
        return switch (strength) {
            case NONE -> null;
            case PREFERRED ->
                new V1Affinity()
                        .podAntiAffinity(
                                apart.addPreferredDuringSchedulingIgnoredDuringExecutionItem(avoids(NODE, 100)));
            case REQUIRED ->
                new V1Affinity()
                        .podAntiAffinity(apart.addRequiredDuringSchedulingIgnoredDuringExecutionItem(others(NODE)));
        };
    }

    private V1WeightedPodAffinityTerm avoids(String topologyKey, int weight) {
        return new V1WeightedPodAffinityTerm().weight(weight).podAffinityTerm(others(topologyKey));
    }

    /** The cluster's other members, in the same place. */
    private V1PodAffinityTerm others(String topologyKey) {
        return new V1PodAffinityTerm()
                .topologyKey(topologyKey)
                .labelSelector(new V1LabelSelector().matchLabels(EtcdCluster.labels(seen.meta())));
    }

    private static List<V1Toleration> tolerations(Scheduling scheduling) {
        var tolerations = new ArrayList<>(scheduling.tolerations());
        for (String taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            tolerations.add(new V1Toleration()
                    .key(taint)
                    .operator("Exists")
                    .effect("NoExecute")
                    .tolerationSeconds((long) scheduling.nodeGoneAfter()));
        }
        return tolerations;
    }
}
