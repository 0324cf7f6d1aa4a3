package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The rules for volumes, claims for them, and classes of them. */
final class StorageRules {
    private static final Path SPEC = Path.of("spec");
    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

    /** The fields of a volume's spec that are not where its storage comes from. */
    private static final Set<String> NOT_SOURCES = Set.of(
            "capacity",
            "accessModes",
            "claimRef",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "mountOptions",
            "volumeMode",
            "nodeAffinity",
            "volumeAttributesClassName");

    private StorageRules() {}

    static void claim(Checks checks, JsonObject spec, Path path) {
        accessModes(checks, spec, path, "at least 1 access mode is required");
        JsonElement storage = Json.object(spec, "resources", "requests").get("storage");
        Path at = path.child("resources").key("storage");
        if (storage == null) {
            checks.required(at, "");
        } else if (amount(storage).value().signum() <= 0) {
            checks.invalid(at, storage, "must be greater than zero");
        }
        String storageClass = Json.text(spec, "storageClassName");
        if (!storageClass.isEmpty()) {
            checks.invalid(path.child("storageClassName"), storageClass, Names.subdomain(storageClass));
        }
        checks.supported(spec, "volumeMode", path, List.of("Block", "Filesystem"));
        checks.selector(Json.object(spec, "selector"), path.child("selector"));
    }

    private static void accessModes(Checks checks, JsonObject spec, Path path, String detail) {
        List<String> modes = Json.texts(spec, "accessModes");
        if (modes.isEmpty()) {
            checks.required(path.child("accessModes"), detail);
        }
        modes.forEach(mode -> checks.supported(mode, path.child("accessModes"), ACCESS_MODES));
        if (modes.size() > 1 && modes.contains("ReadWriteOncePod")) {
            checks.forbidden(path.child("accessModes"), "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static CelQuantity amount(JsonElement quantity) {
        return Quantities.parse(quantity.getAsString())
                .map(parsed -> new CelQuantity(parsed.value()))
                .orElse(CelQuantity.of(0));
    }

    /** A claim stays as it is; it may be bound, and once it is, it may grow. */
    static void claimUpdate(Checks checks, JsonObject claim, JsonObject old) {
        JsonObject after = Json.object(claim, "spec").deepCopy();
        JsonObject before = Json.object(old, "spec").deepCopy();
        if (Json.text(before, "volumeName").isEmpty()) {
            after.remove("volumeName");
            before.remove("volumeName");
        }
        if (!before.has("storageClassName")) {
            after.remove("storageClassName");
        }
        boolean bound = Json.text(Json.object(old, "status"), "phase").equals("Bound");
        if (bound) {
            JsonElement size = Json.object(after, "resources", "requests").remove("storage");
            JsonElement oldSize = Json.object(before, "resources", "requests").remove("storage");
            boolean shrinks = size != null && oldSize != null && amount(size).compareTo(amount(oldSize)) < 0;
            if (shrinks) {
                checks.forbidden(
                        SPEC.child("resources", "requests", "storage"), "field can not be less than status.capacity");
            }
        }
        if (!after.equals(before)) {
            checks.forbidden(
                    SPEC,
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims");
        }
    }

    static void volume(Checks checks, JsonObject spec) {
        accessModes(checks, spec, SPEC, "");
        JsonObject capacity = Json.object(spec, "capacity");
        if (capacity.isEmpty()) {
            checks.required(SPEC.child("capacity"), "");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            JsonElement shown = capacity.isEmpty() ? JsonNull.INSTANCE : capacity;
            checks.add(Cause.unsupported("spec.capacity", shown, List.of("storage")));
        } else if (amount(capacity.get("storage")).value().signum() <= 0) {
            checks.invalid(SPEC.child("capacity").key("storage"), capacity.get("storage"), "must be greater than zero");
        }
        checks.supported(spec, "persistentVolumeReclaimPolicy", SPEC, List.of("Delete", "Recycle", "Retain"));
        var sources = new TreeSet<>(spec.keySet());
        sources.removeAll(NOT_SOURCES);
        if (sources.isEmpty()) {
            checks.required(SPEC, "must specify a volume type");
        }
        sources.stream()
                .skip(1)
                .forEach(source -> checks.forbidden(SPEC.child(source), "may not specify more than 1 volume type"));
        checks.supported(spec, "volumeMode", SPEC, List.of("Block", "Filesystem"));
    }

    static void storageClass(Checks checks, JsonObject object) {
        String provisioner = Json.text(object, "provisioner");
        if (provisioner.isEmpty()) {
            checks.required(Path.of("provisioner"), "");
        } else {
            String lower = provisioner.toLowerCase(java.util.Locale.ROOT);
            checks.invalid(Path.of("provisioner"), provisioner, Names.qualified(lower));
        }
        checks.supported(object, "reclaimPolicy", Path.ROOT, List.of("Delete", "Retain"));
        checks.supported(object, "volumeBindingMode", Path.ROOT, List.of("Immediate", "WaitForFirstConsumer"));
    }

    static void storageClassUpdate(Checks checks, JsonObject object, JsonObject old) {
        if (!Json.object(object, "parameters").equals(Json.object(old, "parameters"))) {
            checks.forbidden(Path.of("parameters"), "updates to parameters are forbidden.");
        }
        if (!Json.text(object, "provisioner").equals(Json.text(old, "provisioner"))) {
            checks.forbidden(Path.of("provisioner"), "updates to provisioner are forbidden.");
        }
        for (String field : List.of("reclaimPolicy", "volumeBindingMode")) {
            if (!Json.text(object, field).equals(Json.text(old, field))) {
                checks.invalid(Path.of(field), new JsonPrimitive(Json.text(object, field)), "field is immutable");
            }
        }
    }
}
