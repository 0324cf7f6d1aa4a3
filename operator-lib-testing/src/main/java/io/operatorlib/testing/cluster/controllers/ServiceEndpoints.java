package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.CoreV1EndpointPort;
import io.kubernetes.client.openapi.models.DiscoveryV1EndpointPort;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointAddress;
import io.kubernetes.client.openapi.models.V1EndpointConditions;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1EndpointSubset;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.kubernetes.client.openapi.models.V1ServiceStatus;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Keeps the Endpoints and the EndpointSlice of each Service that selects pods. */
final class ServiceEndpoints {
    private ServiceEndpoints() {}

    static Controller<V1ServiceSpec, V1ServiceStatus> controller() {
        Kind<V1ServiceSpec, V1ServiceStatus> kind = Kind.builtIn(V1Service.class);
        return Controller.of(kind)
                .owns(V1Endpoints.class)
                .owns(V1EndpointSlice.class)
                .watches(
                        V1Pod.class,
                        (service, pod) -> service.meta().namespace().equals(Pods.namespace(pod))
                                && Pods.selected(service.spec().getSelector(), pod))
                .reconcile(ServiceEndpoints::reconcile);
    }

    static Plan<V1ServiceStatus> reconcile(Observed<V1ServiceSpec, V1ServiceStatus> seen) {
        Plan<V1ServiceStatus> plan = Plan.withoutStatus();
        if (seen.deleting()
                || seen.spec().getSelector() == null
                || seen.spec().getSelector().isEmpty()) {
            return plan;
        }
        boolean unready = Boolean.TRUE.equals(seen.spec().getPublishNotReadyAddresses());
        List<V1Pod> pods = seen.watched(V1Pod.class).stream()
                .filter(pod -> !Pods.address(pod).isEmpty())
                .filter(pod ->
                        !Pods.phase(pod).equals("Failed") && !Pods.phase(pod).equals("Succeeded"))
                .toList();
        return plan.apply(endpoints(seen, pods, unready)).apply(slice(seen, pods, unready));
    }

    private static V1Endpoints endpoints(
            Observed<V1ServiceSpec, V1ServiceStatus> seen, List<V1Pod> pods, boolean unready) {
        var ready = new ArrayList<V1EndpointAddress>();
        var notReady = new ArrayList<V1EndpointAddress>();
        for (V1Pod pod : pods) {
            boolean serves = unready || (Pods.ready(pod) && !Pods.deleting(pod));
            if (serves || !Pods.deleting(pod)) {
                (serves ? ready : notReady)
                        .add(new V1EndpointAddress()
                                .ip(Pods.address(pod))
                                .hostname(pod.getSpec().getHostname())
                                .nodeName(pod.getSpec().getNodeName())
                                .targetRef(reference(pod)));
            }
        }
        var endpoints = new V1Endpoints().metadata(seen.ownedMeta(seen.meta().name()));
        if (ready.isEmpty() && notReady.isEmpty()) {
            return endpoints;
        }
        var subset = new V1EndpointSubset().addresses(ready).notReadyAddresses(notReady);
        for (V1ServicePort port : ports(seen)) {
            number(port, pods)
                    .ifPresent(number -> subset.addPortsItem(new CoreV1EndpointPort()
                            .name(port.getName())
                            .port(number)
                            .protocol(protocol(port))));
        }
        return endpoints.addSubsetsItem(subset);
    }

    private static V1EndpointSlice slice(
            Observed<V1ServiceSpec, V1ServiceStatus> seen, List<V1Pod> pods, boolean unready) {
        var slice = new V1EndpointSlice()
                .metadata(seen.childMeta("local")
                        .putLabelsItem("kubernetes.io/service-name", seen.meta().name())
                        .putLabelsItem("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"))
                .addressType("IPv4");
        for (V1Pod pod : pods) {
            boolean deleting = Pods.deleting(pod);
            slice.addEndpointsItem(new V1Endpoint()
                    .addAddressesItem(Pods.address(pod))
                    .hostname(pod.getSpec().getHostname())
                    .nodeName(pod.getSpec().getNodeName())
                    .targetRef(reference(pod))
                    .conditions(new V1EndpointConditions()
                            .ready(unready || (Pods.ready(pod) && !deleting))
                            .serving(Pods.ready(pod))
                            .terminating(deleting)));
        }
        for (V1ServicePort port : ports(seen)) {
            number(port, pods)
                    .ifPresent(number -> slice.addPortsItem(new DiscoveryV1EndpointPort()
                            .name(Objects.requireNonNullElse(port.getName(), ""))
                            .port(number)
                            .protocol(protocol(port))));
        }
        return slice;
    }

    private static V1ObjectReference reference(V1Pod pod) {
        return new V1ObjectReference()
                .kind("Pod")
                .namespace(Pods.namespace(pod))
                .name(Pods.meta(pod).getName())
                .uid(Pods.meta(pod).getUid());
    }

    private static List<V1ServicePort> ports(Observed<V1ServiceSpec, V1ServiceStatus> seen) {
        return Optional.ofNullable(seen.spec().getPorts()).orElse(List.of());
    }

    private static String protocol(V1ServicePort port) {
        return Objects.requireNonNullElse(port.getProtocol(), "TCP");
    }

    // a named port is looked up in the pods, of which all are taken to have the same
    private static Optional<Integer> number(V1ServicePort port, List<V1Pod> pods) {
        if (port.getTargetPort() == null) {
            return Optional.ofNullable(port.getPort());
        }
        if (port.getTargetPort().isInteger()) {
            return Optional.of(port.getTargetPort().getIntValue());
        }
        String name = port.getTargetPort().getStrValue();
        return pods.stream()
                .flatMap(pod -> pod.getSpec().getContainers().stream())
                .flatMap(container -> containerPorts(container).stream())
                .filter(candidate -> name.equals(candidate.getName()))
                .map(V1ContainerPort::getContainerPort)
                .findFirst();
    }

    private static List<V1ContainerPort> containerPorts(V1Container container) {
        return Optional.ofNullable(container.getPorts()).orElse(List.of());
    }
}
