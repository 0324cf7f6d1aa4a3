package io.operatorlib.testing.apiserver.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of Services and of the addresses behind them. */
final class NetworkColumns {

    /** So many addresses or ports are listed; the others are counted. */
    private static final int SHOWN = 3;

    private NetworkColumns() {}

    static List<Column> services() {
        return List.of(
                Column.NAME,
                Column.text("Type", service -> service.text("spec.type")),
                Column.text("Cluster-IP", service -> service.text("spec.clusterIP", "<none>")),
                Column.text("External-IP", NetworkColumns::external),
                Column.text("Port(s)", NetworkColumns::ports),
                Column.AGE,
                Column.text("Selector", service -> service.pairs("spec.selector"))
                        .wide());
    }

    static List<Column> endpoints() {
        return List.of(Column.NAME, Column.text("Endpoints", NetworkColumns::addresses), Column.AGE);
    }

    static List<Column> endpointSlices() {
        return List.of(
                Column.NAME,
                Column.text("AddressType", slice -> slice.text("addressType")),
                Column.text(
                        "Ports",
                        slice -> unset(some(slice.list("ports").stream()
                                .map(port -> port.text("port", port.text("name", "*")))
                                .toList()))),
                Column.text(
                        "Endpoints",
                        slice -> unset(some(slice.list("endpoints").stream()
                                .flatMap(endpoint ->
                                        endpoint.list("addresses").stream().map(View::text))
                                .toList()))),
                Column.AGE);
    }

    private static String external(View service) {
        Stream<String> given = service.list("spec.externalIPs").stream().map(View::text);
        return switch (service.text("spec.type")) {
            case "ExternalName" -> service.text("spec.externalName");
            case "LoadBalancer" ->
                otherwise(
                        "<pending>",
                        Stream.concat(
                                service.list("status.loadBalancer.ingress").stream()
                                        .map(each -> each.text("ip", each.text("hostname"))),
                                given));
            case "ClusterIP", "NodePort" -> otherwise("<none>", given);
            default -> "<unknown>";
        };
    }

    private static String otherwise(String none, Stream<String> texts) {
        String joined = texts.collect(Collectors.joining(","));
        return joined.isEmpty() ? none : joined;
    }

    private static String ports(View service) {
        String ports = service.joined(
                "spec.ports",
                port -> port.number("port")
                        + (port.number("nodePort") > 0 ? ":" + port.number("nodePort") : "")
                        + "/"
                        + port.text("protocol", "TCP"));
        return ports.isEmpty() ? "<none>" : ports;
    }

    private static String addresses(View endpoints) {
        List<String> all = new ArrayList<>();
        for (View subset : endpoints.list("subsets")) {
            List<View> ports = subset.list("ports");
            List<String> ips = subset.list("addresses").stream()
                    .map(address -> address.text("ip"))
                    .toList();
            if (ports.isEmpty()) {
                all.addAll(ips);
            }
            for (View port : ports) {
                ips.forEach(ip -> all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port.number("port")));
            }
        }
        return endpoints.size("subsets") == 0 ? "<none>" : some(all);
    }

    private static String some(List<String> all) {
        String shown = all.stream().limit(SHOWN).collect(Collectors.joining(","));
        return all.size() > SHOWN ? shown + " + " + (all.size() - SHOWN) + " more..." : shown;
    }

    private static String unset(String text) {
        return text.isEmpty() ? "<unset>" : text;
    }
}
