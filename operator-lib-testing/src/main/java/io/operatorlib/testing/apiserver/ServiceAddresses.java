package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** Gives Services their cluster addresses: {@code 10.96.0.0/16}, as kubeadm has it. */
final class ServiceAddresses {
    private static final int FIRST = 10;
    private static final int LAST = 0xfffe;

    private final Store store;
    private int next = FIRST;

    ServiceAddresses(Store store) {
        this.store = store;
    }

    JsonObject given(JsonObject service) {
        JsonObject spec = Json.object(service, "spec");
        String wanted = Json.string(spec, "clusterIP");
        if (Json.string(spec, "type").equals("ExternalName")) {
            return service;
        }
        return withAddress(service, wanted.isEmpty() ? free() : wanted);
    }

    private static JsonObject withAddress(JsonObject service, String address) {
        JsonObject spec = Json.shallow(Json.object(service, "spec"));
        var addresses = new JsonArray();
        addresses.add(address);
        spec.addProperty("clusterIP", address);
        spec.add("clusterIPs", addresses);
        if (!spec.has("ipFamilies")) {
            spec.add("ipFamilies", Json.arrayOf(List.of("IPv4")));
            spec.addProperty("ipFamilyPolicy", "SingleStack");
        }
        return Json.with(service, "spec", spec);
    }

    private synchronized String free() {
        while (true) {
            int number = next;
            next = next == LAST ? FIRST : next + 1;
            String address = "10.96." + (number >> 8) + "." + (number & 0xff);
            if (!taken(address)) {
                return address;
            }
        }
    }

    private boolean taken(String address) {
        return store.list("services", "").objects().values().stream()
                .anyMatch(service -> Json.string(Json.object(service.json(), "spec"), "clusterIP")
                        .equals(address));
    }

    /** An update that leaves the address out keeps it. */
    JsonObject kept(JsonObject next, JsonObject before) {
        JsonObject spec = Json.object(next, "spec");
        JsonObject old = Json.object(before, "spec");
        String address = Json.string(old, "clusterIP");
        boolean external = Json.string(spec, "type").equals("ExternalName");
        if (external || address.isEmpty() || !Json.string(spec, "clusterIP").isEmpty()) {
            return next;
        }
        JsonObject kept = Json.shallow(spec);
        for (String name : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            JsonElement value = old.get(name);
            if (value != null) {
                kept.add(name, value);
            }
        }
        return Json.with(next, "spec", kept);
    }
}
