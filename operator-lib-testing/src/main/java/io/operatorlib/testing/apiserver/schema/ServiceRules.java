package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for services and for the endpoints behind them. */
final class ServiceRules {
    private static final Path SPEC = Path.of("spec");

    private ServiceRules() {}

    static void check(Checks checks, JsonObject spec) {
        String type = Json.text(spec, "type");
        boolean headless = Json.text(spec, "clusterIP").equals("None");
        boolean external = type.equals("ExternalName");
        List<JsonObject> ports = Json.objects(spec, "ports");
        if (ports.isEmpty() && !headless && !external) {
            checks.required(SPEC.child("ports"), "");
        }
        ports(checks, ports);
        checks.addAll(MetadataRules.labels(Json.object(spec, "selector"), SPEC.child("selector")));
        checks.supported(spec, "sessionAffinity", SPEC, List.of("ClientIP", "None"));
        checks.supported(spec, "type", SPEC, List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"));
        if (external) {
            String name = Json.text(spec, "externalName").replaceFirst("\\.$", "");
            if (checks.present(spec, "externalName", SPEC)) {
                checks.invalid(SPEC.child("externalName"), name, Names.subdomain(name));
            }
        }
        String address = Json.text(spec, "clusterIP");
        if (!address.isEmpty() && !headless && !external) {
            checks.ip(address, SPEC.child("clusterIPs").index(0));
        }
    }

    private static void ports(Checks checks, List<JsonObject> ports) {
        Set<String> names = checks.seen();
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonObject port = ports.get(i);
            Path at = SPEC.child("ports").index(i);
            String name = Json.text(port, "name");
            if (name.isEmpty() && ports.size() > 1) {
                checks.required(at.child("name"), "");
            } else if (!name.isEmpty()) {
                checks.invalid(at.child("name"), name, Names.label(name));
                checks.unlike(names, name, at.child("name"));
            }
            checks.port(port.get("port"), at.child("port"));
            checks.supported(port, "protocol", at, List.of("SCTP", "TCP", "UDP"));
            checks.portOrName(port.get("targetPort"), at.child("targetPort"));
            if (!numbers.add(Json.text(port, "protocol") + Json.integer(port, "port", 0))) {
                checks.add(Cause.duplicateAs(at.toString(), GoStructs.servicePort(port)));
            }
        }
    }

    static void update(Checks checks, JsonObject spec, JsonObject old) {
        String before = Json.text(old, "clusterIP");
        String after = Json.text(spec, "clusterIP");
        boolean external = Json.text(spec, "type").equals("ExternalName")
                || Json.text(old, "type").equals("ExternalName");
        if (!external && !before.isEmpty() && !after.isEmpty() && !before.equals(after)) {
            JsonElement addresses = spec.get("clusterIPs");
            if (!(addresses instanceof JsonArray)) {
                var single = new JsonArray();
                single.add(after);
                addresses = single;
            }
            checks.invalid(SPEC.child("clusterIPs").index(0), addresses, "may not change once set");
        }
    }

    static void endpoints(Checks checks, JsonObject endpoints) {
        List<JsonObject> subsets = Json.objects(endpoints, "subsets");
        for (int i = 0; i < subsets.size(); i++) {
            JsonObject subset = subsets.get(i);
            Path at = Path.of("subsets").index(i);
            if (Json.array(subset, "addresses").isEmpty()
                    && Json.array(subset, "notReadyAddresses").isEmpty()) {
                checks.required(at, "must specify `addresses` or `notReadyAddresses`");
            }
            for (String list : List.of("addresses", "notReadyAddresses")) {
                List<JsonObject> addresses = Json.objects(subset, list);
                for (int j = 0; j < addresses.size(); j++) {
                    String ip = Json.text(addresses.get(j), "ip");
                    Path place = at.child(list).index(j).child("ip");
                    var own = new Checks();
                    own.ip(ip, place);
                    checks.addAll(own.causes());
                    if (!own.clean()) {
                        checks.invalid(place, ip, "must be a valid IP address");
                    }
                }
            }
            endpointPorts(checks, Json.objects(subset, "ports"), at.child("ports"));
        }
    }

    private static void endpointPorts(Checks checks, List<JsonObject> ports, Path path) {
        for (int i = 0; i < ports.size(); i++) {
            Path at = path.index(i);
            String name = Json.text(ports.get(i), "name");
            if (name.isEmpty() && ports.size() > 1) {
                checks.required(at.child("name"), "");
            } else if (!name.isEmpty()) {
                checks.invalid(at.child("name"), name, Names.label(name));
            }
            checks.port(ports.get(i).get("port"), at.child("port"));
            checks.supported(ports.get(i), "protocol", at, List.of("SCTP", "TCP", "UDP"));
        }
    }

    static void slice(Checks checks, JsonObject slice) {
        String type = Json.text(slice, "addressType");
        if (type.isEmpty()) {
            checks.required(Path.of("addressType"), "");
        } else {
            checks.supported(type, Path.of("addressType"), List.of("FQDN", "IPv4", "IPv6"));
        }
        List<JsonObject> endpoints = Json.objects(slice, "endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            Path at = Path.of("endpoints").index(i).child("addresses");
            List<String> addresses = Json.texts(endpoints.get(i), "addresses");
            if (addresses.isEmpty()) {
                checks.required(at, "must contain at least 1 address");
            }
            for (int j = 0; j < addresses.size() && type.startsWith("IP"); j++) {
                checks.ip(addresses.get(j), at.index(j));
            }
        }
    }

    static void sliceUpdate(Checks checks, JsonObject slice, JsonObject old) {
        if (!Json.text(slice, "addressType").equals(Json.text(old, "addressType"))) {
            checks.invalid(Path.of("addressType"), Json.text(slice, "addressType"), "field is immutable");
        }
    }
}
